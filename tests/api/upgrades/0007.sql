-- Second roles, people and systems as they are made since, with public keys, labelled secrets and identities at other issuers.
INSERT INTO accounts (id, kind, name, search_text, scopes, organisation, public_keys, generation, generation_at, version, created_at,
        updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 20)
    SELECT uuid(format('018f0000-0005-7000-8000-%s', 100000000300 + n)), CASE WHEN n % 2 = 0 THEN 'system' ELSE 'person' END,
        format('Système d’Oujda %s', n), format('| systeme d oujda %s |', n), '["cities:write"]',
        CASE WHEN n % 3 > 0 THEN 'وزارة العلاقات مع البرلمان' END,
        json(CASE WHEN n % 2 = 0 THEN '[{"kid":"portal-2026","kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","alg":"ES256","use":"sig"}]' ELSE '[]' END),
        n, to_timestamp(1610000000 + n), n, to_timestamp(1600000000 + n), to_timestamp(1620000000 + n)
    FROM series;
INSERT INTO account_roles (account_id, role)
    SELECT id, CASE kind WHEN 'system' THEN 'integration' ELSE 'ministry_officer' END FROM accounts WHERE organisation IS NOT NULL
    UNION ALL
    SELECT account_id, 'auditor' FROM account_roles WHERE role = 'icso_officer';
INSERT INTO account_secrets (id, account_id, secret_hash, label, created_at, expires_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 20)
    SELECT uuid(format('018f0000-0051-7000-8000-%s', 100000000300 + n)), uuid(format('018f0000-0005-7000-8000-%s', 100000000300 + n)),
        replace(format('%64s', n), ' ', 'd'), format('الخادم %s', n), to_timestamp(1620000000 + n), to_timestamp(1900000000 + n)
    FROM series;
INSERT INTO account_identities (issuer, subject, account_id)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 60)
    SELECT CASE WHEN n % 2 = 0 THEN 'https://sso.example.ma' ELSE 'https://accounts.example.com/realms/ma' END, format('subject|%s', n / 2),
        uuid(format('018f0000-0005-7000-8000-%s', 100000000001 + n)) FROM series;
