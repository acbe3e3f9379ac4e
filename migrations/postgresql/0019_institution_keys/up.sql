-- The keys with which officers sign for the ministry and for ICSO. None is ever deleted: what was signed with it is held
-- against it for ever.
CREATE TABLE institution_keys (
    id UUID NOT NULL PRIMARY KEY,
    kid TEXT NOT NULL,
    institution TEXT NOT NULL CHECK (institution IN ('ministry', 'icso')),
    account_id UUID NOT NULL REFERENCES accounts (id),
    jwk JSONB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('registered', 'confirmed', 'revoked')),
    status_reason TEXT,
    registered_at TIMESTAMPTZ NOT NULL,
    confirmed_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 1,
    updated_at TIMESTAMPTZ NOT NULL
);
-- One key belongs to one account, for ever.
CREATE UNIQUE INDEX institution_keys_kid_unique ON institution_keys (kid);
CREATE INDEX institution_keys_account ON institution_keys (account_id, status);
CREATE INDEX institution_keys_registered_at ON institution_keys (registered_at, id);

-- The signature that was given with a key, and the key; none when the service vouches for the institution.
ALTER TABLE signatures ADD COLUMN jws TEXT;
ALTER TABLE signatures ADD COLUMN jwk JSONB CHECK ((jws IS NULL) = (jwk IS NULL));
