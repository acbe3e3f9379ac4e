-- Keys of the institutions, and a signature that was given with one.
INSERT INTO institution_keys (id, kid, institution, account_id, jwk, status, status_reason, registered_at, confirmed_at, revoked_at, version,
        updated_at) VALUES
    ('018f0000-0191-7000-8000-100000000001', 'cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s', 'ministry', '018f0000-0005-7000-8000-100000000008',
        '{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","alg":"ES256","kid":"cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"}',
        'confirmed', NULL, to_timestamp(1671000000), to_timestamp(1671000001), NULL, 2, to_timestamp(1671000001)),
    ('018f0000-0191-7000-8000-100000000002', 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k', 'icso', '018f0000-0005-7000-8000-100000000009',
        '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIuaaPUo","alg":"EdDSA","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}',
        'registered', NULL, to_timestamp(1671000002), NULL, NULL, 1, to_timestamp(1671000002)),
    ('018f0000-0191-7000-8000-100000000003', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8', 'icso', '018f0000-0005-7000-8000-100000000009',
        '{"kty":"OKP","crv":"Ed25519","x":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","alg":"EdDSA","kid":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}',
        'revoked', 'ضاع الحاسوب', to_timestamp(1671000003), to_timestamp(1671000004), to_timestamp(1671000005), 3, to_timestamp(1671000005));

INSERT INTO designations (id, edition_id, kind, basis, status, city_code, decision, digest, account_id, signed_at, created_at, updated_at) VALUES
    ('018f0000-0161-7000-8000-100000000201', '018f0000-0003-7000-8000-100000000011', 'city', 'direct', 'signed', '02.911.01.01',
        '{"edition_year":2029,"kind":"city","basis":"direct","city_code":"02.911.01.01","selected":[],"reserve":[],"reason":{"fr":"Oui"}}',
        '5555555555555555555555555555555555555555555555555555555555555555', '018f0000-0005-7000-8000-100000000008', to_timestamp(1672000000),
        to_timestamp(1671500000), to_timestamp(1672000000));
INSERT INTO signatures (designation_id, institution, account_id, digest, at, jws, jwk) VALUES
    ('018f0000-0161-7000-8000-100000000201', 'ministry', '018f0000-0005-7000-8000-100000000008',
        '5555555555555555555555555555555555555555555555555555555555555555', to_timestamp(1671900000), 'eyJhbGciOiJFUzI1NiJ9..AAAA',
        '{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","alg":"ES256","kid":"cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"}'),
    ('018f0000-0161-7000-8000-100000000201', 'icso', '018f0000-0005-7000-8000-100000000009',
        '5555555555555555555555555555555555555555555555555555555555555555', to_timestamp(1672000000), NULL, NULL);
