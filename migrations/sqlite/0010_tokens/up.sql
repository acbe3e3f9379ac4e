-- Access tokens that ended before their time (RFC 7009), until they would have expired.
CREATE TABLE revoked_tokens (
    jti TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX revoked_tokens_expiry ON revoked_tokens (expires_at);

-- Client assertions that were used (RFC 7523), until they would have expired: each is good once.
CREATE TABLE client_assertions (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    jti TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, jti)
) STRICT;
CREATE INDEX client_assertions_expiry ON client_assertions (expires_at);
