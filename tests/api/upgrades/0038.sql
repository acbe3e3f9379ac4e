-- A merge that stands, and one that was undone.
INSERT INTO association_merges (id, association_id, duplicate_id, reason, moved, external_ids, reversed_at, reversal_reason, version, created_at, updated_at)
    VALUES (uuid('018f0000-0331-7000-8000-100000000001'), uuid('018f0000-0002-7000-8000-100000000001'), uuid('018f0000-0002-7000-8000-100000020001'),
        'دخلتا مرتين', '{"nominations": [], "honours": [], "accounts": [], "past_affiliations": []}', '{"prefecture": "A-1"}', NULL, NULL, 1,
        to_timestamp(1740000000), to_timestamp(1740000000)),
    (uuid('018f0000-0331-7000-8000-100000000002'), uuid('018f0000-0002-7000-8000-100000000001'), uuid('018f0000-0002-7000-8000-100000000002'),
        'Entrées deux fois', '{"nominations": [], "honours": [], "accounts": [], "past_affiliations": []}', '{}', to_timestamp(1740000100),
        'Deux associations.', 2, to_timestamp(1740000000), to_timestamp(1740000100));
