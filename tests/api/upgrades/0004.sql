-- Nominations, 35 for each edition, drafts, submitted and withdrawn ones, deleted ones, and several of one subject where only one
-- lives; their history.
INSERT INTO nominations (id, edition_id, kind, city_code, association_id, subject_key, statement, programme, status, nominator_id,
        submitted_at, version, created_at, updated_at, deleted_at)
    WITH RECURSIVE editions_in_turn (edition) AS (SELECT 1 UNION ALL SELECT edition + 1 FROM editions_in_turn WHERE edition < 40),
        series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 35),
        nominees (edition, n, city_code, association_id) AS (
            SELECT edition, n, CASE WHEN n <= 5 THEN format('0%s.9%s1.01.01', n, 1 + edition % 4) END,
                CASE WHEN n > 5 THEN format('018f0000-0002-7000-8000-%s', 100000000000 + 1 + (edition * 97 + n * 13) % 9900) END
            FROM editions_in_turn, series)
    SELECT uuid(format('018f0000-0004-7000-8000-%s', 100000000000 + 100 * edition + n)),
        uuid(format('018f0000-0003-7000-8000-%s', 100000000000 + edition)),
        CASE WHEN n <= 5 THEN 'city' ELSE 'association' END, city_code, uuid(association_id), COALESCE(city_code, association_id),
        json(CASE WHEN n = 12 THEN format('{"ar":"%s"}', replace(format('%5000s', ''), ' ', 'ب'))
            ELSE format('{"ar":"ترشيح %s","fr":"Candidature n° %s"}', n, n) END),
        CASE WHEN n <= 3 THEN json('{"ar":"برنامج","fr":"Programme d’une année"}') END,
        CASE n % 5 WHEN 0 THEN 'draft' WHEN 3 THEN 'withdrawn' ELSE 'submitted' END,
        uuid(format('018f0000-0005-7000-8000-%s', 100000000001 + (edition * 7 + n) % 200)),
        CASE WHEN n % 5 IN (1, 2, 4) OR n = 13 THEN to_timestamp(1520000000 + 100000 * edition + n) END,
        1 + n % 3, to_timestamp(1515000000 + 100000 * edition + n), to_timestamp(1525000000 + 100000 * edition + n),
        CASE WHEN n IN (5, 30, 33, 34) THEN to_timestamp(1530000000 + 100000 * edition + n) END
    FROM nominees;
-- The subject of one that was withdrawn (3, 8) or deleted (5, 30, 34): again, and withdrawn or deleted again.
INSERT INTO nominations (id, edition_id, kind, city_code, association_id, subject_key, statement, status, nominator_id, submitted_at,
        created_at, updated_at, deleted_at)
    WITH again (place, of_place, status, is_deleted) AS (VALUES (36, 3, 'submitted', 0), (37, 3, 'withdrawn', 0), (38, 8, 'draft', 0),
        (39, 5, 'draft', 0), (40, 30, 'submitted', 0), (41, 34, 'submitted', 1), (42, 34, 'draft', 1))
    SELECT uuid(format('018f0000-0004-7000-8000-%s', 100000000000 + 100 * edition + place)), one.edition_id, one.kind, one.city_code,
        one.association_id, one.subject_key, '{"fr":"Encore"}', again.status, one.nominator_id, to_timestamp(1535000000 + edition),
        to_timestamp(1535000000 + edition), to_timestamp(1536000000 + edition),
        CASE WHEN is_deleted = 1 THEN to_timestamp(1537000000 + edition) END
    FROM again
        JOIN (SELECT 1 AS edition UNION ALL SELECT 2) AS editions_in_turn ON 1 = 1
        JOIN nominations AS one ON one.id = uuid(format('018f0000-0004-7000-8000-%s', 100000000000 + 100 * edition + of_place));

INSERT INTO nomination_transitions (id, nomination_id, from_status, to_status, reason, account_id, at)
    WITH numbered AS (SELECT row_number() OVER (ORDER BY id) AS n, nominations.* FROM nominations)
    SELECT uuid(format('018f0000-0041-7000-8000-%s', 100000000000 + n)), id, NULL, 'draft', NULL, nominator_id, created_at FROM numbered
    UNION ALL
    SELECT uuid(format('018f0000-0041-7000-8000-%s', 200000000000 + n)), id, 'draft', status,
        CASE WHEN status = 'withdrawn' THEN 'لم نعد نرغب في الترشيح; l’équipe a changé' END, nominator_id, updated_at
    FROM numbered WHERE status <> 'draft';
