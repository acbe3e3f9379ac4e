-- What is told of two actors, one of whom was erased.
INSERT INTO audit_actors (digest, account_id, salt, content, erased_by) VALUES
    ('3aa1ea0d5a1b3a4ffdc1aef3b9b9e4bb0cf01ad0fb54f1e28fd5ba2e3d6a8b10', uuid('018f0000-0005-7000-8000-100000000008'),
        '00112233445566778899aabbccddeeff', '{"account_name": "Élodie أمينة", "address": "192.0.2.7"}', NULL),
    ('3aa1ea0d5a1b3a4ffdc1aef3b9b9e4bb0cf01ad0fb54f1e28fd5ba2e3d6a8b11', uuid('018f0000-0005-7000-8000-100000000010'),
        NULL, NULL, uuid('018f0000-0009-7000-8000-100000000005'));
