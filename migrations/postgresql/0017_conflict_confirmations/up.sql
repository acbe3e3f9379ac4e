-- What somebody alleges of a juror waits for another office. The roles are kept as they were then.
ALTER TABLE conflicts ADD COLUMN status TEXT CHECK (status IN ('reported', 'confirmed', 'dismissed', 'settled'));
ALTER TABLE conflicts ADD COLUMN reported_by TEXT;
ALTER TABLE conflicts ADD COLUMN decided_by TEXT;
ALTER TABLE conflicts ADD COLUMN decided_at TIMESTAMPTZ;
ALTER TABLE conflicts ADD COLUMN decision_reason TEXT;
ALTER TABLE conflicts ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
UPDATE conflicts SET status = 'confirmed' WHERE kind <> 'none_declared';
-- One allegation at a time of a juror's part in a nomination.
CREATE UNIQUE INDEX conflicts_reported_unique ON conflicts (nomination_id, juror_id) WHERE status = 'reported';
