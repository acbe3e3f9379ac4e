-- Decisions on the title and on the honours of an edition: proposed, signed by the ministry and by ICSO, published.
-- Until it is published nothing outside these tables and nomination_outcomes tells of it.
CREATE TABLE designations (
    id UUID NOT NULL PRIMARY KEY,
    edition_id UUID NOT NULL REFERENCES editions (id),
    kind TEXT NOT NULL CHECK (kind IN ('city', 'association')),
    basis TEXT NOT NULL CHECK (basis IN ('ranking', 'direct', 'withheld')),
    status TEXT NOT NULL CHECK (status IN ('proposed', 'signed', 'published', 'withdrawn', 'annulled', 'revoked')),
    city_code TEXT COLLATE "C" REFERENCES cities (code),
    decision JSONB NOT NULL,
    reason JSONB,
    digest TEXT NOT NULL,
    ranking_digest TEXT,
    deliberation_id UUID REFERENCES deliberations (id),
    status_reason TEXT,
    account_id UUID NOT NULL,
    signed_at TIMESTAMPTZ,
    published_at TIMESTAMPTZ,
    proof JSONB,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX designations_proposed_unique ON designations (edition_id, kind) WHERE status = 'proposed';
-- One capital, and one list of honours, an edition: also when two requests race on two instances. The decision that
-- follows a revoked title is signed before the earlier one gives way, with the publication.
CREATE UNIQUE INDEX designations_signed_unique ON designations (edition_id, kind) WHERE status = 'signed';
CREATE UNIQUE INDEX designations_published_unique ON designations (edition_id, kind)
    WHERE status = 'published' AND basis <> 'withheld';
CREATE INDEX designations_edition ON designations (edition_id, created_at, id);

CREATE TABLE signatures (
    designation_id UUID NOT NULL REFERENCES designations (id),
    institution TEXT NOT NULL CHECK (institution IN ('ministry', 'icso')),
    account_id UUID NOT NULL,
    digest TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (designation_id, institution)
);
-- Nobody signs for both.
CREATE UNIQUE INDEX signatures_account_unique ON signatures (designation_id, account_id);
