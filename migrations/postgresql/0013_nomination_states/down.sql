-- What the earlier release does not know becomes the nearest state that it knows.
DROP TABLE eligibility_decisions;
DROP TABLE documents;
DROP TABLE achievements;
UPDATE nominations SET status = 'withdrawn' WHERE status IN ('not_selected', 'disqualified', 'revoked');
UPDATE nominations SET status = 'submitted' WHERE status NOT IN ('draft', 'submitted', 'withdrawn');
DROP INDEX nominations_subject_unique;
ALTER TABLE nominations DROP CONSTRAINT nominations_status_check;
ALTER TABLE nominations ADD CONSTRAINT nominations_status_check CHECK (status IN ('draft', 'submitted', 'withdrawn'));
ALTER TABLE nominations DROP COLUMN completion_due_at;
ALTER TABLE nominations DROP COLUMN screened_at;
ALTER TABLE nominations DROP COLUMN appealed_at;
ALTER TABLE nominations DROP COLUMN eligibility;
CREATE UNIQUE INDEX nominations_subject_unique ON nominations (edition_id, kind, subject_key)
    WHERE status <> 'withdrawn' AND deleted_at IS NULL;
