-- Where accounts belonged before.
INSERT INTO past_affiliations (id, account_id, name, city_code, association_id, organisation, ended_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 100)
    SELECT uuid(format('018f0000-0271-7000-8000-%s', 100000000000 + n)), uuid(format('018f0000-0005-7000-8000-%s', 100000000001 + n % 60)),
        CASE WHEN n % 2 = 0 THEN 'Élodie بن علي' END, CASE WHEN n % 3 = 0 THEN '01.911.01.01' END,
        CASE WHEN n % 3 = 1 THEN uuid(format('018f0000-0002-7000-8000-%s', 100000000000 + n)) END, CASE WHEN n % 3 = 2 THEN 'إيكسو' END,
        to_timestamp(1730000000 + n)
    FROM series;
