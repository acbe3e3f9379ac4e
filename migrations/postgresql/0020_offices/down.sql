-- The earlier release takes one live nomination of a subject, drafts included: of several the oldest that is not a draft
-- stays, or else the oldest draft.
DELETE FROM nominations WHERE status = 'draft' AND deleted_at IS NULL AND EXISTS (
    SELECT 1 FROM nominations AS other
    WHERE other.edition_id = nominations.edition_id AND other.kind = nominations.kind
        AND other.subject_key = nominations.subject_key AND other.deleted_at IS NULL AND other.id <> nominations.id
        AND (other.status NOT IN ('draft', 'withdrawn', 'disqualified', 'not_selected', 'revoked')
            OR (other.status = 'draft' AND other.id < nominations.id)));
DROP INDEX nominations_draft_unique;
DROP INDEX nominations_subject_unique;
CREATE UNIQUE INDEX nominations_subject_unique ON nominations (edition_id, kind, subject_key)
    WHERE status NOT IN ('withdrawn', 'disqualified', 'not_selected', 'revoked') AND deleted_at IS NULL;

ALTER TABLE signatures DROP COLUMN credential;

DELETE FROM account_secrets WHERE ended_at IS NOT NULL;
ALTER TABLE account_secrets DROP COLUMN ended_by;
ALTER TABLE account_secrets DROP COLUMN ended_at;
ALTER TABLE account_secrets DROP COLUMN made_with_id;
ALTER TABLE account_secrets DROP COLUMN made_with;
ALTER TABLE account_secrets DROP COLUMN maker_id;
ALTER TABLE account_secrets DROP COLUMN made_by;
