-- The keys that sign access tokens, their private part sealed with the service's encryption key.
CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    public_jwk TEXT NOT NULL,
    sealed_private_key TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('next', 'active', 'retired')),
    created_at INTEGER NOT NULL,
    activated_at INTEGER,
    retired_at INTEGER
) STRICT;
CREATE UNIQUE INDEX signing_keys_one_active_one_next ON signing_keys (status) WHERE status <> 'retired';
