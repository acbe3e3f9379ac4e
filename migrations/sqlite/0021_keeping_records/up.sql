-- What was deleted and can be restored, and the action by which it is. SQLite widens a check only by a new table; the
-- chain and what waits to be sealed move along, for they refer to the entries.
CREATE TABLE audit_events_rebuilt (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    account_id TEXT,
    request_id TEXT,
    action TEXT NOT NULL CHECK (action IN ('create', 'update', 'delete', 'transition', 'refuse', 'erase', 'restore')),
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
INSERT INTO audit_events_rebuilt (id, at, account_id, request_id, action, operation, resource_type, resource_id, status, problem,
        before, after, actor_digest, record_digest)
    SELECT id, at, account_id, request_id, action, operation, resource_type, resource_id, status, problem,
        before, after, actor_digest, record_digest FROM audit_events;
CREATE TABLE audit_pending_rebuilt (
    event_id TEXT NOT NULL PRIMARY KEY REFERENCES audit_events_rebuilt (id)
) STRICT, WITHOUT ROWID;
INSERT INTO audit_pending_rebuilt (event_id) SELECT event_id FROM audit_pending;
CREATE TABLE audit_seals_rebuilt (
    seq INTEGER NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE REFERENCES audit_events_rebuilt (id),
    hash TEXT NOT NULL,
    sealed_at INTEGER NOT NULL
) STRICT;
INSERT INTO audit_seals_rebuilt (seq, event_id, hash, sealed_at) SELECT seq, event_id, hash, sealed_at FROM audit_seals;
DROP TABLE audit_pending;
DROP TABLE audit_seals;
DROP TABLE audit_events;
ALTER TABLE audit_events_rebuilt RENAME TO audit_events;
ALTER TABLE audit_pending_rebuilt RENAME TO audit_pending;
ALTER TABLE audit_seals_rebuilt RENAME TO audit_seals;
CREATE INDEX audit_events_at ON audit_events (at, id);
CREATE INDEX audit_events_resource ON audit_events (resource_type, resource_id, id);
CREATE INDEX audit_events_account ON audit_events (account_id, id);
CREATE INDEX audit_events_request ON audit_events (request_id);
CREATE INDEX audit_events_problem ON audit_events (problem, at, id) WHERE problem IS NOT NULL;
CREATE TRIGGER audit_events_keep BEFORE UPDATE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
CREATE TRIGGER audit_seals_keep BEFORE UPDATE ON audit_seals
    BEGIN SELECT RAISE(ABORT, 'audit_seals is append-only'); END;
CREATE TRIGGER audit_seals_stay BEFORE DELETE ON audit_seals
    BEGIN SELECT RAISE(ABORT, 'audit_seals is append-only'); END;

-- A row for each record that is marked as deleted. A code is never a UUID: one key is enough for all kinds.
CREATE TABLE deleted_records (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('city', 'association', 'edition', 'nomination')),
    name TEXT,
    deleted_at INTEGER NOT NULL
) STRICT;
CREATE INDEX deleted_records_deleted_at ON deleted_records (deleted_at, id);
INSERT INTO deleted_records (id, kind, name, deleted_at)
    SELECT code, 'city', name, deleted_at FROM cities WHERE deleted_at IS NOT NULL
    UNION ALL SELECT id, 'association', name, deleted_at FROM associations WHERE deleted_at IS NOT NULL
    UNION ALL SELECT id, 'edition', name, deleted_at FROM editions WHERE deleted_at IS NOT NULL
    UNION ALL SELECT id, 'nomination', NULL, deleted_at FROM nominations WHERE deleted_at IS NOT NULL;

-- What was published under a year is found by it, also when its edition has another year now.
CREATE INDEX edition_transitions_year ON edition_transitions (edition_year, edition_id);
