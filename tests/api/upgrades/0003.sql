-- Editions in every state, with and without dates, calls and parameters, some cancelled or deleted in the year of another;
-- their events, partners, criteria and honours, and the years without an edition.
INSERT INTO editions (id, year, designated_for_year, ordinal, status, status_reason, name, search_text, theme, slogan,
        strategy_programme, city_code, high_patronage, designated_on, starts_on, ends_on, city_call_opens_at, city_call_closes_at,
        honours_call_opens_at, honours_call_closes_at, parameters, postponement, next_city_announced, honours_statement, provenance,
        version, created_at, updated_at)
    WITH RECURSIVE series (n, year) AS (
        SELECT 1, CAST(2018 AS BIGINT) UNION ALL SELECT n + 1, CASE WHEN year = 2019 THEN 2022 ELSE year + 1 END FROM series WHERE n < 40)
    SELECT uuid(format('018f0000-0003-7000-8000-%s', 100000000000 + n)), year,
        CASE n % 3 WHEN 0 THEN year - 2 WHEN 1 THEN year END, CASE WHEN n < 12 THEN n END,
        CASE WHEN n < 6 THEN 'completed' ELSE CASE n % 10 WHEN 0 THEN 'draft' WHEN 1 THEN 'city_call_open' WHEN 2 THEN 'city_review'
            WHEN 3 THEN 'designated' WHEN 4 THEN 'honours_call_open' WHEN 5 THEN 'honours_review' WHEN 6 THEN 'in_progress'
            WHEN 7 THEN 'completed' WHEN 8 THEN 'archived' ELSE 'postponed' END END,
        CASE WHEN n % 10 = 9 THEN json('{"ar":"جائحة","fr":"Pandémie"}') END,
        json(format('{"ar":"عاصمة المجتمع المدني المغربي لسنة %s","fr":"Capitale de la société civile marocaine %s"}', year, year)),
        format('| capitale de la societe civile marocaine %s | عاصمه المجتمع المدني المغربي لسنه %s |', year, year),
        CASE WHEN n % 2 = 0 THEN json('{"ar":"التاريخ ومسارات الذاكرة"}') END,
        CASE WHEN n % 4 = 0 THEN json('{"fr":"Ensemble"}') END,
        CASE WHEN n % 8 = 0 THEN json(format('{"fr":"%s"}', replace(format('%10000s', ''), ' ', 'é'))) END,
        CASE WHEN n < 6 OR n % 10 > 2 THEN format('0%s.9%s1.01.0%s', 1 + n % 9, 1 + n % 4, 1 + n % 3) END,
        CASE n % 3 WHEN 0 THEN TRUE WHEN 1 THEN FALSE END,
        CASE WHEN n % 10 > 2 THEN date(format('%s-12-28', year - 1)) END,
        CASE WHEN n % 10 > 5 THEN date(format('%s-10-06', year)) END, CASE WHEN n % 10 > 6 THEN date(format('%s-10-06', year)) END,
        CASE WHEN n % 10 IN (1, 2) THEN to_timestamp(1514764800 + 31557600 * (year - 2018)) END,
        CASE WHEN n % 10 IN (1, 2) THEN to_timestamp(1517443200 + 31557600 * (year - 2018)) END,
        CASE WHEN n % 10 IN (4, 5, 6) THEN to_timestamp(1519862400 + 31557600 * (year - 2018)) END,
        CASE WHEN n % 10 IN (4, 5, 6) THEN to_timestamp(1522540800 + 31557600 * (year - 2018)) END,
        json(CASE n % 3 WHEN 0 THEN '{"min_active_associations":20,"min_activity_fields":5,"max_months_since_activity":24,"provisional_receipt_days":60,"city_title_again_after_editions":null,"association_honour_pause_years":4,"min_evaluations":3,"pass_mark_hundredths":6000,"first_criterion_pass":6,"appeal_days":15}'
            WHEN 1 THEN '{"appeal_days":0}' END),
        CASE WHEN n % 10 = 9 OR n = 3 THEN
            json(format('{"from_year":%s,"to_year":%s,"reason":{"ar":"جائحة كوفيد-19"},"sources":["https://example.ma/"]}', year - 2, year)) END,
        CASE WHEN n % 5 = 0 THEN
            json(format('{"city_code":"01.911.01.01","for_year":%s,"note":{"en":"announced at the closing"}}', year + 1)) END,
        CASE WHEN n % 5 = 1 THEN json('{"names_found":false}') END,
        json(CASE WHEN n % 2 = 0 THEN '{}' ELSE '{"uncertain":["ends_on"],"notes":{"starts_on":{"en":"a Saturday"}},"conflicts":[{"field":"year","says":"2021","url":"https://example.ma/دورة","why_not_kept":{"en":"contradicts the ministry"}}],"sources":[{"url":"https://example.ma/","supports":["starts_on","length of two days"]}]}' END),
        n, to_timestamp(1514764800 + n), to_timestamp(1600000000 + n)
    FROM series;
INSERT INTO editions (id, year, status, status_reason, name, search_text, provenance, version, created_at, updated_at, deleted_at) VALUES
    ('018f0000-0003-7000-8000-100000000041', 2018, 'cancelled', '{"fr":"Faute de moyens"}', '{"fr":"Édition annulée"}',
        '| edition annulee |', '{}', 3, to_timestamp(1500000000), to_timestamp(1510000000), NULL),
    ('018f0000-0003-7000-8000-100000000042', 2018, 'cancelled', NULL, '{"ar":"دورة ملغاة"}',
        '| دوره ملغاه |', '{}', 2, to_timestamp(1500000000), to_timestamp(1510000000), NULL),
    ('018f0000-0003-7000-8000-100000000043', 2018, 'draft', NULL, '{"fr":"Une erreur"}',
        '| une erreur |', '{}', 2, to_timestamp(1500000000), to_timestamp(1510000000), to_timestamp(1510000000)),
    ('018f0000-0003-7000-8000-100000000044', 2200, 'draft', NULL, '{"fr":"Une autre erreur"}',
        '| une autre erreur |', '{}', 2, to_timestamp(1500000000), to_timestamp(1510000000), to_timestamp(1510000001));

INSERT INTO years_without_edition (year, reason, sources) VALUES
    (2020, '{"ar":"جائحة كوفيد-19","fr":"Pandémie de Covid-19"}', '["https://example.ma/2020"]'),
    (2021, '{"en":"Postponed."}', '[]');

INSERT INTO events (id, edition_id, position, kind, title, starts_on, ends_on, place, sources, version, created_at, updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 240)
    SELECT uuid(format('018f0000-0031-7000-8000-%s', 100000000000 + n)), uuid(format('018f0000-0003-7000-8000-%s', 100000000001 + n % 40)),
        1 + n / 40, CASE n % 11 WHEN 0 THEN 'press_meeting' WHEN 1 THEN 'opening' WHEN 2 THEN 'conference' WHEN 3 THEN 'exhibition'
            WHEN 4 THEN 'caravan_stage' WHEN 5 THEN 'stage' WHEN 6 THEN 'closing_of_stage' WHEN 7 THEN 'local_programme'
            WHEN 8 THEN 'agreement' WHEN 9 THEN 'closing' ELSE 'designation_of_next' END,
        json(format('{"ar":"الجلسة %s","fr":"Séance %s"}', n, n)),
        CASE WHEN n % 3 > 0 THEN date(format('20%s-10-0%s', 18 + n % 40, 1 + n % 8)) END,
        CASE WHEN n % 3 = 1 THEN date(format('20%s-10-0%s', 18 + n % 40, 2 + n % 8)) END,
        CASE WHEN n % 2 = 0 THEN json('{"fr":"Théâtre Mohammed-V"}') END, '["https://example.ma/"]',
        1 + n % 2, to_timestamp(1514764800 + n), to_timestamp(1600000000 + n)
    FROM series;

INSERT INTO partners (id, edition_id, position, kind, name, created_at, updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 200)
    SELECT uuid(format('018f0000-0032-7000-8000-%s', 100000000000 + n)), uuid(format('018f0000-0003-7000-8000-%s', 100000000001 + n % 40)),
        1 + n / 40, CASE n % 6 WHEN 0 THEN 'organiser' WHEN 1 THEN 'ministry' WHEN 2 THEN 'authority' WHEN 3 THEN 'elected'
            WHEN 4 THEN 'local_partner' ELSE 'partner' END,
        json(format('{"ar":"شريك %s","fr":"Partenaire %s"}', n, n)), to_timestamp(1514764800 + n), to_timestamp(1600000000 + n)
    FROM series;

INSERT INTO criteria (id, edition_id, position, code, nomination_kind, name, weight, sources, created_at, updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 160)
    SELECT uuid(format('018f0000-0033-7000-8000-%s', 100000000000 + n)), uuid(format('018f0000-0003-7000-8000-%s', 100000000001 + n % 40)),
        1 + n / 40, format('criterion_%s', (n - 1) / 40 % 2), CASE WHEN n <= 80 THEN 'city' ELSE 'association' END,
        json(format('{"ar":"معيار %s"}', n)), CASE WHEN n % 40 > 3 THEN 50 END, '[]', to_timestamp(1514764800 + n), to_timestamp(1600000000 + n)
    FROM series;

-- To associations of all kinds, deleted ones among them.
INSERT INTO honours (id, edition_id, association_id, title, citation, awarded_on, version, created_at, updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 150)
    SELECT uuid(format('018f0000-0034-7000-8000-%s', 100000000000 + n)), uuid(format('018f0000-0003-7000-8000-%s', 100000000001 + n % 8)),
        uuid(format('018f0000-0002-7000-8000-%s', 100000000000 + 13 * n)), json('{"ar":"درع المجتمع المدني","fr":"Bouclier"}'),
        CASE WHEN n % 2 = 0 THEN json(format('{"fr":"Pour son œuvre (%s)"}', n)) END,
        CASE WHEN n % 3 = 0 THEN date('2018-10-07') END, 1 + n % 3, to_timestamp(1514764800 + n), to_timestamp(1600000000 + n)
    FROM series;
