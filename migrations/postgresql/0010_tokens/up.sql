-- Access tokens that ended before their time (RFC 7009), until they would have expired.
CREATE TABLE revoked_tokens (
    jti UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX revoked_tokens_expiry ON revoked_tokens (expires_at);

-- Client assertions that were used (RFC 7523), until they would have expired: each is good once.
CREATE TABLE client_assertions (
    account_id UUID NOT NULL REFERENCES accounts (id),
    jti TEXT COLLATE "C" NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account_id, jti)
);
CREATE INDEX client_assertions_expiry ON client_assertions (expires_at);
