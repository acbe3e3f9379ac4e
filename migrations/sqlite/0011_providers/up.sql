-- The last good public keys of each identity provider: instances share them, and they outlast a provider that is down.
CREATE TABLE provider_documents (
    issuer TEXT NOT NULL PRIMARY KEY,
    jwks TEXT NOT NULL,
    fetched_at INTEGER NOT NULL
) STRICT;
