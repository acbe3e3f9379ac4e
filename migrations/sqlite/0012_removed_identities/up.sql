-- Who was taken from an account, so that nobody who was put out or erased gets a new one at first sight: the subject as
-- a digest, salted with the row's id.
CREATE TABLE removed_identities (
    id TEXT NOT NULL PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject_digest TEXT NOT NULL
) STRICT;
CREATE INDEX removed_identities_issuer ON removed_identities (issuer);
