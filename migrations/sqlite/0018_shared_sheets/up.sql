-- Copies of submitted sheets as the other jurors of the nomination read them: under a random name, all at once, and
-- without anything that leads back to the evaluation.
CREATE TABLE shared_sheets (
    id TEXT NOT NULL PRIMARY KEY,
    nomination_id TEXT NOT NULL REFERENCES nominations (id),
    scores TEXT NOT NULL,
    comment TEXT
) STRICT;
CREATE INDEX shared_sheets_nomination ON shared_sheets (nomination_id, id);
