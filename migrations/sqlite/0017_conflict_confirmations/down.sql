DROP INDEX conflicts_reported_unique;
ALTER TABLE conflicts DROP COLUMN version;
ALTER TABLE conflicts DROP COLUMN decision_reason;
ALTER TABLE conflicts DROP COLUMN decided_at;
ALTER TABLE conflicts DROP COLUMN decided_by;
ALTER TABLE conflicts DROP COLUMN reported_by;
ALTER TABLE conflicts DROP COLUMN status;
