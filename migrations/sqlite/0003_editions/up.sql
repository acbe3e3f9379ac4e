-- Editions of the Capital of Moroccan civil society and what belongs to them.
CREATE TABLE editions (
    id TEXT NOT NULL PRIMARY KEY,
    year INTEGER NOT NULL CHECK (year BETWEEN 2018 AND 2200),
    designated_for_year INTEGER,
    ordinal INTEGER CHECK (ordinal >= 1),
    status TEXT NOT NULL CHECK (status IN ('draft', 'city_call_open', 'city_review', 'designated',
        'honours_call_open', 'honours_review', 'in_progress', 'completed', 'archived', 'postponed', 'cancelled')),
    status_reason TEXT,
    name TEXT NOT NULL,
    search_text TEXT NOT NULL,
    theme TEXT,
    slogan TEXT,
    strategy_programme TEXT,
    city_code TEXT REFERENCES cities (code),
    high_patronage INTEGER,
    designated_on TEXT,
    starts_on TEXT,
    ends_on TEXT,
    city_call_opens_at INTEGER,
    city_call_closes_at INTEGER,
    honours_call_opens_at INTEGER,
    honours_call_closes_at INTEGER,
    parameters TEXT,
    postponement TEXT,
    next_city_announced TEXT,
    honours_statement TEXT,
    provenance TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    CHECK (ends_on >= starts_on)
) STRICT;
-- One live edition a year.
CREATE UNIQUE INDEX editions_year_unique ON editions (year) WHERE status <> 'cancelled' AND deleted_at IS NULL;
CREATE INDEX editions_city ON editions (city_code, year);

CREATE TABLE years_without_edition (
    year INTEGER NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    sources TEXT NOT NULL
) STRICT;

CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    edition_id TEXT NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('press_meeting', 'opening', 'conference', 'exhibition', 'caravan_stage',
        'stage', 'closing_of_stage', 'local_programme', 'agreement', 'closing', 'designation_of_next')),
    title TEXT NOT NULL,
    starts_on TEXT,
    ends_on TEXT,
    place TEXT,
    sources TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK (ends_on >= starts_on)
) STRICT;
CREATE INDEX events_edition ON events (edition_id, starts_on, id);

CREATE TABLE partners (
    id TEXT NOT NULL PRIMARY KEY,
    edition_id TEXT NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('organiser', 'ministry', 'authority', 'elected', 'local_partner', 'partner')),
    name TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX partners_edition ON partners (edition_id, position, id);

CREATE TABLE criteria (
    id TEXT NOT NULL PRIMARY KEY,
    edition_id TEXT NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    nomination_kind TEXT NOT NULL CHECK (nomination_kind IN ('city', 'association')),
    name TEXT NOT NULL,
    weight INTEGER CHECK (weight BETWEEN 0 AND 100),
    sources TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX criteria_code_unique ON criteria (edition_id, nomination_kind, code);

CREATE TABLE honours (
    id TEXT NOT NULL PRIMARY KEY,
    edition_id TEXT NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    association_id TEXT NOT NULL REFERENCES associations (id),
    title TEXT NOT NULL,
    citation TEXT,
    awarded_on TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX honours_association_unique ON honours (edition_id, association_id);
