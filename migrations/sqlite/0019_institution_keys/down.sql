ALTER TABLE signatures DROP COLUMN jwk;
ALTER TABLE signatures DROP COLUMN jws;
DROP TABLE institution_keys;
