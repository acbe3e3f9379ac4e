-- A sealed chain, with personal data of which some was erased, and entries that wait for their seals. The hashes are those that the
-- service would have made: the chain is intact.
INSERT INTO audit_events (id, at, account_id, request_id, action, operation, resource_type, resource_id, status, problem, before, after,
        actor_digest, record_digest) VALUES
    ('018f0000-0009-7000-8000-100000000001', to_timestamp(1620000000), '018f0000-0005-7000-8000-100000000008', '018f0000-0091-7000-8000-100000000001', 'create', 'create_association', 'association',
        '018f0000-0002-7000-8000-100000000001', NULL, NULL, NULL, '{"name": {"ar": "جمعية \"الأمل\"", "fr": "L’Espoir"}, "volunteers": 12, "location": {"lat": 35.25165}}',
        '57f43167cf646d80c8d3fda3e9fa94e63c6de79c08ec9b1b25a0b1e3c2b190c0', 'a547259daa0824bf488a0848a2b68cfa0ed31df9a0bc78e1a8489eab671371a5'),
    ('018f0000-0009-7000-8000-100000000002', to_timestamp(1620000001), NULL, '018f0000-0091-7000-8000-100000000002', 'refuse', 'create_city', NULL,
        NULL, 403, 'forbidden', NULL, NULL,
        NULL, NULL),
    ('018f0000-0009-7000-8000-100000000003', to_timestamp(1620000002), '018f0000-0005-7000-8000-100000000010', NULL, 'update', 'update_account', 'account',
        '018f0000-0005-7000-8000-100000000010', NULL, NULL, '{"version": 1}', '{"version": 2}',
        '46bc0e895f243c91c2ffdd3191f484592d35ce8e527bf3b3f8cdabb82250663e', '25e395ea435f0d33eb56cf873b18a7e49bac6cb3de24b00247b5a12c70d9df1f'),
    ('018f0000-0009-7000-8000-100000000004', to_timestamp(1620000003), '018f0000-0005-7000-8000-100000000008', '018f0000-0091-7000-8000-100000000004', 'transition', 'create_nomination_transition', 'nomination',
        '018f0000-0004-7000-8000-100000000101', NULL, NULL, '{"status": "draft"}', '{"status": "submitted"}',
        '9a66e50130fa0d4030f68302262c2470f70681cf29509bc291c6e3a036185666', NULL),
    ('018f0000-0009-7000-8000-100000000005', to_timestamp(1620000004), '018f0000-0005-7000-8000-100000000008', NULL, 'erase', 'erase_personal_data', 'account',
        '018f0000-0005-7000-8000-100000000010', NULL, NULL, NULL, '{"erased": {"actor": ["018f0000-0009-7000-8000-100000000003"], "record": ["018f0000-0009-7000-8000-100000000003"]}}',
        NULL, NULL);
INSERT INTO audit_personal_data (event_id, part, subject_type, subject_id, salt, content, erased_by) VALUES
    ('018f0000-0009-7000-8000-100000000001', 'actor', 'account', '018f0000-0005-7000-8000-100000000008', '00112233445566778899aabbccddeeff', '{"account_name": "Élodie أمينة", "address": "192.0.2.7"}', NULL),
    ('018f0000-0009-7000-8000-100000000001', 'record', 'association', '018f0000-0002-7000-8000-100000000001', 'ffeeddccbbaa99887766554433221100', '{"after": {"ice": "001000000000001", "legal_representative": "Mme Ça"}}', NULL),
    ('018f0000-0009-7000-8000-100000000003', 'actor', 'account', '018f0000-0005-7000-8000-100000000010', NULL, NULL, '018f0000-0009-7000-8000-100000000005'),
    ('018f0000-0009-7000-8000-100000000003', 'record', 'account', '018f0000-0005-7000-8000-100000000010', NULL, NULL, '018f0000-0009-7000-8000-100000000005'),
    ('018f0000-0009-7000-8000-100000000004', 'actor', 'account', '018f0000-0005-7000-8000-100000000008', '123456789abcdef0123456789abcdef0', '{"account_name": "ⵎⵓⵃⴰ"}', NULL);
INSERT INTO audit_seals (seq, event_id, hash, sealed_at) VALUES
    (1, '018f0000-0009-7000-8000-100000000001', '0742834dbe263790de47770557c9d5d01d4887a34268957d0d33f09479b7149e', to_timestamp(1620000011)),
    (2, '018f0000-0009-7000-8000-100000000002', '4b8019df1aebfc37548a3ca9804efa78096ec2ae8adba35e74f797386a40949d', to_timestamp(1620000012)),
    (3, '018f0000-0009-7000-8000-100000000003', '250b8482aa1705d20bd65030e9e7f1ea7740ff9e40537297796e89a6cf928cb8', to_timestamp(1620000013)),
    (4, '018f0000-0009-7000-8000-100000000004', 'eb47f34bfeab6df234366761b8ca63e2c370833b3793df84a25e1dab38485735', to_timestamp(1620000014)),
    (5, '018f0000-0009-7000-8000-100000000005', '110c4343897562344de7973672348d9c040cd96d20a2219ba0211f21dc95179c', to_timestamp(1620000015));

INSERT INTO audit_events (id, at, account_id, request_id, action, operation, resource_type, resource_id, status, problem, before, after)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 400)
    SELECT uuid(format('018f0000-0009-7000-8000-%s', 100000001000 + n)), to_timestamp(1630000000 + n),
        CASE WHEN n % 4 > 0 THEN uuid(format('018f0000-0005-7000-8000-%s', 100000000001 + n % 200)) END,
        CASE WHEN n % 3 = 0 THEN format('018f0000-0091-7000-8000-%s', 100000001000 + n) END,
        CASE n % 5 WHEN 0 THEN 'refuse' WHEN 1 THEN 'create' WHEN 2 THEN 'delete' WHEN 3 THEN 'transition' ELSE 'update' END,
        CASE WHEN n % 2 = 0 THEN 'update_city' END, CASE WHEN n % 5 > 0 OR n % 2 = 0 THEN 'city' END,
        CASE WHEN n % 5 > 0 THEN '01.911.01.01' END, CASE WHEN n % 5 = 0 THEN 401 + n % 2 * 2 END,
        CASE WHEN n % 5 = 0 THEN 'unauthorized' END, CASE WHEN n % 5 > 1 THEN json('{"slug":"ville","name":{"ar":"مدينة"},"population_2024":null}') END,
        CASE WHEN n % 5 IN (1, 3, 4) THEN json(format('{"slug":"ville-%s","name":{"fr":"L’été"},"location":{"lat":35.5}}', n)) END
    FROM series;
INSERT INTO audit_pending (event_id) SELECT id FROM audit_events WHERE id > uuid('018f0000-0009-7000-8000-100000001000');
