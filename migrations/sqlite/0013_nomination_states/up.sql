-- Nominations go all the way: completion, screening, appeal, evaluation, decision. SQLite widens a check only by a new
-- table; the history moves along, for dropping the old table would delete it.
CREATE TABLE nominations_rebuilt (
    id TEXT NOT NULL PRIMARY KEY,
    edition_id TEXT NOT NULL REFERENCES editions (id),
    kind TEXT NOT NULL CHECK (kind IN ('city', 'association')),
    city_code TEXT REFERENCES cities (code),
    association_id TEXT REFERENCES associations (id),
    subject_key TEXT NOT NULL,
    statement TEXT NOT NULL,
    programme TEXT,
    status TEXT NOT NULL CHECK (status IN ('draft', 'submitted', 'needs_completion', 'eligible', 'ineligible',
        'under_evaluation', 'shortlisted', 'selected', 'reserve', 'not_selected', 'withdrawn', 'disqualified', 'revoked')),
    nominator_id TEXT NOT NULL,
    submitted_at INTEGER,
    completion_due_at INTEGER,
    screened_at INTEGER,
    appealed_at INTEGER,
    eligibility TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    CHECK ((kind = 'city') = (city_code IS NOT NULL)),
    CHECK ((kind = 'association') = (association_id IS NOT NULL)),
    CHECK (programme IS NULL OR kind = 'city')
) STRICT;
INSERT INTO nominations_rebuilt (id, edition_id, kind, city_code, association_id, subject_key, statement, programme, status, nominator_id, submitted_at,
        version, created_at, updated_at, deleted_at)
    SELECT id, edition_id, kind, city_code, association_id, subject_key, statement, programme, status, nominator_id, submitted_at,
        version, created_at, updated_at, deleted_at FROM nominations;
CREATE TABLE nomination_transitions_rebuilt (
    id TEXT NOT NULL PRIMARY KEY,
    nomination_id TEXT NOT NULL REFERENCES nominations_rebuilt (id) ON DELETE CASCADE,
    from_status TEXT,
    to_status TEXT NOT NULL,
    reason TEXT,
    account_id TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
INSERT INTO nomination_transitions_rebuilt (id, nomination_id, from_status, to_status, reason, account_id, at)
    SELECT id, nomination_id, from_status, to_status, reason, account_id, at FROM nomination_transitions;
DROP TABLE nomination_transitions;
DROP TABLE nominations;
ALTER TABLE nominations_rebuilt RENAME TO nominations;
ALTER TABLE nomination_transitions_rebuilt RENAME TO nomination_transitions;
CREATE INDEX nomination_transitions_nomination ON nomination_transitions (nomination_id, at, id);
-- One live nomination for an edition, a kind and a subject.
CREATE UNIQUE INDEX nominations_subject_unique ON nominations (edition_id, kind, subject_key)
    WHERE status NOT IN ('withdrawn', 'disqualified', 'not_selected', 'revoked') AND deleted_at IS NULL;
CREATE INDEX nominations_edition ON nominations (edition_id, status, id);
CREATE INDEX nominations_city ON nominations (city_code, id);
CREATE INDEX nominations_association ON nominations (association_id, id);
CREATE INDEX nominations_nominator ON nominations (nominator_id, id);

-- What a nomination has achieved, each tied to a value of the initiative.
CREATE TABLE achievements (
    id TEXT NOT NULL PRIMARY KEY,
    nomination_id TEXT NOT NULL REFERENCES nominations (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    value TEXT NOT NULL CHECK (value IN ('citizenship', 'development', 'dialogue', 'coexistence')),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    achieved_on TEXT,
    url TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX achievements_nomination ON achievements (nomination_id, position, id);

-- Supporting documents; their bytes stand in the object store under object_key.
CREATE TABLE documents (
    id TEXT NOT NULL PRIMARY KEY,
    nomination_id TEXT NOT NULL REFERENCES nominations (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg')),
    size INTEGER NOT NULL CHECK (size > 0),
    sha256 TEXT NOT NULL,
    object_key TEXT NOT NULL,
    account_id TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
-- The same file is not added twice to a nomination.
CREATE UNIQUE INDEX documents_content_unique ON documents (nomination_id, sha256);
CREATE INDEX documents_object ON documents (object_key);

-- What officers decided on checks that need a review; the latest of a check counts.
CREATE TABLE eligibility_decisions (
    id TEXT NOT NULL PRIMARY KEY,
    nomination_id TEXT NOT NULL REFERENCES nominations (id) ON DELETE CASCADE,
    check_code TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('pass', 'fail')),
    reason TEXT NOT NULL,
    account_id TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX eligibility_decisions_nomination ON eligibility_decisions (nomination_id, at, id);
