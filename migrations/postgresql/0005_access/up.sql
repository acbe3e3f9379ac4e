-- Accounts of people and systems, and their hashed client secrets.
CREATE TABLE accounts (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    scopes JSONB NOT NULL,
    city_code TEXT COLLATE "C" REFERENCES cities (code),
    association_id UUID REFERENCES associations (id),
    generation BIGINT NOT NULL DEFAULT 1,
    disabled_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE account_secrets (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    secret_hash TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    last_used_at TIMESTAMPTZ
);
CREATE INDEX account_secrets_account ON account_secrets (account_id, id);
