-- Decisions on the title and on the honours of an edition: proposed, signed by the ministry and by ICSO, published.
-- Until it is published nothing outside these tables and nomination_outcomes tells of it.
CREATE TABLE designations (
    id TEXT NOT NULL PRIMARY KEY,
    edition_id TEXT NOT NULL REFERENCES editions (id),
    kind TEXT NOT NULL CHECK (kind IN ('city', 'association')),
    basis TEXT NOT NULL CHECK (basis IN ('ranking', 'direct', 'withheld')),
    status TEXT NOT NULL CHECK (status IN ('proposed', 'signed', 'published', 'withdrawn', 'annulled', 'revoked')),
    city_code TEXT REFERENCES cities (code),
    decision TEXT NOT NULL,
    reason TEXT,
    digest TEXT NOT NULL,
    ranking_digest TEXT,
    deliberation_id TEXT REFERENCES deliberations (id),
    status_reason TEXT,
    account_id TEXT NOT NULL,
    signed_at INTEGER,
    published_at INTEGER,
    proof TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX designations_proposed_unique ON designations (edition_id, kind) WHERE status = 'proposed';
-- One capital, and one list of honours, an edition: also when two requests race on two instances. The decision that
-- follows a revoked title is signed before the earlier one gives way, with the publication.
CREATE UNIQUE INDEX designations_signed_unique ON designations (edition_id, kind) WHERE status = 'signed';
CREATE UNIQUE INDEX designations_published_unique ON designations (edition_id, kind)
    WHERE status = 'published' AND basis <> 'withheld';
CREATE INDEX designations_edition ON designations (edition_id, created_at, id);

CREATE TABLE signatures (
    designation_id TEXT NOT NULL REFERENCES designations (id),
    institution TEXT NOT NULL CHECK (institution IN ('ministry', 'icso')),
    account_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (designation_id, institution)
) STRICT;
-- Nobody signs for both.
CREATE UNIQUE INDEX signatures_account_unique ON signatures (designation_id, account_id);
