-- Ten thousand associations with their fields, values and internal records: 268 of them deleted, some under a name that
-- another one has now; facts that were kept in English alone.
INSERT INTO activity_fields (code, slug, position, name, name_ar_key, name_fr_key, search_text, created_at, updated_at) VALUES
    ('1', 'culture', 1, '{"ar":"الثقافة والرياضة والترفيه","fr":"Culture, sport et loisirs"}', 'الثقافه والرياضه والترفيه',
        'culture sport et loisirs', '| culture sport et loisirs | الثقافه والرياضه والترفيه | culture |',
        to_timestamp(1514764800), to_timestamp(1514764800)),
    ('2', 'education', 2, '{"ar":"التعليم والبحث","fr":"Éducation et recherche"}', 'التعليم والبحث', 'education et recherche',
        '| education et recherche | التعليم والبحث | education |', to_timestamp(1514764800), to_timestamp(1514764800)),
    ('3', 'health', 3, '{"ar":"الصحة","fr":"Santé"}', 'الصحه', 'sante', '| sante | الصحه | health |',
        to_timestamp(1514764800), to_timestamp(1514764800)),
    ('4', 'social-services', 4, '{"ar":"الخدمات الاجتماعية","fr":"Services sociaux"}', 'الخدمات الاجتماعيه', 'services sociaux',
        '| services sociaux | الخدمات الاجتماعيه | social services |', to_timestamp(1514764800), to_timestamp(1514764800)),
    ('5', 'environment', 5, '{"ar":"البيئة","fr":"Environnement"}', 'البييه', 'environnement',
        '| environnement | البييه | environment |', to_timestamp(1514764800), to_timestamp(1514764800)),
    ('6', 'development', 6, '{"ar":"التنمية والسكن","fr":"Développement et logement"}', 'التنميه والسكن',
        'developpement et logement', '| developpement et logement | التنميه والسكن | development |',
        to_timestamp(1514764800), to_timestamp(1514764800)),
    ('7', 'law', 7, '{"ar":"القانون والترافع والدفاع عن الحقوق","fr":"Droit, plaidoyer et défense des droits"}',
        'القانون والترافع والدفاع عن الحقوق', 'droit plaidoyer et defense des droits',
        '| droit plaidoyer et defense des droits | القانون والترافع والدفاع عن الحقوق | law |',
        to_timestamp(1514764800), to_timestamp(1514764800)),
    ('8', 'philanthropy', 8, '{"ar":"العمل الخيري وتشجيع التطوع","fr":"Intermédiaires philanthropiques et promotion du bénévolat"}',
        'العمل الخيري وتشجيع التطوع', 'intermediaires philanthropiques et promotion du benevolat',
        '| intermediaires philanthropiques et promotion du benevolat | العمل الخيري وتشجيع التطوع | philanthropy |',
        to_timestamp(1514764800), to_timestamp(1514764800)),
    ('9', 'international', 9, '{"ar":"الأنشطة الدولية","fr":"Activités internationales"}', 'الانشطه الدوليه',
        'activites internationales', '| activites internationales | الانشطه الدوليه | international |',
        to_timestamp(1514764800), to_timestamp(1514764800)),
    ('10', 'religion', 10, '{"ar":"الدين","fr":"Religion"}', 'الدين', 'religion', '| religion | الدين |',
        to_timestamp(1514764800), to_timestamp(1514764800)),
    ('11', 'business', 11, '{"ar":"الجمعيات المهنية والنقابات","fr":"Associations professionnelles et syndicats"}',
        'الجمعيات المهنيه والنقابات', 'associations professionnelles et syndicats',
        '| associations professionnelles et syndicats | الجمعيات المهنيه والنقابات | business |',
        to_timestamp(1514764800), to_timestamp(1514764800)),
    ('12', 'other', 12, '{"ar":"أخرى","fr":"Autres"}', 'اخري', 'autres', '| autres | اخري | other |',
        to_timestamp(1514764800), to_timestamp(1514764800));

INSERT INTO associations (id, name, name_ar_key, name_fr_key, search_text, identity_key, acronym, object, city_code, province_code,
        scope, status, founded_on, founded_year, receipt_status, receipt_on, public_utility, public_utility_decree, volunteers,
        last_activity_on, website, email, attestations, links, sources, version, created_at, updated_at, deleted_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 9980),
        themes (theme, ar, ar_key, fr, fr_key) AS (VALUES
            (0, 'النهضة', 'النهضه', 'de la Renaissance', 'de la renaissance'),
            (1, 'الأمل', 'الامل', 'de l’Espoir', 'de l espoir'),
            (2, 'التنمية', 'التنميه', 'du Développement', 'du developpement'),
            (3, 'المرأة القروية', 'المراه القرويه', 'des Femmes rurales', 'des femmes rurales'),
            (4, 'البيئة', 'البييه', 'de l’Environnement', 'de l environnement'),
            (5, 'الشباب', 'الشباب', 'de la Jeunesse', 'de la jeunesse'),
            (6, 'التراث', 'التراث', 'du Patrimoine', 'du patrimoine')),
        seats (place, city_code, province_code) AS (SELECT row_number() OVER (ORDER BY code), code, province_code FROM cities)
    SELECT uuid(format('018f0000-0002-7000-8000-%s', 100000000000 + n)),
        json(CASE WHEN n % 10 = 0 THEN format('{"fr":"Association %s %s"}', fr, n)
            WHEN n % 50 = 1 THEN format('{"ar":"جمعية %s %s","fr":"Association %s %s","zgh":"ⵜⴰⵎⵙⵎⵓⵏⵜ %s","en":"Association %s"}',
                ar, n, fr, n, n, n)
            ELSE format('{"ar":"جمعية %s %s","fr":"Association %s %s"}', ar, n, fr, n) END),
        CASE WHEN n % 10 = 0 THEN '' ELSE format('جمعيه %s %s', ar_key, n) END,
        format('association %s %s', fr_key, n),
        format(CASE WHEN n % 10 = 0 THEN '| association %s %s |' ELSE '| association %s %s | جمعيه %s %s |' END, fr_key, n, ar_key, n),
        format('fr:association %s %s%s@%s', fr_key, n, CASE WHEN n % 10 > 0 THEN format('|ar:جمعيه %s %s', ar_key, n) END,
            seats.city_code),
        CASE WHEN n % 3 = 0 THEN format('A%s', n) END,
        CASE WHEN n % 4 = 0 THEN json(format('{"ar":"تنمية المواطنة والحوار","fr":"Développer la citoyenneté et le dialogue (%s)"}', n)) END,
        seats.city_code,
        CASE WHEN seats.city_code IS NOT NULL THEN seats.province_code WHEN n % 40 = 7 THEN format('0%s.911', 1 + n % 9) END,
        CASE n % 5 WHEN 0 THEN 'local' WHEN 1 THEN 'regional' WHEN 2 THEN 'national' WHEN 3 THEN 'abroad' END,
        CASE n % 7 WHEN 0 THEN NULL WHEN 1 THEN 'dormant' WHEN 2 THEN 'dissolved' ELSE 'active' END,
        CASE WHEN n % 4 = 0 THEN date(format('%s-0%s-15', 1958 + n % 67, 1 + n % 9)) END,
        CASE WHEN n % 4 = 1 THEN 1958 + n % 67 END,
        CASE n % 4 WHEN 0 THEN 'final' WHEN 1 THEN 'provisional' WHEN 2 THEN 'none' END,
        CASE WHEN n % 4 = 0 THEN date(format('%s-1%s-28', 1990 + n % 35, n % 3)) END,
        CASE n % 3 WHEN 0 THEN TRUE WHEN 1 THEN FALSE END,
        CASE WHEN n % 9 = 0 THEN format('décret 2.%s.%s', n % 100, n) END,
        CASE WHEN n % 6 > 0 THEN n % 500 END,
        CASE WHEN n % 5 > 0 THEN date(format('20%s-0%s-01', 10 + n % 16, 1 + n % 9)) END,
        CASE WHEN n % 8 = 0 THEN format('https://association-%s.example.ma/الرئيسية', n) END,
        CASE WHEN n % 8 = 1 THEN format('contact-%s@example.ma', n) END,
        json(CASE n % 3 WHEN 0 THEN '{"national":true,"voluntary":true,"non_profit":true,"non_political":true}'
            WHEN 1 THEN '{"national":false}' ELSE '{}' END),
        json(CASE WHEN n % 100 = 0 THEN '[{"kind":"edition_partner","year":2018,"detail":"local partner, Oujda 2018"}]'
            WHEN n % 100 = 1 THEN '[{"kind":"public_utility","year":2020,"detail":{"ar":"ذات منفعة عامة","fr":"d’utilité publique"}},{"kind":"prize_laureate"}]'
            ELSE '[]' END),
        json(CASE WHEN n % 10 = 3 THEN format('["https://example.ma/associations/%s"]', n) ELSE '[]' END),
        1 + n % 5, to_timestamp(1520000000 + n * 3600), to_timestamp(1600000000 + n * 3601),
        CASE WHEN n % 40 = 39 THEN to_timestamp(1700000000 + n) END
    FROM series
        JOIN themes ON theme = n % 7
        LEFT JOIN seats ON place = 1 + n * 7 % 245 AND n % 20 <> 7
    ORDER BY n;
-- Nineteen that were deleted, with the names of others, and one at every limit.
INSERT INTO associations (id, name, name_ar_key, name_fr_key, search_text, identity_key, attestations, links, sources, version,
        created_at, updated_at, deleted_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 20)
    SELECT uuid(format('018f0000-0002-7000-8000-%s', 100000009980 + n)), one.name, one.name_ar_key, one.name_fr_key, one.search_text,
        one.identity_key, '{}', '[]', '[]', 2, to_timestamp(1520000000 + n), to_timestamp(1530000000 + n), to_timestamp(1530000000 + n)
    FROM series JOIN associations AS one ON one.id = uuid(format('018f0000-0002-7000-8000-%s', 100000000000 + n))
    WHERE n < 20;
INSERT INTO associations (id, name, name_ar_key, name_fr_key, search_text, identity_key, acronym, object, public_utility_decree,
        volunteers, website, email, attestations, links, sources, version, created_at, updated_at)
    SELECT uuid('018f0000-0002-7000-8000-100000010000'),
        json(format('{"ar":"%s","fr":"%s","zgh":"%s","en":"\"\\\u0027|%s"}', ar, fr, replace(format('%300s', ''), ' ', 'ⵎ'), fr)),
        replace(format('%300s', ''), ' ', 'م'), replace(format('%300s', ''), ' ', 'e'),
        format('| %s | %s |', replace(format('%300s', ''), ' ', 'e'), ar), format('fr:%s|ar:%s@', fr, ar),
        replace(format('%40s', ''), ' ', 'A'), json(format('{"ar":"%s"}', replace(format('%10000s', ''), ' ', 'م'))),
        replace(format('%300s', ''), ' ', 'd'), 9007199254740992, 'https://xn--example.ma/', replace(format('%254s', ''), ' ', 'e'),
        '{}', '[]', '[]', 9007199254740992, to_timestamp(0), to_timestamp(4102444800)
    FROM (SELECT replace(format('%300s', ''), ' ', 'م') AS ar, replace(format('%300s', ''), ' ', 'é') AS fr) AS texts;

INSERT INTO association_activity_fields (association_id, field_code)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 9990)
    SELECT uuid(format('018f0000-0002-7000-8000-%s', 100000000000 + n)), CAST(1 + n % 12 AS TEXT) FROM series WHERE n % 11 > 0
    UNION
    SELECT uuid(format('018f0000-0002-7000-8000-%s', 100000000000 + n)), CAST(1 + n * 5 % 12 AS TEXT) FROM series WHERE n % 4 = 0;

INSERT INTO association_values (association_id, value)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 9990)
    SELECT uuid(format('018f0000-0002-7000-8000-%s', 100000000000 + n)),
        CASE n % 4 WHEN 0 THEN 'citizenship' WHEN 1 THEN 'development' WHEN 2 THEN 'dialogue' ELSE 'coexistence' END
    FROM series WHERE n % 5 > 1;

-- Of deleted associations, too.
INSERT INTO association_internal_records (association_id, seat_address, receipt_number, ice, tax_id, legal_representative,
        representative_contact)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 3 FROM series WHERE n < 9990)
    SELECT uuid(format('018f0000-0002-7000-8000-%s', 100000000000 + n)), format('زنقة %s، حي السلام', n),
        CASE WHEN n % 2 = 0 THEN format('%s/2019', n) END, CASE WHEN n % 4 > 0 THEN format('00%s', 1000000000000 + n) END,
        CASE WHEN n % 5 = 0 THEN format('IF%s', n) END, CASE WHEN n % 7 > 0 THEN format('Élodie Ben Ça%s', n) END, NULL
    FROM series;
INSERT INTO association_internal_records (association_id, seat_address, receipt_number, ice, tax_id, legal_representative,
        representative_contact)
    SELECT uuid('018f0000-0002-7000-8000-100000010000'), replace(format('%500s', ''), ' ', 'ش'), replace(format('%100s', ''), ' ', '9'),
        '999999999999999', replace(format('%50s', ''), ' ', '9'), replace(format('%200s', ''), ' ', 'م'), replace(format('%300s', ''), ' ', 'x');
INSERT INTO association_internal_records (association_id) VALUES ('018f0000-0002-7000-8000-100000000002');
