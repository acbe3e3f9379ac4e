-- Records that were deleted, with what says so, and restored ones.
INSERT INTO associations (id, name, name_ar_key, name_fr_key, search_text, identity_key, attestations, links, sources, version, created_at,
        updated_at, deleted_at)
    WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 20)
    SELECT uuid(format('018f0000-0002-7000-8000-%s', 100000020000 + n)), json(format('{"fr":"Association effacée %s"}', n)), '',
        format('association effacee %s', n), format('| association effacee %s |', n), format('fr:association effacee %s@', n), '{}', '[]', '[]', 2,
        to_timestamp(1700000000 + n), to_timestamp(1710000000 + n), CASE WHEN n % 4 > 0 THEN to_timestamp(1710000000 + n) END
    FROM series;
INSERT INTO deleted_records (id, kind, name, deleted_at)
    SELECT format('%s', id), 'association', name, deleted_at FROM associations
    WHERE id > uuid('018f0000-0002-7000-8000-100000020000') AND deleted_at IS NOT NULL;
INSERT INTO audit_events (id, at, account_id, action, operation, resource_type, resource_id, before, after)
    WITH RECURSIVE series (n) AS (SELECT 4 UNION ALL SELECT n + 4 FROM series WHERE n < 20)
    SELECT uuid(format('018f0000-0009-7000-8000-%s', 100000020000 + n)), to_timestamp(1710000000 + n), uuid('018f0000-0005-7000-8000-100000000008'),
        'restore', 'restore_deleted_record', 'association', format('018f0000-0002-7000-8000-%s', 100000020000 + n), NULL, '{"name":{"fr":"Association effacée"}}'
    FROM series;
INSERT INTO audit_pending (event_id) SELECT id FROM audit_events WHERE id > uuid('018f0000-0009-7000-8000-100000020000');
