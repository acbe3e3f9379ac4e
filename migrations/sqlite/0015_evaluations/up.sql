-- The jury's work. Nothing here is public: what is published of it stands in the proof of a result.
CREATE TABLE assignments (
    id TEXT NOT NULL PRIMARY KEY,
    edition_id TEXT NOT NULL REFERENCES editions (id),
    kind TEXT NOT NULL CHECK (kind IN ('city', 'association')),
    seed TEXT NOT NULL,
    evaluations_per_nomination INTEGER NOT NULL CHECK (evaluations_per_nomination >= 1),
    report TEXT NOT NULL,
    account_id TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX assignments_edition ON assignments (edition_id, at, id);

-- One juror's evaluation of one nomination: assigned, then a draft, then submitted; or recused or voided.
CREATE TABLE evaluations (
    id TEXT NOT NULL PRIMARY KEY,
    nomination_id TEXT NOT NULL REFERENCES nominations (id),
    juror_id TEXT NOT NULL,
    assignment_id TEXT REFERENCES assignments (id),
    status TEXT NOT NULL CHECK (status IN ('assigned', 'draft', 'submitted', 'recused', 'voided')),
    scores TEXT NOT NULL,
    comment TEXT,
    declared_at INTEGER,
    submitted_at INTEGER,
    ended_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX evaluations_juror_unique ON evaluations (nomination_id, juror_id);
CREATE INDEX evaluations_of_juror ON evaluations (juror_id, id);

-- Declarations of jurors, with or without a conflict, and conflicts that others found.
CREATE TABLE conflicts (
    id TEXT NOT NULL PRIMARY KEY,
    nomination_id TEXT NOT NULL REFERENCES nominations (id),
    juror_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('none_declared', 'declared', 'reported', 'detected')),
    ground TEXT,
    statement TEXT,
    account_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    CHECK ((kind = 'none_declared') = (ground IS NULL))
) STRICT;
CREATE INDEX conflicts_nomination ON conflicts (nomination_id, at, id);
CREATE INDEX conflicts_juror ON conflicts (juror_id, nomination_id);

-- The jury's closing of its work on a kind of nominations. The commitment is public at once, the record it covers
-- and its salt only with the result.
CREATE TABLE deliberations (
    id TEXT NOT NULL PRIMARY KEY,
    edition_id TEXT NOT NULL REFERENCES editions (id),
    kind TEXT NOT NULL CHECK (kind IN ('city', 'association')),
    status TEXT NOT NULL CHECK (status IN ('closed', 'reopened', 'concluded')),
    commitment TEXT NOT NULL,
    record TEXT NOT NULL,
    pseudonyms TEXT NOT NULL,
    chain_seq INTEGER,
    chain_hash TEXT,
    reopening_reason TEXT,
    closed_by TEXT NOT NULL,
    closed_at INTEGER NOT NULL,
    reopened_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
-- The jury of a kind is closed once at a time.
CREATE UNIQUE INDEX deliberations_closed_unique ON deliberations (edition_id, kind) WHERE status = 'closed';
CREATE INDEX deliberations_edition ON deliberations (edition_id, closed_at, id);

-- The chair's order of nominations that are level in everything, with the reasons.
CREATE TABLE tie_decisions (
    id TEXT NOT NULL PRIMARY KEY,
    deliberation_id TEXT NOT NULL REFERENCES deliberations (id),
    nominations TEXT NOT NULL,
    reason TEXT NOT NULL,
    account_id TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX tie_decisions_deliberation ON tie_decisions (deliberation_id, at, id);

-- What has been decided of a nomination and is still under embargo: its row in nominations says under_evaluation.
CREATE TABLE nomination_outcomes (
    nomination_id TEXT NOT NULL PRIMARY KEY REFERENCES nominations (id),
    status TEXT NOT NULL CHECK (status IN ('shortlisted', 'selected', 'reserve', 'not_selected')),
    decided_at INTEGER,
    updated_at INTEGER NOT NULL
) STRICT;
