-- How each secret came into being: who made it, and with which credential of the account when the account made it itself.
-- Of earlier ones nobody knows it: they count as made for their account. A secret that has ended stays, without its
-- digest and its label, so that a signature can tell what came before the credential that it was given with.
ALTER TABLE account_secrets ADD COLUMN made_by TEXT NOT NULL DEFAULT 'administrator'
    CHECK (made_by IN ('account', 'administrator', 'operator'));
ALTER TABLE account_secrets ADD COLUMN maker_id UUID;
ALTER TABLE account_secrets ADD COLUMN made_with TEXT CHECK (made_with IN ('secret', 'key', 'identity'));
ALTER TABLE account_secrets ADD COLUMN made_with_id UUID;
ALTER TABLE account_secrets ADD COLUMN ended_at TIMESTAMPTZ;
ALTER TABLE account_secrets ADD COLUMN ended_by TEXT CHECK (ended_by IN ('account', 'administrator', 'operator'));

-- The credential that a signature was given with, as it was then.
ALTER TABLE signatures ADD COLUMN credential JSONB;

-- Drafts are nobody else's business: what collides are nominations that everybody sees, from the submission on. Nobody
-- has two drafts of the same.
DROP INDEX nominations_subject_unique;
CREATE UNIQUE INDEX nominations_subject_unique ON nominations (edition_id, kind, subject_key)
    WHERE status NOT IN ('draft', 'withdrawn', 'disqualified', 'not_selected', 'revoked') AND deleted_at IS NULL;
CREATE UNIQUE INDEX nominations_draft_unique ON nominations (edition_id, kind, nominator_id, subject_key)
    WHERE status = 'draft' AND deleted_at IS NULL;
