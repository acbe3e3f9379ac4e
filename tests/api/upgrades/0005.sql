-- Accounts of all roles, some disabled, with names that only the service folds; their secrets, as many as none and three.
INSERT INTO accounts (id, name, role, scopes, city_code, association_id, generation, disabled_at, version, created_at, updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 200)
    SELECT uuid(format('018f0000-0005-7000-8000-%s', 100000000000 + n)),
        CASE n % 5 WHEN 0 THEN format('Élodie BEN ÇAÏD %s', n) WHEN 1 THEN format('أمينة بن علي %s', n)
            WHEN 2 THEN format('PORTAL-%s | API', n) WHEN 3 THEN format('ⵎⵓⵃⴰ %s', n) ELSE format('Karim %s', n) END,
        CASE WHEN n <= 4 THEN 'admin' ELSE CASE n % 8 WHEN 0 THEN 'ministry_officer' WHEN 1 THEN 'icso_officer' WHEN 2 THEN 'juror'
            WHEN 3 THEN 'jury_chair' WHEN 4 THEN 'auditor' WHEN 5 THEN 'city_representative'
            WHEN 6 THEN 'association_representative' ELSE 'integration' END END,
        json(CASE WHEN n <= 4 THEN '["accounts:manage","audit:read"]' ELSE CASE n % 8 WHEN 0 THEN '["cities:write","editions:write","associations:write","associations:read_internal","nominations:manage","results:publish","imports:write"]'
            WHEN 1 THEN '["editions:write","nominations:manage"]' WHEN 2 THEN '["evaluations:write"]' WHEN 3 THEN '["evaluations:write"]'
            WHEN 4 THEN '["audit:read"]' WHEN 5 THEN '["nominations:submit"]' WHEN 6 THEN '["nominations:submit","associations:write"]'
            ELSE '["cities:write"]' END END),
        CASE WHEN n > 4 AND n % 8 = 5 THEN '01.911.01.01' END,
        CASE WHEN n > 4 AND n % 8 = 6 THEN uuid(format('018f0000-0002-7000-8000-%s', 100000000000 + n)) END,
        1 + n % 3, CASE WHEN n % 17 = 0 THEN to_timestamp(1700000000 + n) END, 1 + n % 4,
        to_timestamp(1514764800 + n), to_timestamp(1600000000 + n)
    FROM series;
INSERT INTO accounts (id, name, role, scopes, created_at, updated_at)
    SELECT uuid('018f0000-0005-7000-8000-100000000201'), replace(format('%200s', ''), ' ', 'Ä'), 'juror', '[]', to_timestamp(0),
        to_timestamp(4102444800);

INSERT INTO account_secrets (id, account_id, secret_hash, created_at, expires_at, last_used_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 300)
    SELECT uuid(format('018f0000-0051-7000-8000-%s', 100000000000 + n)), uuid(format('018f0000-0005-7000-8000-%s', 100000000001 + n % 190)),
        replace(format('%64s', n), ' ', 'a'), to_timestamp(1514764800 + n), CASE WHEN n % 3 = 0 THEN to_timestamp(1650000000 + n) END,
        CASE WHEN n % 2 = 0 THEN to_timestamp(1640000000 + n) END
    FROM series;
