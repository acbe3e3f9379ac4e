-- Who was taken from an account, so that nobody who was put out or erased gets a new one at first sight: the subject as
-- a digest, salted with the row's id.
CREATE TABLE removed_identities (
    id UUID NOT NULL PRIMARY KEY,
    issuer TEXT COLLATE "C" NOT NULL,
    subject_digest TEXT NOT NULL
);
CREATE INDEX removed_identities_issuer ON removed_identities (issuer);
