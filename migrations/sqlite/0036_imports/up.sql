-- Registers of other systems that come in as files, how far each is, and what became of its rows.
CREATE TABLE imports (
    id BLOB NOT NULL PRIMARY KEY,
    collection TEXT NOT NULL CHECK (collection IN ('associations')),
    status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'paused', 'completed', 'failed', 'cancelled')),
    file_name TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    sha256 TEXT NOT NULL,
    object_key TEXT,
    instructions TEXT NOT NULL,
    author TEXT NOT NULL,
    account_id BLOB,
    request_id TEXT,
    line INTEGER NOT NULL DEFAULT 0,
    told INTEGER NOT NULL DEFAULT 0,
    counts TEXT NOT NULL,
    working_ms INTEGER NOT NULL DEFAULT 0,
    problem TEXT,
    runner BLOB,
    alive_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER
) STRICT;
-- One at a time a collection.
CREATE UNIQUE INDEX imports_running_unique ON imports (collection) WHERE status = 'running';
CREATE INDEX imports_created_at ON imports (created_at, id);
CREATE INDEX imports_open ON imports (created_at) WHERE status IN ('queued', 'running', 'paused');

-- position counts what is told of an import, in the order of the file. message has a sentence a language.
CREATE TABLE import_rows (
    import_id BLOB NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    line INTEGER,
    outcome TEXT NOT NULL CHECK (outcome IN ('created', 'updated', 'refused', 'made_dormant')),
    association_id BLOB,
    field TEXT,
    code TEXT,
    message TEXT,
    PRIMARY KEY (import_id, position)
) STRICT, WITHOUT ROWID;
