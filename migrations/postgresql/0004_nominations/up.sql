-- Nominations of cities and of associations for an edition.
CREATE TABLE nominations (
    id UUID NOT NULL PRIMARY KEY,
    edition_id UUID NOT NULL REFERENCES editions (id),
    kind TEXT NOT NULL CHECK (kind IN ('city', 'association')),
    city_code TEXT COLLATE "C" REFERENCES cities (code),
    association_id UUID REFERENCES associations (id),
    subject_key TEXT COLLATE "C" NOT NULL,
    statement JSONB NOT NULL,
    programme JSONB,
    status TEXT NOT NULL CHECK (status IN ('draft', 'submitted', 'withdrawn')),
    nominator_id UUID NOT NULL,
    submitted_at TIMESTAMPTZ,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    deleted_at TIMESTAMPTZ,
    CHECK ((kind = 'city') = (city_code IS NOT NULL)),
    CHECK ((kind = 'association') = (association_id IS NOT NULL)),
    CHECK (programme IS NULL OR kind = 'city')
);
-- One live nomination for an edition, a kind and a subject.
CREATE UNIQUE INDEX nominations_subject_unique ON nominations (edition_id, kind, subject_key)
    WHERE status <> 'withdrawn' AND deleted_at IS NULL;
CREATE INDEX nominations_edition ON nominations (edition_id, status, id);
CREATE INDEX nominations_city ON nominations (city_code, id);
CREATE INDEX nominations_association ON nominations (association_id, id);
CREATE INDEX nominations_nominator ON nominations (nominator_id, id);

CREATE TABLE nomination_transitions (
    id UUID NOT NULL PRIMARY KEY,
    nomination_id UUID NOT NULL REFERENCES nominations (id) ON DELETE CASCADE,
    from_status TEXT,
    to_status TEXT NOT NULL,
    reason TEXT,
    account_id UUID NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX nomination_transitions_nomination ON nomination_transitions (nomination_id, at, id);
