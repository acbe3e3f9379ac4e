-- Nominations go all the way: completion, screening, appeal, evaluation, decision.
ALTER TABLE nominations DROP CONSTRAINT nominations_status_check;
ALTER TABLE nominations ADD CONSTRAINT nominations_status_check CHECK (status IN ('draft', 'submitted', 'needs_completion', 'eligible', 'ineligible',
        'under_evaluation', 'shortlisted', 'selected', 'reserve', 'not_selected', 'withdrawn', 'disqualified', 'revoked'));
ALTER TABLE nominations ADD COLUMN completion_due_at TIMESTAMPTZ;
ALTER TABLE nominations ADD COLUMN screened_at TIMESTAMPTZ;
ALTER TABLE nominations ADD COLUMN appealed_at TIMESTAMPTZ;
ALTER TABLE nominations ADD COLUMN eligibility JSONB;
DROP INDEX nominations_subject_unique;
-- One live nomination for an edition, a kind and a subject.
CREATE UNIQUE INDEX nominations_subject_unique ON nominations (edition_id, kind, subject_key)
    WHERE status NOT IN ('withdrawn', 'disqualified', 'not_selected', 'revoked') AND deleted_at IS NULL;

-- What a nomination has achieved, each tied to a value of the initiative.
CREATE TABLE achievements (
    id UUID NOT NULL PRIMARY KEY,
    nomination_id UUID NOT NULL REFERENCES nominations (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    value TEXT NOT NULL CHECK (value IN ('citizenship', 'development', 'dialogue', 'coexistence')),
    title JSONB NOT NULL,
    description JSONB NOT NULL,
    achieved_on DATE,
    url TEXT,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX achievements_nomination ON achievements (nomination_id, position, id);

-- Supporting documents; their bytes stand in the object store under object_key.
CREATE TABLE documents (
    id UUID NOT NULL PRIMARY KEY,
    nomination_id UUID NOT NULL REFERENCES nominations (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg')),
    size BIGINT NOT NULL CHECK (size > 0),
    sha256 TEXT NOT NULL,
    object_key TEXT NOT NULL,
    account_id UUID NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
-- The same file is not added twice to a nomination.
CREATE UNIQUE INDEX documents_content_unique ON documents (nomination_id, sha256);
CREATE INDEX documents_object ON documents (object_key);

-- What officers decided on checks that need a review; the latest of a check counts.
CREATE TABLE eligibility_decisions (
    id UUID NOT NULL PRIMARY KEY,
    nomination_id UUID NOT NULL REFERENCES nominations (id) ON DELETE CASCADE,
    check_code TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('pass', 'fail')),
    reason TEXT NOT NULL,
    account_id UUID NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX eligibility_decisions_nomination ON eligibility_decisions (nomination_id, at, id);
