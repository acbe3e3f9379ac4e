-- Regions, provinces and cities: with and without a place and a population, deleted ones, a slug that was given again.
INSERT INTO regions (code, name, name_ar_key, name_fr_key, search_text, population_2024, version, created_at, updated_at) VALUES
    ('01', '{"ar":"طنجة-تطوان-الحسيمة","fr":"Tanger-Tétouan-Al Hoceima"}', 'طنجه تطوان الحسيمه', 'tanger tetouan al hoceima',
        '| tanger tetouan al hoceima | طنجه تطوان الحسيمه |', 4030222, 1, to_timestamp(1514764800), to_timestamp(1514764800)),
    ('02', '{"ar":"الشرق","fr":"Oriental"}', 'الشرق', 'oriental',
        '| oriental | الشرق |', 2294665, 1, to_timestamp(1514764800), to_timestamp(1514764800)),
    ('03', '{"ar":"فاس-مكناس","fr":"Fès-Meknès"}', 'فاس مكناس', 'fes meknes',
        '| fes meknes | فاس مكناس |', 4467911, 1, to_timestamp(1514764800), to_timestamp(1514764800)),
    ('04', '{"ar":"الرباط-سلا-القنيطرة","fr":"Rabat-Salé-Kénitra"}', 'الرباط سلا القنيطره', 'rabat sale kenitra',
        '| rabat sale kenitra | الرباط سلا القنيطره |', 5132639, 1, to_timestamp(1514764800), to_timestamp(1514764800)),
    ('05', '{"ar":"بني ملال-خنيفرة","fr":"Béni Mellal-Khénifra"}', 'بني ملال خنيفره', 'beni mellal khenifra',
        '| beni mellal khenifra | بني ملال خنيفره |', 2525801, 1, to_timestamp(1514764800), to_timestamp(1514764800)),
    ('06', '{"ar":"الدار البيضاء-سطات","fr":"Casablanca-Settat"}', 'الدار البيضاء سطات', 'casablanca settat',
        '| casablanca settat | الدار البيضاء سطات |', 7688967, 1, to_timestamp(1514764800), to_timestamp(1514764800)),
    ('07', '{"ar":"مراكش-آسفي","fr":"Marrakech-Safi"}', 'مراكش اسفي', 'marrakech safi',
        '| marrakech safi | مراكش اسفي |', 4892393, 1, to_timestamp(1514764800), to_timestamp(1514764800)),
    ('08', '{"ar":"درعة-تافيلالت","fr":"Drâa-Tafilalet"}', 'درعه تافيلالت', 'draa tafilalet',
        '| draa tafilalet | درعه تافيلالت |', 1655623, 1, to_timestamp(1514764800), to_timestamp(1514764800)),
    ('09', '{"ar":"سوس-ماسة","fr":"Souss-Massa"}', 'سوس ماسه', 'souss massa',
        '| souss massa | سوس ماسه |', 3020431, 1, to_timestamp(1514764800), to_timestamp(1514764800)),
    ('10', '{"ar":"كلميم-واد نون","fr":"Guelmim-Oued Noun"}', 'كلميم واد نون', 'guelmim oued noun',
        '| guelmim oued noun | كلميم واد نون |', 448685, 1, to_timestamp(1514764800), to_timestamp(1514764800)),
    ('11', '{"ar":"العيون-الساقية الحمراء","fr":"Laâyoune-Sakia El Hamra"}', 'العيون الساقيه الحمراء', 'laayoune sakia el hamra',
        '| laayoune sakia el hamra | العيون الساقيه الحمراء |', 451028, 2, to_timestamp(1514764800), to_timestamp(1600000000)),
    ('12', '{"fr":"Dakhla-Oued Ed-Dahab"}', '', 'dakhla oued ed dahab',
        '| dakhla oued ed dahab |', NULL, 1, to_timestamp(1514764800), to_timestamp(1514764800));

-- Four for each region, and two of the reference data.
INSERT INTO provinces (code, region_code, parent_code, kind, name, name_ar_key, name_fr_key, search_text, population_2024,
        version, created_at, updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 4)
    SELECT format('%s.9%s1', code, n), code, CASE n WHEN 4 THEN format('%s.911', code) ELSE code END,
        CASE n WHEN 1 THEN 'prefecture' WHEN 4 THEN 'prefecture_of_arrondissements' ELSE 'province' END,
        json(format('{"ar":"إقليم %s","fr":"Province de %s %s"}', n, name_fr_key, n)),
        format('اقليم %s', n), format('province de %s %s', name_fr_key, n),
        format('| province de %s %s | اقليم %s |', name_fr_key, n, n),
        CASE WHEN n < 4 THEN 100000 * n END, n, to_timestamp(1514764800 + n), to_timestamp(1514764800 + 60 * n)
    FROM regions, series;
INSERT INTO provinces (code, region_code, parent_code, kind, name, name_ar_key, name_fr_key, search_text, population_2024,
        version, created_at, updated_at) VALUES
    ('01.051', '01', '01', 'province', '{"ar":"الحسيمة","fr":"Al Hoceima"}', 'الحسيمه', 'al hoceima', '| al hoceima | الحسيمه |',
        371527, 1, to_timestamp(1514764800), to_timestamp(1514764800)),
    ('02.411', '02', '02', 'prefecture', '{"ar":"وجدة-أنجاد","fr":"Oujda-Angad"}', 'وجده انجاد', 'oujda angad',
        '| oujda angad | وجده انجاد |', 572454, 1, to_timestamp(1514764800), to_timestamp(1514764800));

-- Five for each province of the series: 240, of which 36 are deleted.
INSERT INTO cities (code, slug, province_code, region_code, kind, name, name_ar_key, name_fr_key, search_text, population_2024,
        latitude, longitude, version, created_at, updated_at, deleted_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 5)
    SELECT format('%s.01.0%s', code, n), format('ville-%s-%s', replace(code, '.', '-'), n), code, region_code,
        CASE WHEN n < 4 THEN 'urban' ELSE 'rural' END,
        json(format('{"ar":"مدينة %s %s","fr":"Ville de %s %s","zgh":"ⵜⴰⵎⴷⵉⵏⵜ"}', code, n, code, n)),
        format('مدينه %s %s', code, n), format('ville de %s %s', code, n),
        format('| ville de %s %s | مدينه %s %s |', code, n, code, n),
        CASE WHEN n < 4 THEN 1000 * n END,
        CASE WHEN n < 3 THEN 30 + n / 8.0 END, CASE WHEN n < 3 THEN -7 - n / 8.0 END,
        n, to_timestamp(1514764800 + n), to_timestamp(1577836800 + n),
        CASE WHEN n = 5 AND kind <> 'prefecture' THEN to_timestamp(1600000000 + n) END
    FROM provinces, series WHERE code NOT IN ('01.051', '02.411');

-- What people did with cities of the reference data, and a city at every limit.
INSERT INTO cities (code, slug, province_code, region_code, kind, name, name_ar_key, name_fr_key, search_text, population_2024,
        latitude, longitude, version, created_at, updated_at, deleted_at) VALUES
    ('01.051.01.01', 'al-hoceima', '01.051', '01', 'urban', '{"ar":"الحسيمة","fr":"Al Hoceïma","zgh":"ⵍⵃⵓⵙⵉⵎⴰ","en":"Al Hoceima"}',
        'الحسيمه', 'al hoceima', '| al hoceima | الحسيمه |', 50225, 35.25165, -3.93723, 4, to_timestamp(1514764800),
        to_timestamp(1650000000), NULL),
    ('01.051.01.99', 'al-hoceima', '01.051', '01', 'urban', '{"fr":"Al Hoceima"}',
        '', 'al hoceima', '| al hoceima |', NULL, NULL, NULL, 2, to_timestamp(1514764800), to_timestamp(1520000000),
        to_timestamp(1520000000)),
    ('01.051.01.03', 'bni-bouayach', '01.051', '01', 'urban', '{"ar":"بني بوعياش","fr":"Bni Bouayach"}',
        'بني بوعياش', 'bni bouayach', '| bni bouayach | بني بوعياش |', 20013, 35.10506, -3.84028, 2, to_timestamp(1514764800),
        to_timestamp(1650000001), to_timestamp(1650000001)),
    ('02.411.01.23', 'oujda', '02.411', '02', 'urban', '{"ar":"وجدة","fr":"Oujda"}', 'وجده', 'oujda', '| oujda | وجده |', 506224,
        34.68139, -1.90858, 1, to_timestamp(1514764800), to_timestamp(1514764800), NULL);
INSERT INTO cities (code, slug, province_code, region_code, kind, name, name_ar_key, name_fr_key, search_text, population_2024,
        latitude, longitude, version, created_at, updated_at)
    SELECT '12.941.99.99', replace(format('%100s', ''), ' ', 'z'), '12.941', '12', 'rural',
        json(format('{"ar":"%s","fr":"%s"}', replace(format('%300s', ''), ' ', 'م'), replace(format('%300s', ''), ' ', 'É'))),
        replace(format('%300s', ''), ' ', 'م'), replace(format('%300s', ''), ' ', 'e'),
        format('| %s | %s |', replace(format('%300s', ''), ' ', 'e'), replace(format('%300s', ''), ' ', 'م')),
        9007199254740992, 90, -180, 9007199254740992, to_timestamp(0), to_timestamp(4102444800);
