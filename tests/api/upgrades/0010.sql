-- Tokens that ended early, and client assertions that were used.
INSERT INTO revoked_tokens (jti, account_id, expires_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 200)
    SELECT uuid(format('018f0000-0101-7000-8000-%s', 100000000000 + n)), uuid(format('018f0000-0005-7000-8000-%s', 100000000001 + n % 100)),
        to_timestamp(1700000000 + 1000000 * n) FROM series;
INSERT INTO client_assertions (account_id, jti, expires_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 200)
    SELECT uuid(format('018f0000-0005-7000-8000-%s', 100000000001 + n % 100)), format('مؤكد-%s', n / 100), to_timestamp(1700000000 + 1000000 * n)
    FROM series WHERE n < 200;
