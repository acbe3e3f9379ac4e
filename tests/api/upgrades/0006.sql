-- An audit trail with internal data and names of people in it, entries of the operator and of nobody; answers to be repeated; what
-- was loaded from data/: still as it was loaded, changed by people, deleted by people.
INSERT INTO audit_events (id, at, account_id, account_name, request_id, action, resource_type, resource_id, before, after)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 1500)
    SELECT uuid(format('018f0000-0006-7000-8000-%s', 100000000000 + n)), to_timestamp(1520000000 + 1000 * n),
        CASE WHEN n % 6 > 0 THEN uuid(format('018f0000-0005-7000-8000-%s', 100000000001 + n % 200)) END,
        CASE n % 6 WHEN 0 THEN 'operator' WHEN 5 THEN NULL ELSE format('Élodie "أمينة" %s', n) END,
        CASE WHEN n % 4 > 0 THEN format('018f0000-0061-7000-8000-%s', 100000000000 + n / 2) END,
        CASE n % 5 WHEN 0 THEN 'create' WHEN 1 THEN 'delete' WHEN 2 THEN 'transition' ELSE 'update' END,
        CASE n % 3 WHEN 0 THEN 'association' WHEN 1 THEN 'account' ELSE 'city' END,
        CASE n % 3 WHEN 0 THEN format('018f0000-0002-7000-8000-%s', 100000000000 + n)
            WHEN 1 THEN format('018f0000-0005-7000-8000-%s', 100000000001 + n % 200) ELSE '01.911.01.01' END,
        CASE WHEN n % 5 > 0 THEN json(CASE n % 3
            WHEN 0 THEN format('{"name":{"ar":"جمعية %s"},"volunteers":%s,"acronym":null,"internal":{"ice":"00%s","tax_id":"é\n\"\\"}}', n, n, 1000000000000 + n)
            WHEN 1 THEN format('{"name":"Élodie أمينة %s","role":"juror","scopes":[],"disabled_at":null}', n)
            ELSE '{"name":{"fr":"Ville"},"slug":"ville","location":{"lat":35.25165,"lon":-3.93723},"population_2024":null}' END) END,
        CASE WHEN n % 5 <> 1 THEN json(CASE n % 3
            WHEN 0 THEN CASE n % 4 WHEN 0 THEN format('{"name":{"ar":"جمعية %s"},"internal":null}', n)
                WHEN 1 THEN format('{"name":{"ar":"جمعية %s"},"internal":{}}', n)
                ELSE format('{"name":{"ar":"جمعية %s"},"internal":{"legal_representative":"Mme Ça %s"}}', n, n) END
            WHEN 1 THEN CASE WHEN n % 4 = 0 THEN '{"role":"juror"}' ELSE format('{"name":"Elodie %s","role":"juror"}', n) END
            ELSE '{"name":{"fr":"Ville"},"slug":"ville","location":{"lat":35.25165,"lon":-3.93723},"population_2024":9007199254740992}' END) END
    FROM series;

INSERT INTO idempotency_keys (caller, route, key, fingerprint, status, headers, body, created_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 300)
    SELECT format('018f0000-0005-7000-8000-%s', 100000000001 + n % 200), CASE n % 2 WHEN 0 THEN 'POST /v1/associations' ELSE 'POST /v1/cities' END,
        CASE WHEN n % 3 = 0 THEN 'نفس المفتاح' ELSE format('key-%s', n) END, replace(format('%64s', n), ' ', 'b'), 201,
        json(format('{"location":"/v1/associations/%s","etag":"\"1\""}', n)), format('{"name":{"ar":"جمعية %s"}}', n), to_timestamp(1790000000 + n)
    FROM series WHERE n <= 200 OR n % 3 > 0;

INSERT INTO dataset_records (dataset, key, record_id, checksum, loaded_version)
    SELECT 'regions', code, code, replace(format('%64s', code), ' ', 'c'), version FROM regions
    UNION ALL SELECT 'provinces', code, code, replace(format('%64s', code), ' ', 'c'), 1 FROM provinces WHERE code IN ('01.051', '02.411')
    UNION ALL SELECT 'communes', code, code, replace(format('%64s', code), ' ', 'c'), 1 FROM cities WHERE code IN ('01.051.01.01', '01.051.01.03', '02.411.01.23')
    UNION ALL SELECT 'activity_fields', code, code, replace(format('%64s', code), ' ', 'c'), 1 FROM activity_fields
    UNION ALL SELECT 'editions', '2018', '018f0000-0003-7000-8000-100000000001', replace(format('%64s', ''), ' ', 'c'), 1
    UNION ALL SELECT 'editions', '2019', '018f0000-0003-7000-8000-100000000002', replace(format('%64s', ''), ' ', 'c'), 1
    UNION ALL SELECT 'associations', '1', '018f0000-0002-7000-8000-100000000005', replace(format('%64s', ''), ' ', 'c'), 1
    UNION ALL SELECT 'associations', '2', '018f0000-0002-7000-8000-100000000039', replace(format('%64s', ''), ' ', 'c'), 1
    UNION ALL SELECT 'regions', '', '', replace(format('%64s', ''), ' ', 'c'), 0;
