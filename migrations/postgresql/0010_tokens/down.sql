DROP TABLE client_assertions;
DROP TABLE revoked_tokens;
