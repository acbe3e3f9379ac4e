-- Decisions in every state, and their signatures: published ones with a proof, one that follows another, titles that were withheld.
INSERT INTO designations (id, edition_id, kind, basis, status, city_code, decision, reason, digest, ranking_digest, deliberation_id,
        status_reason, account_id, signed_at, published_at, proof, version, created_at, updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 60)
    SELECT uuid(format('018f0000-0161-7000-8000-%s', 100000000000 + n)), uuid(format('018f0000-0003-7000-8000-%s', 100000000001 + n % 5)),
        CASE n % 2 WHEN 0 THEN 'city' ELSE 'association' END,
        CASE WHEN n % 3 = 0 AND n % 2 = 0 THEN 'direct' ELSE 'ranking' END,
        CASE (n - 1) / 10 WHEN 0 THEN 'published' WHEN 1 THEN 'proposed' WHEN 2 THEN 'signed' WHEN 3 THEN 'withdrawn' WHEN 4 THEN 'annulled' ELSE 'revoked' END,
        CASE WHEN n % 2 = 0 THEN '01.911.01.01' END,
        json(format('{"edition_year":2018,"kind":"%s","basis":"%s",%s"selected":[{"nomination_id":"018f0000-0004-7000-8000-100000010101","title":{"ar":"درع","fr":"Bouclier"}}],"reserve":[],"reason":{"fr":"Pour sa vitalité"}}',
            CASE n % 2 WHEN 0 THEN 'city' ELSE 'association' END, CASE WHEN n % 3 = 0 AND n % 2 = 0 THEN 'direct' ELSE 'ranking' END,
            CASE WHEN n % 2 = 0 THEN '"city_code":"01.911.01.01",' END)),
        CASE WHEN n % 3 = 0 THEN json('{"ar":"لحيوية نسيجها","fr":"Pour sa vitalité"}') END,
        replace(format('%64s', n), ' ', '2'), CASE WHEN n % 3 > 0 THEN replace(format('%64s', n), ' ', '3') END,
        CASE WHEN n % 3 > 0 THEN uuid(format('018f0000-0154-7000-8000-%s', 100000000001 + n % 30)) END,
        CASE WHEN n > 30 THEN 'تبين أن الوثائق مزورة' END, uuid('018f0000-0005-7000-8000-100000000009'),
        CASE WHEN (n - 1) / 10 IN (0, 2, 5) THEN to_timestamp(1668000000 + n) END, CASE WHEN (n - 1) / 10 IN (0, 5) THEN to_timestamp(1669000000 + n) END,
        CASE WHEN (n - 1) / 10 IN (0, 5) THEN json('{"format":"nasij-result-proof/1","decision":{"note":"كما وقعت"}}') END,
        1 + n % 3, to_timestamp(1667000000 + n), to_timestamp(1669000000 + n)
    FROM series;
-- Beside what is published.
INSERT INTO designations (id, edition_id, kind, basis, status, decision, digest, account_id, signed_at, published_at, created_at, updated_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 4)
    SELECT uuid(format('018f0000-0161-7000-8000-%s', 100000000100 + n)), uuid(format('018f0000-0003-7000-8000-%s', 100000000001 + n % 2)),
        'association', 'withheld', 'published', '{"edition_year":2018,"kind":"association","basis":"withheld","selected":[],"reserve":[],"reason":{"fr":"Aucune"}}',
        replace(format('%64s', n), ' ', '4'), uuid('018f0000-0005-7000-8000-100000000009'), to_timestamp(1668000000), to_timestamp(1669000000),
        to_timestamp(1667000000 + n), to_timestamp(1669000000 + n)
    FROM series;

INSERT INTO signatures (designation_id, institution, account_id, digest, at)
    SELECT id, 'ministry', uuid('018f0000-0005-7000-8000-100000000008'), digest, signed_at FROM designations WHERE signed_at IS NOT NULL
    UNION ALL
    SELECT id, 'icso', uuid('018f0000-0005-7000-8000-100000000009'), digest, updated_at FROM designations WHERE status NOT IN ('withdrawn', 'annulled');
