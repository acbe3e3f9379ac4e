-- What the earlier release does not know becomes the nearest state that it knows.
DROP TABLE eligibility_decisions;
DROP TABLE documents;
DROP TABLE achievements;
UPDATE nominations SET status = 'withdrawn' WHERE status IN ('not_selected', 'disqualified', 'revoked');
UPDATE nominations SET status = 'submitted' WHERE status NOT IN ('draft', 'submitted', 'withdrawn');
CREATE TABLE nominations_rebuilt (
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
CREATE UNIQUE INDEX nominations_subject_unique ON nominations (edition_id, kind, subject_key)
    WHERE status <> 'withdrawn' AND deleted_at IS NULL;
CREATE INDEX nominations_edition ON nominations (edition_id, status, id);
CREATE INDEX nominations_city ON nominations (city_code, id);
CREATE INDEX nominations_association ON nominations (association_id, id);
CREATE INDEX nominations_nominator ON nominations (nominator_id, id);
