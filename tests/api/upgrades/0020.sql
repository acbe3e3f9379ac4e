-- Secrets with their makers, some of which have ended; a signature with its credential; drafts of one subject by several accounts,
-- beside a nomination that everybody sees.
INSERT INTO account_secrets (id, account_id, secret_hash, label, created_at, made_by, maker_id, made_with, made_with_id, ended_at, ended_by)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 40)
    SELECT uuid(format('018f0000-0051-7000-8000-%s', 100000000400 + n)), uuid(format('018f0000-0005-7000-8000-%s', 100000000001 + n)),
        CASE WHEN n % 4 = 0 THEN '' ELSE replace(format('%64s', n), ' ', 'f') END, CASE WHEN n % 4 > 0 THEN 'Poste de travail' END,
        to_timestamp(1680000000 + n), CASE n % 3 WHEN 0 THEN 'account' WHEN 1 THEN 'administrator' ELSE 'operator' END,
        CASE WHEN n % 3 < 2 THEN uuid('018f0000-0005-7000-8000-100000000001') END,
        CASE WHEN n % 3 = 0 THEN CASE n % 2 WHEN 0 THEN 'secret' ELSE 'identity' END END,
        CASE WHEN n % 6 = 0 THEN uuid(format('018f0000-0051-7000-8000-%s', 100000000000 + n)) END,
        CASE WHEN n % 4 = 0 THEN to_timestamp(1690000000 + n) END, CASE WHEN n % 8 = 0 THEN 'account' END
    FROM series;

INSERT INTO designations (id, edition_id, kind, basis, status, decision, digest, account_id, signed_at, created_at, updated_at) VALUES
    ('018f0000-0161-7000-8000-100000000202', '018f0000-0003-7000-8000-100000000011', 'association', 'withheld', 'signed',
        '{"edition_year":2029,"kind":"association","basis":"withheld","selected":[],"reserve":[],"reason":{"ar":"لا أحد"}}',
        '6666666666666666666666666666666666666666666666666666666666666666', '018f0000-0005-7000-8000-100000000008', to_timestamp(1692000000),
        to_timestamp(1691500000), to_timestamp(1692000000));
INSERT INTO signatures (designation_id, institution, account_id, digest, at, credential) VALUES
    ('018f0000-0161-7000-8000-100000000202', 'ministry', '018f0000-0005-7000-8000-100000000008',
        '6666666666666666666666666666666666666666666666666666666666666666', to_timestamp(1691900000),
        '{"kind":"secret","id":"018f0000-0051-7000-8000-100000000403","made_by":"account","made_at":"2023-03-28T10:40:03Z","age_seconds":11899997,"account_made_at":"2018-01-01T00:00:08Z","origins":[],"others":[{"kind":"key"}]}');

INSERT INTO nominations (id, edition_id, kind, city_code, subject_key, statement, status, nominator_id, submitted_at, created_at, updated_at,
        deleted_at)
    WITH drafts (n, status, nominator, is_deleted) AS (VALUES (1, 'submitted', 201, 0), (2, 'draft', 202, 0), (3, 'draft', 203, 0),
        (4, 'draft', 201, 0), (5, 'draft', 202, 1), (6, 'withdrawn', 202, 0))
    SELECT uuid(format('018f0000-0004-7000-8000-%s', 100000020000 + n)), uuid('018f0000-0003-7000-8000-100000000010'), 'city', '09.921.01.03',
        '09.921.01.03', json(format('{"fr":"Brouillon %s"}', n)), status, uuid(format('018f0000-0005-7000-8000-%s', 100000000000 + nominator)),
        CASE WHEN status = 'submitted' THEN to_timestamp(1693000000) END, to_timestamp(1692000000 + n), to_timestamp(1693000000 + n),
        CASE WHEN is_deleted = 1 THEN to_timestamp(1694000000) END
    FROM drafts;
