-- The keys that sign access tokens, their private part sealed with the service's encryption key.
CREATE TABLE signing_keys (
    kid TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    public_jwk JSONB NOT NULL,
    sealed_private_key TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('next', 'active', 'retired')),
    created_at TIMESTAMPTZ NOT NULL,
    activated_at TIMESTAMPTZ,
    retired_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX signing_keys_one_active_one_next ON signing_keys (status) WHERE status <> 'retired';
