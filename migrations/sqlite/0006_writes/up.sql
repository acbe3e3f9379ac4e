-- What every write leaves behind: who changed what and when, the answer to repeat for a retried request,
-- and what each release has loaded from data/.
CREATE TABLE audit_events (
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
CREATE INDEX audit_events_at ON audit_events (at, id);
CREATE INDEX audit_events_resource ON audit_events (resource_type, resource_id, id);
CREATE INDEX audit_events_account ON audit_events (account_id, id);

CREATE TABLE idempotency_keys (
    caller TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (caller, route, key)
) STRICT;
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);

CREATE TABLE dataset_records (
    dataset TEXT NOT NULL,
    key TEXT NOT NULL,
    record_id TEXT NOT NULL,
    checksum TEXT NOT NULL,
    loaded_version INTEGER NOT NULL,
    PRIMARY KEY (dataset, key)
) STRICT;
