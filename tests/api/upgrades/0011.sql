-- Public keys of identity providers.
INSERT INTO provider_documents (issuer, jwks, fetched_at) VALUES
    ('https://sso.example.ma', '{"keys":[{"kty":"EC","crv":"P-256","kid":"1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}', to_timestamp(1700000000)),
    ('https://accounts.example.com/realms/ma', '{"keys":[]}', to_timestamp(1600000000));
