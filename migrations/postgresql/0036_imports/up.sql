-- Registers of other systems that come in as files, how far each is, and what became of its rows.
CREATE TABLE imports (
    id UUID NOT NULL PRIMARY KEY,
    collection TEXT NOT NULL CHECK (collection IN ('associations')),
    status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'paused', 'completed', 'failed', 'cancelled')),
    file_name TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size >= 0),
    sha256 TEXT COLLATE "C" NOT NULL,
    object_key TEXT COLLATE "C",
    instructions JSONB NOT NULL,
    author JSONB NOT NULL,
    account_id UUID,
    request_id TEXT COLLATE "C",
    line BIGINT NOT NULL DEFAULT 0,
    told BIGINT NOT NULL DEFAULT 0,
    counts JSONB NOT NULL,
    working_ms BIGINT NOT NULL DEFAULT 0,
    problem JSONB,
    runner UUID,
    alive_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    started_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ
);
-- One at a time a collection.
CREATE UNIQUE INDEX imports_running_unique ON imports (collection) WHERE status = 'running';
CREATE INDEX imports_created_at ON imports (created_at, id);
CREATE INDEX imports_open ON imports (created_at) WHERE status IN ('queued', 'running', 'paused');

-- position counts what is told of an import, in the order of the file. message has a sentence a language.
CREATE TABLE import_rows (
    import_id UUID NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    line BIGINT,
    outcome TEXT NOT NULL CHECK (outcome IN ('created', 'updated', 'refused', 'made_dormant')),
    association_id UUID,
    field TEXT,
    code TEXT,
    message JSONB,
    PRIMARY KEY (import_id, position)
);
