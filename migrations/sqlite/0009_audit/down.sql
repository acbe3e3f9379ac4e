-- Refused attempts, erasures and the chain have no place in the release before.
CREATE TABLE audit_events_plain (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    account_id TEXT,
    account_name TEXT,
    request_id TEXT,
    action TEXT NOT NULL CHECK (action IN ('create', 'update', 'delete', 'transition')),
    resource_type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    before TEXT,
    after TEXT
) STRICT;
INSERT INTO audit_events_plain
    SELECT event.id, event.at, event.account_id, json_extract(actor.content, '$.account_name'), event.request_id,
        event.action, event.resource_type, event.resource_id,
        CASE WHEN json_type(record.content, '$.before') IS NULL THEN event.before
            ELSE json_set(event.before, '$.internal', json_extract(record.content, '$.before')) END,
        CASE WHEN json_type(record.content, '$.after') IS NULL THEN event.after
            ELSE json_set(event.after, '$.internal', json_extract(record.content, '$.after')) END
    FROM audit_events AS event
    LEFT JOIN audit_personal_data AS actor ON actor.event_id = event.id AND actor.part = 'actor'
    LEFT JOIN audit_personal_data AS record ON record.event_id = event.id AND record.part = 'record'
    WHERE event.action IN ('create', 'update', 'delete', 'transition');
DROP TABLE audit_seals;
DROP TABLE audit_pending;
DROP TABLE audit_personal_data;
DROP TABLE audit_events;
ALTER TABLE audit_events_plain RENAME TO audit_events;
CREATE INDEX audit_events_at ON audit_events (at, id);
CREATE INDEX audit_events_resource ON audit_events (resource_type, resource_id, id);
CREATE INDEX audit_events_account ON audit_events (account_id, id);
