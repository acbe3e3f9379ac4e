-- Editions of the Capital of Moroccan civil society and what belongs to them.
CREATE TABLE editions (
    id UUID NOT NULL PRIMARY KEY,
    year BIGINT NOT NULL CHECK (year BETWEEN 2018 AND 2200),
    designated_for_year BIGINT,
    ordinal BIGINT CHECK (ordinal >= 1),
    status TEXT NOT NULL CHECK (status IN ('draft', 'city_call_open', 'city_review', 'designated',
        'honours_call_open', 'honours_review', 'in_progress', 'completed', 'archived', 'postponed', 'cancelled')),
    status_reason JSONB,
    name JSONB NOT NULL,
    search_text TEXT NOT NULL,
    theme JSONB,
    slogan JSONB,
    strategy_programme JSONB,
    city_code TEXT COLLATE "C" REFERENCES cities (code),
    high_patronage BOOLEAN,
    designated_on DATE,
    starts_on DATE,
    ends_on DATE,
    city_call_opens_at TIMESTAMPTZ,
    city_call_closes_at TIMESTAMPTZ,
    honours_call_opens_at TIMESTAMPTZ,
    honours_call_closes_at TIMESTAMPTZ,
    parameters JSONB,
    postponement JSONB,
    next_city_announced JSONB,
    honours_statement JSONB,
    provenance JSONB NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    deleted_at TIMESTAMPTZ,
    CHECK (ends_on >= starts_on)
);
-- One live edition a year.
CREATE UNIQUE INDEX editions_year_unique ON editions (year) WHERE status <> 'cancelled' AND deleted_at IS NULL;
CREATE INDEX editions_city ON editions (city_code, year);

CREATE TABLE years_without_edition (
    year BIGINT NOT NULL PRIMARY KEY,
    reason JSONB NOT NULL,
    sources JSONB NOT NULL
);

CREATE TABLE events (
    id UUID NOT NULL PRIMARY KEY,
    edition_id UUID NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('press_meeting', 'opening', 'conference', 'exhibition', 'caravan_stage',
        'stage', 'closing_of_stage', 'local_programme', 'agreement', 'closing', 'designation_of_next')),
    title JSONB NOT NULL,
    starts_on DATE,
    ends_on DATE,
    place JSONB,
    sources JSONB NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CHECK (ends_on >= starts_on)
);
CREATE INDEX events_edition ON events (edition_id, starts_on, id);

CREATE TABLE partners (
    id UUID NOT NULL PRIMARY KEY,
    edition_id UUID NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('organiser', 'ministry', 'authority', 'elected', 'local_partner', 'partner')),
    name JSONB NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX partners_edition ON partners (edition_id, position, id);

CREATE TABLE criteria (
    id UUID NOT NULL PRIMARY KEY,
    edition_id UUID NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    nomination_kind TEXT NOT NULL CHECK (nomination_kind IN ('city', 'association')),
    name JSONB NOT NULL,
    weight BIGINT CHECK (weight BETWEEN 0 AND 100),
    sources JSONB NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX criteria_code_unique ON criteria (edition_id, nomination_kind, code);

CREATE TABLE honours (
    id UUID NOT NULL PRIMARY KEY,
    edition_id UUID NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    association_id UUID NOT NULL REFERENCES associations (id),
    title JSONB NOT NULL,
    citation JSONB,
    awarded_on DATE,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX honours_association_unique ON honours (edition_id, association_id);
