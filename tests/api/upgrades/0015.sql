-- The jury's work: draws, evaluations in every state, declarations and conflicts, closings of juries of which some were opened again,
-- decisions on ties, and what is decided and not public.
INSERT INTO assignments (id, edition_id, kind, seed, evaluations_per_nomination, report, account_id, at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 80)
    SELECT uuid(format('018f0000-0151-7000-8000-%s', 100000000000 + n)), uuid(format('018f0000-0003-7000-8000-%s', 100000000001 + n % 40)),
        CASE WHEN n <= 40 THEN 'city' ELSE 'association' END, format('قرعة-%s', n), 3,
        json(format('{"assigned":[{"nomination_id":"018f0000-0004-7000-8000-%s","juror_id":"018f0000-0005-7000-8000-100000000010"}],"excluded":[{"nomination_id":"018f0000-0004-7000-8000-%s","juror_id":"018f0000-0005-7000-8000-100000000018","ground":"nominee_city"}],"load":[{"juror_id":"018f0000-0005-7000-8000-100000000010","evaluations":1}]}',
            100000010001 + 100 * (1 + n % 40), 100000010002 + 100 * (1 + n % 40))),
        uuid('018f0000-0005-7000-8000-100000000011'), to_timestamp(1660000000 + n)
    FROM series;

-- Jurors are the accounts 10, 18, 26 and so on.
INSERT INTO evaluations (id, nomination_id, juror_id, assignment_id, status, scores, comment, declared_at, submitted_at, ended_at, version,
        created_at, updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 5),
        numbered AS (SELECT row_number() OVER (ORDER BY id) AS place, id, edition_id FROM nominations
            WHERE status IN ('under_evaluation', 'shortlisted', 'selected', 'reserve', 'not_selected') AND deleted_at IS NULL)
    SELECT uuid(format('018f0000-0152-7000-8000-%s', 100000000000 + 10 * place + n)), id,
        uuid(format('018f0000-0005-7000-8000-%s', 100000000002 + 8 * (1 + (place * 3 + n) % 20))),
        CASE WHEN n < 4 THEN uuid(format('018f0000-0151-7000-8000-%s', 100000000001 + place % 80)) END,
        CASE n WHEN 1 THEN 'submitted' WHEN 2 THEN 'draft' WHEN 3 THEN 'assigned' WHEN 4 THEN 'recused' ELSE 'voided' END,
        json(CASE WHEN n IN (1, 5) THEN '{"criterion_0":{"score":7,"comment":"عمل جيد"},"criterion_1":{"score":10}}'
            WHEN n = 2 THEN '{"criterion_0":{"score":0}}' ELSE '{}' END),
        CASE n WHEN 1 THEN 'Très bon dossier' WHEN 2 THEN '' WHEN 5 THEN replace(format('%5000s', ''), ' ', 'ت') END,
        CASE WHEN n IN (1, 2, 5) THEN to_timestamp(1661000000 + place) END, CASE WHEN n IN (1, 5) THEN to_timestamp(1662000000 + place) END,
        CASE WHEN n > 3 THEN to_timestamp(1663000000 + place) END, n, to_timestamp(1660000000 + place), to_timestamp(1664000000 + place)
    FROM numbered, series WHERE place % 5 >= n - 2;

INSERT INTO conflicts (id, nomination_id, juror_id, kind, ground, statement, account_id, at)
    WITH numbered AS (SELECT row_number() OVER (ORDER BY id) AS n, evaluations.* FROM evaluations WHERE status NOT IN ('assigned'))
    SELECT uuid(format('018f0000-0153-7000-8000-%s', 100000000000 + n)), nomination_id, juror_id,
        CASE status WHEN 'recused' THEN 'declared' WHEN 'voided' THEN CASE n % 2 WHEN 0 THEN 'reported' ELSE 'detected' END ELSE 'none_declared' END,
        CASE status WHEN 'recused' THEN 'other' WHEN 'voided' THEN CASE n % 3 WHEN 0 THEN 'nominee_city' WHEN 1 THEN 'organisation' ELSE 'representative' END END,
        CASE WHEN status = 'recused' THEN 'كنت عضوا فيها' END, juror_id, created_at
    FROM numbered;
-- Two allegations of the same.
INSERT INTO conflicts (id, nomination_id, juror_id, kind, ground, statement, account_id, at)
    WITH numbered AS (SELECT row_number() OVER (ORDER BY id) AS n, evaluations.* FROM evaluations WHERE status = 'voided')
    SELECT uuid(format('018f0000-0153-7000-8000-%s', 200000000000 + n)), nomination_id, juror_id, 'reported', 'other', NULL,
        uuid('018f0000-0005-7000-8000-100000000008'), updated_at
    FROM numbered WHERE n % 4 = 0;

INSERT INTO deliberations (id, edition_id, kind, status, commitment, record, pseudonyms, chain_seq, chain_hash, reopening_reason, closed_by,
        closed_at, reopened_at, version, created_at, updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 30)
    SELECT uuid(format('018f0000-0154-7000-8000-%s', 100000000000 + n)), uuid(format('018f0000-0003-7000-8000-%s', 100000000001 + n % 10)),
        CASE n % 2 WHEN 0 THEN 'city' ELSE 'association' END, CASE WHEN n <= 10 THEN 'closed' WHEN n <= 20 THEN 'reopened' ELSE 'concluded' END,
        replace(format('%64s', n), ' ', '1'),
        json(format('{"edition_year":2018,"kind":"%s","rules":{"criteria":[{"code":"criterion_0","weight":60},{"code":"criterion_1","weight":40}],"min_evaluations":3,"pass_mark_hundredths":6000,"first_criterion_pass":6},"nominations":["018f0000-0004-7000-8000-100000010101"],"sheets":[{"nomination_id":"018f0000-0004-7000-8000-100000010101","juror":"juror-1","scores":{"criterion_0":7,"criterion_1":10}}],"ended":[{"nomination_id":"018f0000-0004-7000-8000-100000010101","juror":"juror-2","status":"recused"}],"salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}',
            CASE n % 2 WHEN 0 THEN 'city' ELSE 'association' END)),
        '{"018f0000-0005-7000-8000-100000000010":"juror-1","018f0000-0005-7000-8000-100000000018":"juror-2"}',
        CASE WHEN n % 3 > 0 THEN 5 END, CASE WHEN n % 3 > 0 THEN replace(format('%64s', ''), ' ', 'f') END,
        CASE WHEN n BETWEEN 11 AND 20 THEN 'أخطأنا في عد الأوراق' END, uuid('018f0000-0005-7000-8000-100000000011'),
        to_timestamp(1665000000 + n), CASE WHEN n BETWEEN 11 AND 20 THEN to_timestamp(1666000000 + n) END, 1 + n / 11,
        to_timestamp(1665000000 + n), to_timestamp(1666000000 + n)
    FROM series;

INSERT INTO tie_decisions (id, deliberation_id, nominations, reason, account_id, at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 10)
    SELECT uuid(format('018f0000-0155-7000-8000-%s', 100000000000 + n)), uuid(format('018f0000-0154-7000-8000-%s', 100000000001 + n % 5)),
        '["018f0000-0004-7000-8000-100000010102","018f0000-0004-7000-8000-100000010101"]', 'La seconde a plus de bénévoles',
        uuid('018f0000-0005-7000-8000-100000000011'), to_timestamp(1665500000 + n)
    FROM series;

INSERT INTO nomination_outcomes (nomination_id, status, decided_at, updated_at)
    WITH numbered AS (SELECT row_number() OVER (ORDER BY id) AS n, id FROM nominations WHERE status = 'under_evaluation')
    SELECT id, CASE n % 4 WHEN 0 THEN 'shortlisted' WHEN 1 THEN 'selected' WHEN 2 THEN 'reserve' ELSE 'not_selected' END,
        CASE WHEN n % 2 = 0 THEN to_timestamp(1667000000 + n) END, to_timestamp(1667000000 + n)
    FROM numbered;
