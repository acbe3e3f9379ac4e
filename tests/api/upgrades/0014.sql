-- Changes of the states of editions; an edition that was put off by the service; honours of a nomination, one that was taken back.
INSERT INTO editions (id, year, designated_for_year, status, status_reason, name, search_text, city_code, postponed_from, postponement,
        provenance, version, created_at, updated_at) VALUES
    ('018f0000-0003-7000-8000-100000000051', 2071, 2070, 'postponed', '{"ar":"زلزال","fr":"Séisme"}', '{"fr":"Capitale 2071"}',
        '| capitale 2071 |', '03.911.01.01', 'honours_review', '{"from_year":2070,"to_year":2071,"reason":{"fr":"Séisme"},"sources":[]}',
        '{}', 9, to_timestamp(1600000000), to_timestamp(1700000000)),
    ('018f0000-0003-7000-8000-100000000052', 2072, NULL, 'postponed', NULL, '{"fr":"Capitale 2072"}',
        '| capitale 2072 |', '03.911.01.02', 'designated', NULL, '{}', 9, to_timestamp(1600000000), to_timestamp(1700000000));
INSERT INTO edition_transitions (id, edition_id, edition_year, from_status, to_status, reason, account_id, at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 120)
    SELECT uuid(format('018f0000-0141-7000-8000-%s', 100000000000 + n)), uuid(format('018f0000-0003-7000-8000-%s', 100000000001 + n % 40)),
        2018 + n % 40, CASE WHEN n <= 40 THEN 'draft' ELSE 'city_call_open' END, CASE WHEN n <= 40 THEN 'city_call_open' ELSE 'city_review' END,
        CASE WHEN n % 3 = 0 THEN json('{"ar":"حسب الجدول الزمني"}') END, uuid('018f0000-0005-7000-8000-100000000008'), to_timestamp(1500000000 + n)
    FROM series;
INSERT INTO edition_transitions (id, edition_id, edition_year, from_status, to_status, reason, account_id, at) VALUES
    ('018f0000-0141-7000-8000-100000000201', '018f0000-0003-7000-8000-100000000051', 2070, 'honours_review', 'postponed',
        '{"fr":"Séisme"}', '018f0000-0005-7000-8000-100000000008', to_timestamp(1700000000));
INSERT INTO honours (id, edition_id, association_id, title, nomination_id, revoked_at, revocation_reason, version, created_at, updated_at)
    SELECT uuid(format('018f0000-0034-7000-8000-%s', 100000001000 + row_number() OVER (ORDER BY id))), edition_id, association_id,
        '{"fr":"Bouclier"}', id, CASE WHEN edition_id > uuid('018f0000-0003-7000-8000-100000000020') THEN to_timestamp(1710000000) END,
        CASE WHEN edition_id > uuid('018f0000-0003-7000-8000-100000000020') THEN 'تبين أن الوثائق مزورة' END, 2, to_timestamp(1650000000), to_timestamp(1710000000)
    FROM nominations
    WHERE status = 'shortlisted' AND NOT EXISTS (SELECT 1 FROM honours AS known
        WHERE known.edition_id = nominations.edition_id AND known.association_id = nominations.association_id);
