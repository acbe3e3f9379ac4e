-- Who wrote the facts of two thousand associations.
INSERT INTO association_facts (association_id, fact, written_at, written_by, account_id, city_code, source)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 2000)
    SELECT uuid(format('018f0000-0002-7000-8000-%s', 100000000000 + n)), 'entry', to_timestamp(1600000000 + n),
        CASE n % 3 WHEN 0 THEN 'source' WHEN 1 THEN 'ministry' ELSE 'integration' END,
        CASE WHEN n % 3 > 0 THEN uuid('018f0000-0005-7000-8000-100000000008') END, CASE WHEN n % 3 = 2 THEN '01.911.01.01' END,
        CASE WHEN n % 3 = 0 THEN 'data/associations.csv' END
    FROM series
    UNION ALL
    SELECT uuid(format('018f0000-0002-7000-8000-%s', 100000000000 + n)), CASE n % 2 WHEN 0 THEN 'status' ELSE 'last_activity_on' END,
        to_timestamp(1700000000 + n), CASE n % 4 WHEN 0 THEN 'administrator' ELSE 'association_representative' END,
        uuid(format('018f0000-0005-7000-8000-%s', 100000000001 + n % 200)), NULL, NULL
    FROM series WHERE n % 5 = 0;
