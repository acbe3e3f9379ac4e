-- Name and address of whoever acted with an account stand once for all entries that tell the same of them, which have the digest.
-- Those of earlier entries stay beside each of them.
CREATE TABLE audit_actors (
    digest TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL,
    salt TEXT,
    content JSONB,
    erased_by UUID,
    CHECK ((content IS NULL) = (erased_by IS NOT NULL)),
    CHECK (content IS NOT NULL OR salt IS NULL)
);
CREATE INDEX audit_actors_account ON audit_actors (account_id, content);
CREATE TRIGGER audit_actors_keep BEFORE UPDATE ON audit_actors FOR EACH ROW
    WHEN (NEW.content IS NOT NULL OR OLD.content IS NULL
        OR (NEW.digest, NEW.account_id) IS DISTINCT FROM (OLD.digest, OLD.account_id))
    EXECUTE FUNCTION refuse_all_but_erasure();
CREATE TRIGGER audit_actors_stay BEFORE DELETE OR TRUNCATE ON audit_actors
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_all_but_erasure();
