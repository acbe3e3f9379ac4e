-- What makes two entries the same association is a digest, and names are sorted by places in the searchable text.
INSERT INTO associations (id, name, search_text, ar_key_apart, identity_key, attestations, links, sources, created_at, updated_at) VALUES
    (uuid('018f0000-0002-7000-8000-100000034001'), '{"fr":"Espoir","ar":"الأمل"}', '| espoir | الامل |', '1',
        uuid('018f0000-0034-8000-8000-100000034001'), '{}', '[]', '[]', to_timestamp(1720000000), to_timestamp(1720000000)),
    (uuid('018f0000-0002-7000-8000-100000034002'), '{"ar":"النور"}', '| النور |', '0',
        uuid('018f0000-0034-8000-8000-100000034002'), '{}', '[]', '[]', to_timestamp(1720000000), to_timestamp(1720000000));
