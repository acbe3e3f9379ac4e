-- Regions, provinces and cities (communes), keyed by the codes of the Haut-Commissariat au Plan.
-- name_*_key are folded names to sort by; search_text holds all folded names as `| name | name |`.
CREATE TABLE regions (
    code TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name JSONB NOT NULL,
    name_ar_key TEXT COLLATE "C" NOT NULL,
    name_fr_key TEXT COLLATE "C" NOT NULL,
    search_text TEXT NOT NULL,
    population_2024 BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE provinces (
    code TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    region_code TEXT COLLATE "C" NOT NULL REFERENCES regions (code),
    parent_code TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('province', 'prefecture', 'prefecture_of_arrondissements')),
    name JSONB NOT NULL,
    name_ar_key TEXT COLLATE "C" NOT NULL,
    name_fr_key TEXT COLLATE "C" NOT NULL,
    search_text TEXT NOT NULL,
    population_2024 BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX provinces_region ON provinces (region_code, code);

CREATE TABLE cities (
    code TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    slug TEXT COLLATE "C" NOT NULL,
    province_code TEXT COLLATE "C" NOT NULL REFERENCES provinces (code),
    region_code TEXT COLLATE "C" NOT NULL REFERENCES regions (code),
    kind TEXT NOT NULL CHECK (kind IN ('urban', 'rural')),
    name JSONB NOT NULL,
    name_ar_key TEXT COLLATE "C" NOT NULL,
    name_fr_key TEXT COLLATE "C" NOT NULL,
    search_text TEXT NOT NULL,
    population_2024 BIGINT CHECK (population_2024 >= 0),
    latitude DOUBLE PRECISION CHECK (latitude BETWEEN -90 AND 90),
    longitude DOUBLE PRECISION CHECK (longitude BETWEEN -180 AND 180),
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    deleted_at TIMESTAMPTZ,
    CHECK ((latitude IS NULL) = (longitude IS NULL))
);
CREATE UNIQUE INDEX cities_slug_unique ON cities (slug) WHERE deleted_at IS NULL;
CREATE INDEX cities_region ON cities (region_code, code);
CREATE INDEX cities_province ON cities (province_code, code);
CREATE INDEX cities_population ON cities (population_2024, code);
CREATE INDEX cities_name_fr ON cities (name_fr_key, code);
CREATE INDEX cities_name_ar ON cities (name_ar_key, code);
