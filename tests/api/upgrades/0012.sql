-- Identities that were taken from accounts.
INSERT INTO removed_identities (id, issuer, subject_digest)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 20)
    SELECT uuid(format('018f0000-0012-7000-8000-%s', 100000000000 + n)), 'https://sso.example.ma', replace(format('%64s', n), ' ', 'e') FROM series;
