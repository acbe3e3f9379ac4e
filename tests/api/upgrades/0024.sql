-- Internal records that changed apart from their associations.
INSERT INTO association_internal_records (association_id, seat_address, ice, version, updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 20)
    SELECT uuid(format('018f0000-0002-7000-8000-%s', 100000003000 + 3 * n)), 'شارع محمد الخامس', format('98%s', 1000000000000 + n), 1 + n,
        to_timestamp(1720000000 + n) FROM series;
