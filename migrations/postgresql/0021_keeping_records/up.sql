-- What was deleted and can be restored, and the action by which it is.
ALTER TABLE audit_events DROP CONSTRAINT audit_events_action_check;
ALTER TABLE audit_events ADD CONSTRAINT audit_events_action_check
    CHECK (action IN ('create', 'update', 'delete', 'transition', 'refuse', 'erase', 'restore'));

-- A row for each record that is marked as deleted. A code is never a UUID: one key is enough for all kinds.
CREATE TABLE deleted_records (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('city', 'association', 'edition', 'nomination')),
    name JSONB,
    deleted_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX deleted_records_deleted_at ON deleted_records (deleted_at, id);
INSERT INTO deleted_records (id, kind, name, deleted_at)
    SELECT code, 'city', name, deleted_at FROM cities WHERE deleted_at IS NOT NULL
    UNION ALL SELECT id::text, 'association', name, deleted_at FROM associations WHERE deleted_at IS NOT NULL
    UNION ALL SELECT id::text, 'edition', name, deleted_at FROM editions WHERE deleted_at IS NOT NULL
    UNION ALL SELECT id::text, 'nomination', NULL, deleted_at FROM nominations WHERE deleted_at IS NOT NULL;

-- What was published under a year is found by it, also when its edition has another year now.
CREATE INDEX edition_transitions_year ON edition_transitions (edition_year, edition_id);
