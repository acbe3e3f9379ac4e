-- The register of associations and the fields of activity (ICNPO) that they are filed under.
CREATE TABLE activity_fields (
    code TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_ar_key TEXT NOT NULL,
    name_fr_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- identity_key (folded names and seat) is what makes two entries the same association.
CREATE TABLE associations (
    row_number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_ar_key TEXT NOT NULL,
    name_fr_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    identity_key TEXT NOT NULL,
    acronym TEXT,
    object TEXT,
    city_code TEXT REFERENCES cities (code),
    province_code TEXT REFERENCES provinces (code),
    scope TEXT CHECK (scope IN ('local', 'regional', 'national', 'abroad')),
    status TEXT CHECK (status IN ('active', 'dormant', 'dissolved')),
    founded_on TEXT,
    founded_year INTEGER,
    receipt_status TEXT CHECK (receipt_status IN ('none', 'provisional', 'final')),
    receipt_on TEXT,
    public_utility INTEGER,
    public_utility_decree TEXT,
    volunteers INTEGER CHECK (volunteers >= 0),
    last_activity_on TEXT,
    website TEXT,
    email TEXT,
    attestations TEXT NOT NULL,
    links TEXT NOT NULL,
    sources TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
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

CREATE TABLE association_activity_fields (
    association_id TEXT NOT NULL REFERENCES associations (id) ON DELETE CASCADE,
    field_code TEXT NOT NULL REFERENCES activity_fields (code),
    PRIMARY KEY (association_id, field_code)
) STRICT;
CREATE INDEX association_activity_fields_field ON association_activity_fields (field_code, association_id);

CREATE TABLE association_values (
    association_id TEXT NOT NULL REFERENCES associations (id) ON DELETE CASCADE,
    value TEXT NOT NULL CHECK (value IN ('citizenship', 'development', 'dialogue', 'coexistence')),
    PRIMARY KEY (association_id, value)
) STRICT;
CREATE INDEX association_values_value ON association_values (value, association_id);

-- What is never public stands in a table of its own, so that a public query cannot pick it up by mistake.
CREATE TABLE association_internal_records (
    association_id TEXT NOT NULL PRIMARY KEY REFERENCES associations (id) ON DELETE CASCADE,
    seat_address TEXT,
    receipt_number TEXT,
    ice TEXT,
    tax_id TEXT,
    legal_representative TEXT,
    representative_contact TEXT
) STRICT;
CREATE UNIQUE INDEX association_internal_records_ice_unique ON association_internal_records (ice);


-- Substring search by trigrams; the triggers keep the index in step with the register.
CREATE VIRTUAL TABLE associations_search USING fts5 (
    search_text, content = 'associations', content_rowid = 'row_number', tokenize = 'trigram', detail = 'full'
);
CREATE TRIGGER associations_search_insert AFTER INSERT ON associations BEGIN
    INSERT INTO associations_search (rowid, search_text) VALUES (new.row_number, new.search_text);
END;
CREATE TRIGGER associations_search_delete AFTER DELETE ON associations BEGIN
    INSERT INTO associations_search (associations_search, rowid, search_text)
    VALUES ('delete', old.row_number, old.search_text);
END;
CREATE TRIGGER associations_search_update AFTER UPDATE OF search_text ON associations BEGIN
    INSERT INTO associations_search (associations_search, rowid, search_text)
    VALUES ('delete', old.row_number, old.search_text);
    INSERT INTO associations_search (rowid, search_text) VALUES (new.row_number, new.search_text);
END;
