-- Nominations in the states of the whole process, with decided ones of the same subject beside a live one; what they have achieved,
-- their documents, and what officers decided on them.
INSERT INTO nominations (id, edition_id, kind, city_code, association_id, subject_key, statement, programme, status, nominator_id,
        submitted_at, completion_due_at, screened_at, appealed_at, eligibility, version, created_at, updated_at, deleted_at)
    WITH RECURSIVE editions_in_turn (edition) AS (SELECT 1 UNION ALL SELECT edition + 1 FROM editions_in_turn WHERE edition < 40),
        series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 15),
        nominees (edition, n, city_code, association_id) AS (
            SELECT edition, n, CASE WHEN n <= 4 THEN format('0%s.9%s1.01.02', n, 1 + edition % 4) END,
                CASE WHEN n > 4 THEN format('018f0000-0002-7000-8000-%s', 100000000000 + 1 + (edition * 89 + n * 17) % 9900) END
            FROM editions_in_turn, series)
    SELECT uuid(format('018f0000-0004-7000-8000-%s', 100000010000 + 100 * edition + n)),
        uuid(format('018f0000-0003-7000-8000-%s', 100000000000 + edition)),
        CASE WHEN n <= 4 THEN 'city' ELSE 'association' END, city_code, uuid(association_id),
        COALESCE(city_code, association_id),
        json(format('{"ar":"ترشيح %s","fr":"Candidature n° %s"}', n, n)), CASE WHEN n <= 2 THEN json('{"ar":"برنامج"}') END,
        CASE n % 11 WHEN 0 THEN 'needs_completion' WHEN 1 THEN 'under_evaluation' WHEN 2 THEN 'under_evaluation' WHEN 3 THEN 'selected'
            WHEN 4 THEN 'not_selected' WHEN 5 THEN 'under_evaluation' WHEN 6 THEN 'eligible' WHEN 7 THEN 'ineligible' WHEN 8 THEN 'shortlisted'
            WHEN 9 THEN 'reserve' ELSE 'disqualified' END,
        uuid(format('018f0000-0005-7000-8000-%s', 100000000001 + (edition * 7 + n) % 200)), to_timestamp(1540000000 + 100000 * edition + n),
        CASE WHEN n % 11 = 0 THEN to_timestamp(1541000000 + n) END, CASE WHEN n % 11 > 0 THEN to_timestamp(1542000000 + n) END,
        CASE WHEN n = 7 THEN to_timestamp(1543000000 + n) END,
        CASE WHEN n % 11 > 0 THEN json('{"outcome":"pass","checks":[{"code":"urban_commune","name":{"ar":"جماعة حضرية","fr":"Commune urbaine"},"outcome":"pass","detail":{"fr":"La ville est une commune urbaine."},"evidence":{"kind":"urban"}}]}') END,
        1 + n % 6, to_timestamp(1539000000 + 100000 * edition + n), to_timestamp(1550000000 + 100000 * edition + n),
        CASE WHEN n = 10 THEN to_timestamp(1560000000 + n) END
    FROM nominees
    WHERE NOT EXISTS (SELECT 1 FROM nominations AS live WHERE live.edition_id = uuid(format('018f0000-0003-7000-8000-%s', 100000000000 + edition))
        AND live.subject_key = COALESCE(nominees.city_code, nominees.association_id) AND live.status <> 'withdrawn' AND live.deleted_at IS NULL);
-- Of one subject that is not selected: one that was disqualified, one whose title was revoked and one that is submitted.
INSERT INTO nominations (id, edition_id, kind, city_code, association_id, subject_key, statement, status, nominator_id, submitted_at,
        screened_at, created_at, updated_at)
    WITH again (place, status) AS (VALUES (20, 'disqualified'), (21, 'revoked'), (22, 'submitted'))
    SELECT uuid(format('018f0000-0004-7000-8000-%s', 100000010000 + 100 * edition + place)), one.edition_id, one.kind, one.city_code,
        one.association_id, one.subject_key, '{"en":"Again"}', again.status, one.nominator_id, to_timestamp(1570000000 + edition),
        CASE WHEN place < 22 THEN to_timestamp(1571000000) END, to_timestamp(1570000000 + edition), to_timestamp(1572000000 + edition)
    FROM again
        JOIN (SELECT 1 AS edition UNION ALL SELECT 2 UNION ALL SELECT 3) AS editions_in_turn ON 1 = 1
        JOIN nominations AS one ON one.id = uuid(format('018f0000-0004-7000-8000-%s', 100000010000 + 100 * edition + 4));
INSERT INTO nomination_transitions (id, nomination_id, from_status, to_status, reason, account_id, at)
    WITH numbered AS (SELECT row_number() OVER (ORDER BY id) AS n, nominations.* FROM nominations
        WHERE id > uuid('018f0000-0004-7000-8000-100000010000'))
    SELECT uuid(format('018f0000-0041-7000-8000-%s', 300000000000 + n)), id, 'submitted', status, NULL, nominator_id, updated_at FROM numbered;

INSERT INTO achievements (id, nomination_id, position, value, title, description, achieved_on, url, version, created_at, updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 2),
        numbered AS (SELECT row_number() OVER (ORDER BY id) AS place, id FROM nominations)
    SELECT uuid(format('018f0000-0131-7000-8000-%s', 100000000000 + 10 * place + n)), id, n,
        CASE place % 4 WHEN 0 THEN 'citizenship' WHEN 1 THEN 'development' WHEN 2 THEN 'dialogue' ELSE 'coexistence' END,
        json(format('{"ar":"إنجاز %s","fr":"Réalisation %s"}', place, n)), json('{"ar":"وصف","fr":"Une caravane médicale à Fès"}'),
        CASE WHEN place % 2 = 0 THEN date('2024-02-29') END, CASE WHEN place % 3 = 0 THEN 'https://example.ma/إنجاز' END, n,
        to_timestamp(1580000000 + place), to_timestamp(1590000000 + place)
    FROM numbered, series WHERE place % 3 > 0;

INSERT INTO documents (id, nomination_id, name, media_type, size, sha256, object_key, account_id, created_at, updated_at)
    WITH numbered AS (SELECT row_number() OVER (ORDER BY id) AS place, id, nominator_id FROM nominations)
    SELECT uuid(format('018f0000-0132-7000-8000-%s', 100000000000 + place)), id, format('الوصل النهائي – reçu %s.pdf', place),
        CASE place % 3 WHEN 0 THEN 'application/pdf' WHEN 1 THEN 'image/png' ELSE 'image/jpeg' END, 1 + place * 4000,
        -- Some files belong to two nominations.
        replace(format('%64s', place / 8), ' ', '0'),
        format('documents/00/%s/018f0000-0132-7000-8000-%s', replace(format('%64s', place / 8), ' ', '0'), 100000000000 + place),
        nominator_id, to_timestamp(1580000000 + place), to_timestamp(1590000000 + place)
    FROM numbered WHERE place % 4 = 0;

INSERT INTO eligibility_decisions (id, nomination_id, check_code, outcome, reason, account_id, at)
    WITH numbered AS (SELECT row_number() OVER (ORDER BY id) AS place, id FROM nominations)
    SELECT uuid(format('018f0000-0133-7000-8000-%s', 100000000000 + place)), id,
        CASE place % 2 WHEN 0 THEN 'legal_standing' ELSE 'described_activity' END, CASE place % 4 WHEN 0 THEN 'fail' ELSE 'pass' END,
        'اطلعنا على محضر المكتب. Le procès-verbal a été vu.', uuid('018f0000-0005-7000-8000-100000000008'), to_timestamp(1585000000 + place)
    FROM numbered WHERE place % 6 = 0;
