-- Name and address of whoever acted with an account stand once for all entries that tell the same of them, which have the digest.
-- Those of earlier entries stay beside each of them.
CREATE TABLE audit_actors (
    digest BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    salt TEXT,
    content TEXT,
    erased_by BLOB,
    CHECK ((content IS NULL) = (erased_by IS NOT NULL)),
    CHECK (content IS NOT NULL OR salt IS NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_actors_account ON audit_actors (account_id, content);
CREATE TRIGGER audit_actors_keep BEFORE UPDATE ON audit_actors
    WHEN NEW.content IS NOT NULL OR OLD.content IS NULL OR NEW.digest IS NOT OLD.digest OR NEW.account_id IS NOT OLD.account_id
    BEGIN SELECT RAISE(ABORT, 'audit_actors can only be erased'); END;
CREATE TRIGGER audit_actors_stay BEFORE DELETE ON audit_actors
    BEGIN SELECT RAISE(ABORT, 'audit_actors can only be erased'); END;
