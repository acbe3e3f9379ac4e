-- Keys that have signed. None that still does: only the service can seal one, and it makes those that are missing.
INSERT INTO signing_keys (kid, public_jwk, sealed_private_key, status, created_at, activated_at, retired_at) VALUES
    ('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k', '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIuaaPUo","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}',
        'c2VhbGVk', 'retired', to_timestamp(1600000000), to_timestamp(1600100000), to_timestamp(1600200000)),
    ('cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s', '{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}',
        '', 'retired', to_timestamp(1600100000), NULL, to_timestamp(1600300000));
