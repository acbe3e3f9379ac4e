-- Allegations in every state.
INSERT INTO conflicts (id, nomination_id, juror_id, kind, ground, statement, account_id, at, status, reported_by, decided_by, decided_at,
        decision_reason, version)
    WITH numbered AS (SELECT row_number() OVER (ORDER BY id) AS n, evaluations.* FROM evaluations WHERE status = 'submitted')
    SELECT uuid(format('018f0000-0153-7000-8000-%s', 300000000000 + n)), nomination_id, juror_id, 'reported', 'other', 'شوهدا معا',
        uuid('018f0000-0005-7000-8000-100000000008'), updated_at,
        CASE n % 4 WHEN 0 THEN 'reported' WHEN 1 THEN 'confirmed' WHEN 2 THEN 'dismissed' ELSE 'settled' END, 'ministry_officer',
        CASE WHEN n % 4 IN (1, 2) THEN 'icso_officer' END, CASE WHEN n % 4 > 0 THEN to_timestamp(1670000000 + n) END,
        CASE WHEN n % 4 IN (1, 2) THEN 'Vérifié auprès des deux' END, CASE WHEN n % 4 > 0 THEN 2 ELSE 1 END
    FROM numbered;
