-- The audit trail becomes append-only and chained by hashes; personal data stands apart, so that it can be erased
-- (law 09-08) while the chain still holds; refused attempts are kept as well.

-- What identifies people: of the actor (name, address), and of the record (its internal data before and after).
CREATE TABLE audit_personal_data (
    event_id UUID NOT NULL,
    part TEXT COLLATE "C" NOT NULL CHECK (part IN ('actor', 'record')),
    subject_type TEXT,
    subject_id TEXT COLLATE "C",
    salt TEXT,
    content JSONB,
    erased_by UUID,
    PRIMARY KEY (event_id, part),
    CHECK ((content IS NULL) = (erased_by IS NOT NULL)),
    CHECK (content IS NOT NULL OR salt IS NULL)
);

-- Names and internal data of before this release. They have no digest, for nothing was promised of them; the entry says
-- `carried_over` instead.
UPDATE audit_events SET before = (before - 'name') || jsonb_build_object('internal', jsonb_build_object('name', before->'name'))
    WHERE resource_type = 'account' AND before IS NOT NULL;
UPDATE audit_events SET after = (after - 'name') || jsonb_build_object('internal', jsonb_build_object('name', after->'name'))
    WHERE resource_type = 'account' AND after IS NOT NULL;
INSERT INTO audit_personal_data (event_id, part, subject_type, subject_id, content)
    SELECT id, 'actor', 'account', account_id::text, jsonb_build_object('account_name', account_name)
    FROM audit_events WHERE account_id IS NOT NULL AND account_name IS NOT NULL;
INSERT INTO audit_personal_data (event_id, part, subject_type, subject_id, content)
    SELECT id, 'record', resource_type, resource_id,
        jsonb_strip_nulls(jsonb_build_object('before', before->'internal', 'after', after->'internal'))
    FROM audit_events
    WHERE jsonb_typeof(before->'internal') = 'object' OR jsonb_typeof(after->'internal') = 'object';
UPDATE audit_events SET before = before - 'internal', after = after - 'internal';

ALTER TABLE audit_events DROP COLUMN account_name;
ALTER TABLE audit_events ALTER COLUMN resource_type DROP NOT NULL;
ALTER TABLE audit_events ALTER COLUMN resource_id DROP NOT NULL;
ALTER TABLE audit_events ADD COLUMN operation TEXT;
ALTER TABLE audit_events ADD COLUMN status BIGINT;
ALTER TABLE audit_events ADD COLUMN problem TEXT COLLATE "C";
ALTER TABLE audit_events ADD COLUMN actor_digest TEXT;
ALTER TABLE audit_events ADD COLUMN record_digest TEXT;
UPDATE audit_events SET
    actor_digest = (SELECT 'carried_over' FROM audit_personal_data WHERE event_id = audit_events.id AND part = 'actor'),
    record_digest = (SELECT 'carried_over' FROM audit_personal_data WHERE event_id = audit_events.id AND part = 'record');
ALTER TABLE audit_events DROP CONSTRAINT audit_events_action_check;
ALTER TABLE audit_events ADD CONSTRAINT audit_events_action_check
    CHECK (action IN ('create', 'update', 'delete', 'transition', 'refuse', 'erase'));
ALTER TABLE audit_events ADD CONSTRAINT audit_events_status_check
    CHECK ((action = 'refuse') = (status IS NOT NULL));
CREATE INDEX audit_events_request ON audit_events (request_id);
CREATE INDEX audit_events_problem ON audit_events (problem, at, id) WHERE problem IS NOT NULL;
CREATE INDEX audit_personal_data_subject ON audit_personal_data (subject_type, subject_id, event_id);

-- Events that have not been sealed yet.
CREATE TABLE audit_pending (
    event_id UUID NOT NULL PRIMARY KEY REFERENCES audit_events (id)
);
INSERT INTO audit_pending (event_id) SELECT id FROM audit_events;

-- The chain: each seal's hash covers the one before it and its event.
CREATE TABLE audit_seals (
    seq BIGINT NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL UNIQUE REFERENCES audit_events (id),
    hash TEXT COLLATE "C" NOT NULL,
    sealed_at TIMESTAMPTZ NOT NULL
);

CREATE FUNCTION refuse_change_of_audit_trail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER audit_events_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_trail();
CREATE TRIGGER audit_seals_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_trail();

CREATE FUNCTION refuse_all_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% can only be erased', TG_TABLE_NAME;
END $$;
CREATE TRIGGER audit_personal_data_keep BEFORE UPDATE ON audit_personal_data FOR EACH ROW
    WHEN (NEW.content IS NOT NULL OR OLD.content IS NULL
        OR (NEW.event_id, NEW.part, NEW.subject_type, NEW.subject_id)
            IS DISTINCT FROM (OLD.event_id, OLD.part, OLD.subject_type, OLD.subject_id))
    EXECUTE FUNCTION refuse_all_but_erasure();
CREATE TRIGGER audit_personal_data_stay BEFORE DELETE OR TRUNCATE ON audit_personal_data
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_all_but_erasure();
