-- The last good public keys of each identity provider: instances share them, and they outlast a provider that is down.
CREATE TABLE provider_documents (
    issuer TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    jwks JSONB NOT NULL,
    fetched_at TIMESTAMPTZ NOT NULL
);
