-- The audit trail becomes append-only and chained by hashes; personal data stands apart, so that it can be erased
-- (law 09-08) while the chain still holds; refused attempts are kept as well.
CREATE TABLE audit_events_chained (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    account_id TEXT,
    request_id TEXT,
    action TEXT NOT NULL CHECK (action IN ('create', 'update', 'delete', 'transition', 'refuse', 'erase')),
    operation TEXT,
    resource_type TEXT,
    resource_id TEXT,
    status INTEGER,
    problem TEXT,
    before TEXT,
    after TEXT,
    actor_digest TEXT,
    record_digest TEXT,
    CHECK ((action = 'refuse') = (status IS NOT NULL))
) STRICT;

-- What identifies people: of the actor (name, address), and of the record (its internal data before and after).
CREATE TABLE audit_personal_data (
    event_id TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('actor', 'record')),
    subject_type TEXT,
    subject_id TEXT,
    salt TEXT,
    content TEXT,
    erased_by TEXT,
    PRIMARY KEY (event_id, part),
    CHECK ((content IS NULL) = (erased_by IS NOT NULL)),
    CHECK (content IS NOT NULL OR salt IS NULL)
) STRICT, WITHOUT ROWID;

-- Names and internal data of before this release. They have no digest, for nothing was promised of them; the entry says
-- `carried_over` instead.
UPDATE audit_events SET before = json_set(json_remove(before, '$.name'), '$.internal',
    json_object('name', json_extract(before, '$.name'))) WHERE resource_type = 'account' AND before IS NOT NULL;
UPDATE audit_events SET after = json_set(json_remove(after, '$.name'), '$.internal',
    json_object('name', json_extract(after, '$.name'))) WHERE resource_type = 'account' AND after IS NOT NULL;
INSERT INTO audit_personal_data (event_id, part, subject_type, subject_id, content)
    SELECT id, 'actor', 'account', account_id, json_object('account_name', account_name)
    FROM audit_events WHERE account_id IS NOT NULL AND account_name IS NOT NULL;
INSERT INTO audit_personal_data (event_id, part, subject_type, subject_id, content)
    SELECT id, 'record', resource_type, resource_id,
        json_patch('{}', json_object('before', json_extract(before, '$.internal'), 'after', json_extract(after, '$.internal')))
    FROM audit_events
    WHERE json_type(before, '$.internal') = 'object' OR json_type(after, '$.internal') = 'object';
INSERT INTO audit_events_chained
    (id, at, account_id, request_id, action, resource_type, resource_id, before, after, actor_digest, record_digest)
    SELECT id, at, account_id, request_id, action, resource_type, resource_id,
        json_remove(before, '$.internal'), json_remove(after, '$.internal'),
        (SELECT 'carried_over' FROM audit_personal_data WHERE event_id = audit_events.id AND part = 'actor'),
        (SELECT 'carried_over' FROM audit_personal_data WHERE event_id = audit_events.id AND part = 'record')
    FROM audit_events;
DROP TABLE audit_events;
ALTER TABLE audit_events_chained RENAME TO audit_events;
CREATE INDEX audit_events_at ON audit_events (at, id);
CREATE INDEX audit_events_resource ON audit_events (resource_type, resource_id, id);
CREATE INDEX audit_events_account ON audit_events (account_id, id);
CREATE INDEX audit_events_request ON audit_events (request_id);
CREATE INDEX audit_events_problem ON audit_events (problem, at, id) WHERE problem IS NOT NULL;
CREATE INDEX audit_personal_data_subject ON audit_personal_data (subject_type, subject_id, event_id);

-- Events that have not been sealed yet.
CREATE TABLE audit_pending (
    event_id TEXT NOT NULL PRIMARY KEY REFERENCES audit_events (id)
) STRICT, WITHOUT ROWID;
INSERT INTO audit_pending (event_id) SELECT id FROM audit_events;

-- The chain: each seal's hash covers the one before it and its event.
CREATE TABLE audit_seals (
    seq INTEGER NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE REFERENCES audit_events (id),
    hash TEXT NOT NULL,
    sealed_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER audit_events_keep BEFORE UPDATE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
CREATE TRIGGER audit_seals_keep BEFORE UPDATE ON audit_seals
    BEGIN SELECT RAISE(ABORT, 'audit_seals is append-only'); END;
CREATE TRIGGER audit_seals_stay BEFORE DELETE ON audit_seals
    BEGIN SELECT RAISE(ABORT, 'audit_seals is append-only'); END;
CREATE TRIGGER audit_personal_data_keep BEFORE UPDATE ON audit_personal_data
    WHEN NEW.content IS NOT NULL OR OLD.content IS NULL OR NEW.event_id IS NOT OLD.event_id OR NEW.part IS NOT OLD.part
        OR NEW.subject_type IS NOT OLD.subject_type OR NEW.subject_id IS NOT OLD.subject_id
    BEGIN SELECT RAISE(ABORT, 'audit_personal_data can only be erased'); END;
CREATE TRIGGER audit_personal_data_stay BEFORE DELETE ON audit_personal_data
    BEGIN SELECT RAISE(ABORT, 'audit_personal_data can only be erased'); END;
