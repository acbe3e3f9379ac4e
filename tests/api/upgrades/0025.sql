-- Accounts whose roles changed.
INSERT INTO accounts (id, kind, name, search_text, scopes, generation, generation_at, roles_changed_at, version, created_at, updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 10)
    SELECT uuid(format('018f0000-0005-7000-8000-%s', 100000000500 + n)), 'person', format('Nadia Zéroual %s', n), format('| nadia zeroual %s |', n),
        '["nominations:manage"]', 1, to_timestamp(1720000000), to_timestamp(1730000000 + n), 2, to_timestamp(1720000000), to_timestamp(1730000000 + n)
    FROM series;
INSERT INTO account_roles (account_id, role) SELECT id, 'icso_officer' FROM accounts WHERE roles_changed_at IS NOT NULL;
