-- Nominations of cities and of associations for an edition.
CREATE TABLE nominations (
    id TEXT NOT NULL PRIMARY KEY,
    edition_id TEXT NOT NULL REFERENCES editions (id),
    kind TEXT NOT NULL CHECK (kind IN ('city', 'association')),
    city_code TEXT REFERENCES cities (code),
    association_id TEXT REFERENCES associations (id),
    subject_key TEXT NOT NULL,
    statement TEXT NOT NULL,
    programme TEXT,
    status TEXT NOT NULL CHECK (status IN ('draft', 'submitted', 'withdrawn')),
    nominator_id TEXT NOT NULL,
    submitted_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    CHECK ((kind = 'city') = (city_code IS NOT NULL)),
    CHECK ((kind = 'association') = (association_id IS NOT NULL)),
    CHECK (programme IS NULL OR kind = 'city')
) STRICT;
-- One live nomination for an edition, a kind and a subject.
CREATE UNIQUE INDEX nominations_subject_unique ON nominations (edition_id, kind, subject_key)
    WHERE status <> 'withdrawn' AND deleted_at IS NULL;
CREATE INDEX nominations_edition ON nominations (edition_id, status, id);
CREATE INDEX nominations_city ON nominations (city_code, id);
CREATE INDEX nominations_association ON nominations (association_id, id);
CREATE INDEX nominations_nominator ON nominations (nominator_id, id);

CREATE TABLE nomination_transitions (
    id TEXT NOT NULL PRIMARY KEY,
    nomination_id TEXT NOT NULL REFERENCES nominations (id) ON DELETE CASCADE,
    from_status TEXT,
    to_status TEXT NOT NULL,
    reason TEXT,
    account_id TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX nomination_transitions_nomination ON nomination_transitions (nomination_id, at, id);
