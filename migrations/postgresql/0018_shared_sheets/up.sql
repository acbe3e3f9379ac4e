-- Copies of submitted sheets as the other jurors of the nomination read them: under a random name, all at once, and
-- without anything that leads back to the evaluation.
CREATE TABLE shared_sheets (
    id UUID NOT NULL PRIMARY KEY,
    nomination_id UUID NOT NULL REFERENCES nominations (id),
    scores JSONB NOT NULL,
    comment TEXT
);
CREATE INDEX shared_sheets_nomination ON shared_sheets (nomination_id, id);
