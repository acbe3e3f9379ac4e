-- The register of associations and the fields of activity (ICNPO) that they are filed under.
CREATE TABLE activity_fields (
    code TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    position BIGINT NOT NULL,
    name JSONB NOT NULL,
    name_ar_key TEXT COLLATE "C" NOT NULL,
    name_fr_key TEXT COLLATE "C" NOT NULL,
    search_text TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- identity_key (folded names and seat) is what makes two entries the same association.
CREATE TABLE associations (
    id UUID NOT NULL PRIMARY KEY,
    name JSONB NOT NULL,
    name_ar_key TEXT COLLATE "C" NOT NULL,
    name_fr_key TEXT COLLATE "C" NOT NULL,
    search_text TEXT NOT NULL,
    identity_key TEXT COLLATE "C" NOT NULL,
    acronym TEXT,
    object JSONB,
    city_code TEXT COLLATE "C" REFERENCES cities (code),
    province_code TEXT COLLATE "C" REFERENCES provinces (code),
    scope TEXT CHECK (scope IN ('local', 'regional', 'national', 'abroad')),
    status TEXT CHECK (status IN ('active', 'dormant', 'dissolved')),
    founded_on DATE,
    founded_year BIGINT,
    receipt_status TEXT CHECK (receipt_status IN ('none', 'provisional', 'final')),
    receipt_on DATE,
    public_utility BOOLEAN,
    public_utility_decree TEXT,
    volunteers BIGINT CHECK (volunteers >= 0),
    last_activity_on DATE,
    website TEXT,
    email TEXT,
    attestations JSONB NOT NULL,
    links JSONB NOT NULL,
    sources JSONB NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    deleted_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX associations_name_unique ON associations (identity_key) WHERE deleted_at IS NULL;
CREATE INDEX associations_city ON associations (city_code, status, deleted_at);
CREATE INDEX associations_province ON associations (province_code, id);
CREATE INDEX associations_status ON associations (status, id);
CREATE INDEX associations_name_fr ON associations (name_fr_key, id);
CREATE INDEX associations_name_ar ON associations (name_ar_key, id);
CREATE INDEX associations_founded_on ON associations (founded_on, id);
CREATE INDEX associations_last_activity_on ON associations (last_activity_on, id);
CREATE INDEX associations_volunteers ON associations (volunteers, id);
CREATE INDEX associations_created_at ON associations (created_at, id);
CREATE INDEX associations_updated_at ON associations (updated_at, id);

-- Unknown values come last in both directions.
CREATE INDEX associations_founded_on_latest ON associations (founded_on DESC NULLS LAST, id DESC);
CREATE INDEX associations_last_activity_on_latest ON associations (last_activity_on DESC NULLS LAST, id DESC);
CREATE INDEX associations_volunteers_most ON associations (volunteers DESC NULLS LAST, id DESC);

CREATE TABLE association_activity_fields (
    association_id UUID NOT NULL REFERENCES associations (id) ON DELETE CASCADE,
    field_code TEXT COLLATE "C" NOT NULL REFERENCES activity_fields (code),
    PRIMARY KEY (association_id, field_code)
);
CREATE INDEX association_activity_fields_field ON association_activity_fields (field_code, association_id);

CREATE TABLE association_values (
    association_id UUID NOT NULL REFERENCES associations (id) ON DELETE CASCADE,
    value TEXT NOT NULL CHECK (value IN ('citizenship', 'development', 'dialogue', 'coexistence')),
    PRIMARY KEY (association_id, value)
);
CREATE INDEX association_values_value ON association_values (value, association_id);

-- What is never public stands in a table of its own, so that a public query cannot pick it up by mistake.
CREATE TABLE association_internal_records (
    association_id UUID NOT NULL PRIMARY KEY REFERENCES associations (id) ON DELETE CASCADE,
    seat_address TEXT,
    receipt_number TEXT,
    ice TEXT COLLATE "C",
    tax_id TEXT,
    legal_representative TEXT,
    representative_contact TEXT
);
CREATE UNIQUE INDEX association_internal_records_ice_unique ON association_internal_records (ice);


-- Substring search by trigrams. The extension is a trusted one: the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX associations_search ON associations USING gin (search_text gin_trgm_ops);
