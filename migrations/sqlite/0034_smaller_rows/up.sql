-- Less room (docs/decisions/0042): identifiers are 16 bytes instead of 36 letters, digests 32 instead of 64, and states in the
-- audit trail are compressed; names are folded once, and their sort keys are places in that text; what makes two entries the same
-- association is half a SHA-256; tables whose key is most of them stand in its order; no index without a reader, and none ends
-- with an identifier where few rows are alike. SQLite changes the type of a column only by a new table.

CREATE TABLE associations_rebuilt (
    row_number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    search_text TEXT NOT NULL,
    ar_key_apart INTEGER NOT NULL,
    identity_key BLOB NOT NULL,
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
    deleted_at INTEGER,
    name_fr_key TEXT GENERATED ALWAYS AS (
        substr(search_text, 3, instr(substr(search_text, 3), ' |') - 1)
    ) VIRTUAL,
    name_ar_key TEXT GENERATED ALWAYS AS (CASE WHEN ar_key_apart
        THEN substr(search_text, 6 + length(name_fr_key), instr(substr(search_text, 6 + length(name_fr_key)), ' |') - 1)
        ELSE name_fr_key END) VIRTUAL
) STRICT;
INSERT INTO associations_rebuilt (row_number, id, name, search_text, ar_key_apart, identity_key, acronym, object, city_code,
        province_code, scope, status, founded_on, founded_year, receipt_status, receipt_on, public_utility,
        public_utility_decree, volunteers, last_activity_on, website, email, attestations, links, sources, version, created_at,
        updated_at, deleted_at)
    SELECT row_number, unhex(replace(id, '-', '')), name,
        '| ' || name_fr_key || ' |' || CASE WHEN name_ar_key = name_fr_key THEN '' ELSE ' ' || name_ar_key || ' |' END
            || substr(replace(replace(search_text, '| ' || name_fr_key || ' |', '|'), '| ' || name_ar_key || ' |', '|'), 2),
        name_ar_key <> name_fr_key, substr(sha256(identity_key), 1, 16), acronym, object, city_code, province_code, scope,
        status, founded_on, founded_year, receipt_status, receipt_on, public_utility, public_utility_decree, volunteers,
        last_activity_on, website, email, attestations, links, sources, version, created_at, updated_at, deleted_at
    FROM associations;
DROP TABLE associations;
ALTER TABLE associations_rebuilt RENAME TO associations;
CREATE UNIQUE INDEX associations_name_unique ON associations (identity_key) WHERE deleted_at IS NULL;
CREATE INDEX associations_city ON associations (city_code, status, deleted_at);
CREATE INDEX associations_province ON associations (province_code);
CREATE INDEX associations_status ON associations (status);
CREATE INDEX associations_name_fr ON associations (name_fr_key);
CREATE INDEX associations_name_ar ON associations (name_ar_key);
CREATE INDEX associations_founded_on ON associations (founded_on, id);
CREATE INDEX associations_last_activity_on ON associations (last_activity_on, id);
CREATE INDEX associations_volunteers ON associations (volunteers, id);
CREATE INDEX associations_created_at ON associations (created_at);
CREATE INDEX associations_updated_at ON associations (updated_at);

-- The index knows which names have a trigram, not where, nor how long they are: words are looked for in the names that it finds.
DROP TABLE associations_search;
CREATE VIRTUAL TABLE associations_search USING fts5 (
    search_text, content = 'associations', content_rowid = 'row_number', tokenize = 'trigram', detail = 'none', columnsize = 0
);
INSERT INTO associations_search (associations_search) VALUES ('rebuild');
CREATE TRIGGER associations_search_insert AFTER INSERT ON associations BEGIN
    INSERT INTO associations_search (rowid, search_text) VALUES (new.row_number, new.search_text);
END;
CREATE TRIGGER associations_search_delete AFTER DELETE ON associations BEGIN
    INSERT INTO associations_search (associations_search, rowid, search_text)
    VALUES ('delete', old.row_number, old.search_text);
END;
CREATE TRIGGER associations_search_update AFTER UPDATE OF search_text ON associations
    WHEN old.search_text <> new.search_text
BEGIN
    INSERT INTO associations_search (associations_search, rowid, search_text)
    VALUES ('delete', old.row_number, old.search_text);
    INSERT INTO associations_search (rowid, search_text) VALUES (new.row_number, new.search_text);
END;

CREATE TABLE association_activity_fields_rebuilt (
    association_id BLOB NOT NULL REFERENCES associations (id) ON DELETE CASCADE,
    field_code TEXT NOT NULL REFERENCES activity_fields (code),
    PRIMARY KEY (association_id, field_code)
) STRICT, WITHOUT ROWID;
INSERT INTO association_activity_fields_rebuilt (association_id, field_code)
    SELECT unhex(replace(association_id, '-', '')), field_code FROM association_activity_fields;
DROP TABLE association_activity_fields;
ALTER TABLE association_activity_fields_rebuilt RENAME TO association_activity_fields;
CREATE INDEX association_activity_fields_field ON association_activity_fields (field_code, association_id);

CREATE TABLE association_values_rebuilt (
    association_id BLOB NOT NULL REFERENCES associations (id) ON DELETE CASCADE,
    value TEXT NOT NULL CHECK (value IN ('citizenship', 'development', 'dialogue', 'coexistence')),
    PRIMARY KEY (association_id, value)
) STRICT, WITHOUT ROWID;
INSERT INTO association_values_rebuilt (association_id, value)
    SELECT unhex(replace(association_id, '-', '')), value FROM association_values;
DROP TABLE association_values;
ALTER TABLE association_values_rebuilt RENAME TO association_values;

CREATE TABLE association_internal_records_rebuilt (
    association_id BLOB NOT NULL PRIMARY KEY REFERENCES associations (id) ON DELETE CASCADE,
    seat_address TEXT,
    receipt_number TEXT,
    ice TEXT,
    tax_id TEXT,
    legal_representative TEXT,
    representative_contact TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    updated_at INTEGER NOT NULL DEFAULT 0,
    receipt_authority TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO association_internal_records_rebuilt (association_id, seat_address, receipt_number, ice, tax_id,
        legal_representative, representative_contact, version, updated_at, receipt_authority)
    SELECT unhex(replace(association_id, '-', '')), seat_address, receipt_number, ice, tax_id, legal_representative,
        representative_contact, version, updated_at, receipt_authority FROM association_internal_records;
DROP TABLE association_internal_records;
ALTER TABLE association_internal_records_rebuilt RENAME TO association_internal_records;
CREATE UNIQUE INDEX association_internal_records_ice_unique ON association_internal_records (ice);
CREATE INDEX association_internal_records_receipt ON association_internal_records (receipt_number, receipt_authority)
    WHERE receipt_number IS NOT NULL;

CREATE TABLE editions_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    year INTEGER NOT NULL CHECK (year BETWEEN 2018 AND 2200),
    designated_for_year INTEGER,
    ordinal INTEGER CHECK (ordinal >= 1),
    status TEXT NOT NULL CHECK (status IN ('draft', 'city_call_open', 'city_review', 'designated', 'honours_call_open',
        'honours_review', 'in_progress', 'completed', 'archived', 'postponed', 'cancelled')),
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
    postponed_from TEXT CHECK (postponed_from IN ('designated', 'honours_call_open', 'honours_review')),
    CHECK (ends_on >= starts_on)
) STRICT;
INSERT INTO editions_rebuilt (id, year, designated_for_year, ordinal, status, status_reason, name, search_text, theme, slogan,
        strategy_programme, city_code, high_patronage, designated_on, starts_on, ends_on, city_call_opens_at,
        city_call_closes_at, honours_call_opens_at, honours_call_closes_at, parameters, postponement, next_city_announced,
        honours_statement, provenance, version, created_at, updated_at, deleted_at, postponed_from)
    SELECT unhex(replace(id, '-', '')), year, designated_for_year, ordinal, status, status_reason, name, search_text, theme,
        slogan, strategy_programme, city_code, high_patronage, designated_on, starts_on, ends_on, city_call_opens_at,
        city_call_closes_at, honours_call_opens_at, honours_call_closes_at, parameters, postponement, next_city_announced,
        honours_statement, provenance, version, created_at, updated_at, deleted_at, postponed_from FROM editions;
DROP TABLE editions;
ALTER TABLE editions_rebuilt RENAME TO editions;
CREATE UNIQUE INDEX editions_year_unique ON editions (year) WHERE status <> 'cancelled' AND deleted_at IS NULL;
CREATE INDEX editions_city ON editions (city_code, year);

CREATE TABLE events_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    edition_id BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('press_meeting', 'opening', 'conference', 'exhibition', 'caravan_stage', 'stage',
        'closing_of_stage', 'local_programme', 'agreement', 'closing', 'designation_of_next')),
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
INSERT INTO events_rebuilt (id, edition_id, position, kind, title, starts_on, ends_on, place, sources, version, created_at,
        updated_at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(edition_id, '-', '')), position, kind, title, starts_on, ends_on, place,
        sources, version, created_at, updated_at FROM events;
DROP TABLE events;
ALTER TABLE events_rebuilt RENAME TO events;
CREATE INDEX events_edition ON events (edition_id, starts_on, id);

CREATE TABLE partners_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    edition_id BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('organiser', 'ministry', 'authority', 'elected', 'local_partner', 'partner')),
    name TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO partners_rebuilt (id, edition_id, position, kind, name, version, created_at, updated_at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(edition_id, '-', '')), position, kind, name, version, created_at,
        updated_at FROM partners;
DROP TABLE partners;
ALTER TABLE partners_rebuilt RENAME TO partners;
CREATE INDEX partners_edition ON partners (edition_id, position, id);

CREATE TABLE criteria_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    edition_id BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
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
INSERT INTO criteria_rebuilt (id, edition_id, position, code, nomination_kind, name, weight, sources, version, created_at,
        updated_at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(edition_id, '-', '')), position, code, nomination_kind, name, weight,
        sources, version, created_at, updated_at FROM criteria;
DROP TABLE criteria;
ALTER TABLE criteria_rebuilt RENAME TO criteria;
CREATE UNIQUE INDEX criteria_code_unique ON criteria (edition_id, nomination_kind, code);

CREATE TABLE honours_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    edition_id BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    association_id BLOB NOT NULL REFERENCES associations (id),
    title TEXT NOT NULL,
    citation TEXT,
    awarded_on TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    nomination_id BLOB,
    revoked_at INTEGER,
    revocation_reason TEXT
) STRICT;
INSERT INTO honours_rebuilt (id, edition_id, association_id, title, citation, awarded_on, version, created_at, updated_at,
        nomination_id, revoked_at, revocation_reason)
    SELECT unhex(replace(id, '-', '')), unhex(replace(edition_id, '-', '')), unhex(replace(association_id, '-', '')), title,
        citation, awarded_on, version, created_at, updated_at, unhex(replace(nomination_id, '-', '')), revoked_at,
        revocation_reason FROM honours;
DROP TABLE honours;
ALTER TABLE honours_rebuilt RENAME TO honours;
CREATE UNIQUE INDEX honours_association_unique ON honours (edition_id, association_id);
CREATE INDEX honours_association ON honours (association_id, edition_id);

CREATE TABLE accounts_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    city_code TEXT REFERENCES cities (code),
    association_id BLOB REFERENCES associations (id),
    generation INTEGER NOT NULL DEFAULT 1,
    disabled_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    kind TEXT NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'system')),
    search_text TEXT NOT NULL DEFAULT '',
    organisation TEXT,
    public_keys TEXT NOT NULL DEFAULT '[]',
    generation_at INTEGER NOT NULL DEFAULT 0,
    roles_changed_at INTEGER
) STRICT;
INSERT INTO accounts_rebuilt (id, name, scopes, city_code, association_id, generation, disabled_at, version, created_at,
        updated_at, kind, search_text, organisation, public_keys, generation_at, roles_changed_at)
    SELECT unhex(replace(id, '-', '')), name, scopes, city_code, unhex(replace(association_id, '-', '')), generation,
        disabled_at, version, created_at, updated_at, kind, search_text, organisation, public_keys, generation_at,
        roles_changed_at FROM accounts;
DROP TABLE accounts;
ALTER TABLE accounts_rebuilt RENAME TO accounts;
CREATE INDEX accounts_search_text ON accounts (search_text, id);
CREATE INDEX accounts_created_at ON accounts (created_at, id);
CREATE INDEX accounts_updated_at ON accounts (updated_at, id);

CREATE TABLE account_secrets_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    secret_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    label TEXT,
    made_by TEXT NOT NULL DEFAULT 'administrator' CHECK (made_by IN ('account', 'administrator', 'operator')),
    maker_id BLOB,
    made_with TEXT CHECK (made_with IN ('secret', 'key', 'identity')),
    made_with_id BLOB,
    ended_at INTEGER,
    ended_by TEXT CHECK (ended_by IN ('account', 'administrator', 'operator'))
) STRICT;
INSERT INTO account_secrets_rebuilt (id, account_id, secret_hash, created_at, expires_at, last_used_at, label, made_by,
        maker_id, made_with, made_with_id, ended_at, ended_by)
    SELECT unhex(replace(id, '-', '')), unhex(replace(account_id, '-', '')), secret_hash, created_at, expires_at, last_used_at,
        label, made_by, unhex(replace(maker_id, '-', '')), made_with, unhex(replace(made_with_id, '-', '')), ended_at,
        ended_by FROM account_secrets;
DROP TABLE account_secrets;
ALTER TABLE account_secrets_rebuilt RENAME TO account_secrets;
CREATE INDEX account_secrets_account ON account_secrets (account_id, id);

CREATE TABLE account_roles_rebuilt (
    account_id BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    PRIMARY KEY (account_id, role)
) STRICT;
INSERT INTO account_roles_rebuilt (account_id, role)
    SELECT unhex(replace(account_id, '-', '')), role FROM account_roles;
DROP TABLE account_roles;
ALTER TABLE account_roles_rebuilt RENAME TO account_roles;
CREATE INDEX account_roles_role ON account_roles (role, account_id);

CREATE TABLE account_identities_rebuilt (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (issuer, subject)
) STRICT;
INSERT INTO account_identities_rebuilt (issuer, subject, account_id)
    SELECT issuer, subject, unhex(replace(account_id, '-', '')) FROM account_identities;
DROP TABLE account_identities;
ALTER TABLE account_identities_rebuilt RENAME TO account_identities;
CREATE INDEX account_identities_account ON account_identities (account_id, issuer, subject);

CREATE TABLE audit_personal_data_rebuilt (
    event_id BLOB NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('actor', 'record')),
    subject_type TEXT,
    subject_id BLOB,
    salt TEXT,
    content TEXT,
    erased_by BLOB,
    PRIMARY KEY (event_id, part),
    CHECK ((content IS NULL) = (erased_by IS NOT NULL)),
    CHECK (content IS NOT NULL OR salt IS NULL)
) STRICT, WITHOUT ROWID;
INSERT INTO audit_personal_data_rebuilt (event_id, part, subject_type, subject_id, salt, content, erased_by)
    SELECT unhex(replace(event_id, '-', '')), part, subject_type, compact(subject_id), salt, content,
        unhex(replace(erased_by, '-', '')) FROM audit_personal_data;
DROP TABLE audit_personal_data;
ALTER TABLE audit_personal_data_rebuilt RENAME TO audit_personal_data;
CREATE INDEX audit_personal_data_subject ON audit_personal_data (subject_id);
CREATE TRIGGER audit_personal_data_keep BEFORE UPDATE ON audit_personal_data
    WHEN NEW.content IS NOT NULL OR OLD.content IS NULL OR NEW.event_id IS NOT OLD.event_id OR NEW.part IS NOT OLD.part
        OR NEW.subject_type IS NOT OLD.subject_type OR NEW.subject_id IS NOT OLD.subject_id
    BEGIN SELECT RAISE(ABORT, 'audit_personal_data can only be erased'); END;
CREATE TRIGGER audit_personal_data_stay BEFORE DELETE ON audit_personal_data
    BEGIN SELECT RAISE(ABORT, 'audit_personal_data can only be erased'); END;

CREATE TABLE revoked_tokens_rebuilt (
    jti BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    expires_at INTEGER NOT NULL
) STRICT;
INSERT INTO revoked_tokens_rebuilt (jti, account_id, expires_at)
    SELECT unhex(replace(jti, '-', '')), unhex(replace(account_id, '-', '')), expires_at FROM revoked_tokens;
DROP TABLE revoked_tokens;
ALTER TABLE revoked_tokens_rebuilt RENAME TO revoked_tokens;
CREATE INDEX revoked_tokens_expiry ON revoked_tokens (expires_at);

CREATE TABLE client_assertions_rebuilt (
    account_id BLOB NOT NULL REFERENCES accounts (id),
    jti TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, jti)
) STRICT;
INSERT INTO client_assertions_rebuilt (account_id, jti, expires_at)
    SELECT unhex(replace(account_id, '-', '')), jti, expires_at FROM client_assertions;
DROP TABLE client_assertions;
ALTER TABLE client_assertions_rebuilt RENAME TO client_assertions;
CREATE INDEX client_assertions_expiry ON client_assertions (expires_at);

CREATE TABLE removed_identities_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject_digest TEXT NOT NULL
) STRICT;
INSERT INTO removed_identities_rebuilt (id, issuer, subject_digest)
    SELECT unhex(replace(id, '-', '')), issuer, subject_digest FROM removed_identities;
DROP TABLE removed_identities;
ALTER TABLE removed_identities_rebuilt RENAME TO removed_identities;
CREATE INDEX removed_identities_issuer ON removed_identities (issuer);

CREATE TABLE nominations_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    edition_id BLOB NOT NULL REFERENCES editions (id),
    kind TEXT NOT NULL CHECK (kind IN ('city', 'association')),
    city_code TEXT REFERENCES cities (code),
    association_id BLOB REFERENCES associations (id),
    subject_key TEXT NOT NULL,
    statement TEXT NOT NULL,
    programme TEXT,
    status TEXT NOT NULL CHECK (status IN ('draft', 'submitted', 'needs_completion', 'eligible', 'ineligible',
        'under_evaluation', 'shortlisted', 'selected', 'reserve', 'not_selected', 'withdrawn', 'disqualified', 'revoked')),
    nominator_id BLOB NOT NULL,
    submitted_at INTEGER,
    completion_due_at INTEGER,
    screened_at INTEGER,
    appealed_at INTEGER,
    eligibility TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    CHECK ((kind = 'city') = (city_code IS NOT NULL)),
    CHECK ((kind = 'association') = (association_id IS NOT NULL)),
    CHECK (programme IS NULL OR kind = 'city')
) STRICT;
INSERT INTO nominations_rebuilt (id, edition_id, kind, city_code, association_id, subject_key, statement, programme, status,
        nominator_id, submitted_at, completion_due_at, screened_at, appealed_at, eligibility, version, created_at, updated_at,
        deleted_at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(edition_id, '-', '')), kind, city_code,
        unhex(replace(association_id, '-', '')), subject_key, statement, programme, status,
        unhex(replace(nominator_id, '-', '')), submitted_at, completion_due_at, screened_at, appealed_at, eligibility, version,
        created_at, updated_at, deleted_at FROM nominations;
DROP TABLE nominations;
ALTER TABLE nominations_rebuilt RENAME TO nominations;
CREATE INDEX nominations_edition ON nominations (edition_id, status, id);
CREATE INDEX nominations_city ON nominations (city_code, id);
CREATE INDEX nominations_association ON nominations (association_id, id);
CREATE INDEX nominations_nominator ON nominations (nominator_id, id);
CREATE UNIQUE INDEX nominations_subject_unique ON nominations (edition_id, kind, subject_key)
    WHERE status NOT IN ('draft', 'withdrawn', 'disqualified', 'not_selected', 'revoked') AND deleted_at IS NULL;
CREATE UNIQUE INDEX nominations_draft_unique ON nominations (edition_id, kind, nominator_id, subject_key)
    WHERE status = 'draft' AND deleted_at IS NULL;

CREATE TABLE nomination_transitions_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    nomination_id BLOB NOT NULL REFERENCES "nominations" (id) ON DELETE CASCADE,
    from_status TEXT,
    to_status TEXT NOT NULL,
    reason TEXT,
    account_id BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
INSERT INTO nomination_transitions_rebuilt (id, nomination_id, from_status, to_status, reason, account_id, at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(nomination_id, '-', '')), from_status, to_status, reason,
        unhex(replace(account_id, '-', '')), at FROM nomination_transitions;
DROP TABLE nomination_transitions;
ALTER TABLE nomination_transitions_rebuilt RENAME TO nomination_transitions;
CREATE INDEX nomination_transitions_nomination ON nomination_transitions (nomination_id, at, id);

CREATE TABLE achievements_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    nomination_id BLOB NOT NULL REFERENCES nominations (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    value TEXT NOT NULL CHECK (value IN ('citizenship', 'development', 'dialogue', 'coexistence')),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    achieved_on TEXT,
    url TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO achievements_rebuilt (id, nomination_id, position, value, title, description, achieved_on, url, version, created_at,
        updated_at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(nomination_id, '-', '')), position, value, title, description,
        achieved_on, url, version, created_at, updated_at FROM achievements;
DROP TABLE achievements;
ALTER TABLE achievements_rebuilt RENAME TO achievements;
CREATE INDEX achievements_nomination ON achievements (nomination_id, position, id);

CREATE TABLE documents_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    nomination_id BLOB NOT NULL REFERENCES nominations (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg')),
    size INTEGER NOT NULL CHECK (size > 0),
    sha256 TEXT NOT NULL,
    object_key TEXT NOT NULL,
    account_id BLOB NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO documents_rebuilt (id, nomination_id, name, media_type, size, sha256, object_key, account_id, version, created_at,
        updated_at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(nomination_id, '-', '')), name, media_type, size, sha256, object_key,
        unhex(replace(account_id, '-', '')), version, created_at, updated_at FROM documents;
DROP TABLE documents;
ALTER TABLE documents_rebuilt RENAME TO documents;
CREATE UNIQUE INDEX documents_content_unique ON documents (nomination_id, sha256);
CREATE INDEX documents_object ON documents (object_key);

CREATE TABLE eligibility_decisions_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    nomination_id BLOB NOT NULL REFERENCES nominations (id) ON DELETE CASCADE,
    check_code TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('pass', 'fail')),
    reason TEXT NOT NULL,
    account_id BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
INSERT INTO eligibility_decisions_rebuilt (id, nomination_id, check_code, outcome, reason, account_id, at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(nomination_id, '-', '')), check_code, outcome, reason,
        unhex(replace(account_id, '-', '')), at FROM eligibility_decisions;
DROP TABLE eligibility_decisions;
ALTER TABLE eligibility_decisions_rebuilt RENAME TO eligibility_decisions;
CREATE INDEX eligibility_decisions_nomination ON eligibility_decisions (nomination_id, at, id);

CREATE TABLE edition_transitions_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    edition_id BLOB NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    edition_year INTEGER NOT NULL,
    from_status TEXT NOT NULL,
    to_status TEXT NOT NULL,
    reason TEXT,
    account_id BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
INSERT INTO edition_transitions_rebuilt (id, edition_id, edition_year, from_status, to_status, reason, account_id, at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(edition_id, '-', '')), edition_year, from_status, to_status, reason,
        unhex(replace(account_id, '-', '')), at FROM edition_transitions;
DROP TABLE edition_transitions;
ALTER TABLE edition_transitions_rebuilt RENAME TO edition_transitions;
CREATE INDEX edition_transitions_edition ON edition_transitions (edition_id, at, id);
CREATE INDEX edition_transitions_year ON edition_transitions (edition_year, edition_id);

CREATE TABLE assignments_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    edition_id BLOB NOT NULL REFERENCES editions (id),
    kind TEXT NOT NULL CHECK (kind IN ('city', 'association')),
    seed TEXT NOT NULL,
    evaluations_per_nomination INTEGER NOT NULL CHECK (evaluations_per_nomination >= 1),
    report TEXT NOT NULL,
    account_id BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
INSERT INTO assignments_rebuilt (id, edition_id, kind, seed, evaluations_per_nomination, report, account_id, at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(edition_id, '-', '')), kind, seed, evaluations_per_nomination, report,
        unhex(replace(account_id, '-', '')), at FROM assignments;
DROP TABLE assignments;
ALTER TABLE assignments_rebuilt RENAME TO assignments;
CREATE INDEX assignments_edition ON assignments (edition_id, at, id);

CREATE TABLE evaluations_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    nomination_id BLOB NOT NULL REFERENCES nominations (id),
    juror_id BLOB NOT NULL,
    assignment_id BLOB REFERENCES assignments (id),
    status TEXT NOT NULL CHECK (status IN ('assigned', 'draft', 'submitted', 'recused', 'voided')),
    scores TEXT NOT NULL,
    comment TEXT,
    declared_at INTEGER,
    submitted_at INTEGER,
    ended_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO evaluations_rebuilt (id, nomination_id, juror_id, assignment_id, status, scores, comment, declared_at, submitted_at,
        ended_at, version, created_at, updated_at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(nomination_id, '-', '')), unhex(replace(juror_id, '-', '')),
        unhex(replace(assignment_id, '-', '')), status, scores, comment, declared_at, submitted_at, ended_at, version,
        created_at, updated_at FROM evaluations;
DROP TABLE evaluations;
ALTER TABLE evaluations_rebuilt RENAME TO evaluations;
CREATE UNIQUE INDEX evaluations_juror_unique ON evaluations (nomination_id, juror_id);
CREATE INDEX evaluations_of_juror ON evaluations (juror_id, id);

CREATE TABLE conflicts_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    nomination_id BLOB NOT NULL REFERENCES nominations (id),
    juror_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('none_declared', 'declared', 'reported', 'detected')),
    ground TEXT,
    statement TEXT,
    account_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    status TEXT CHECK (status IN ('reported', 'confirmed', 'dismissed', 'settled')),
    reported_by TEXT,
    decided_by TEXT,
    decided_at INTEGER,
    decision_reason TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((kind = 'none_declared') = (ground IS NULL))
) STRICT;
INSERT INTO conflicts_rebuilt (id, nomination_id, juror_id, kind, ground, statement, account_id, at, status, reported_by,
        decided_by, decided_at, decision_reason, version)
    SELECT unhex(replace(id, '-', '')), unhex(replace(nomination_id, '-', '')), unhex(replace(juror_id, '-', '')), kind, ground,
        statement, unhex(replace(account_id, '-', '')), at, status, reported_by, decided_by, decided_at, decision_reason,
        version FROM conflicts;
DROP TABLE conflicts;
ALTER TABLE conflicts_rebuilt RENAME TO conflicts;
CREATE INDEX conflicts_nomination ON conflicts (nomination_id, at, id);
CREATE INDEX conflicts_juror ON conflicts (juror_id, nomination_id);
CREATE UNIQUE INDEX conflicts_reported_unique ON conflicts (nomination_id, juror_id) WHERE status = 'reported';

CREATE TABLE deliberations_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    edition_id BLOB NOT NULL REFERENCES editions (id),
    kind TEXT NOT NULL CHECK (kind IN ('city', 'association')),
    status TEXT NOT NULL CHECK (status IN ('closed', 'reopened', 'concluded')),
    commitment TEXT NOT NULL,
    record TEXT NOT NULL,
    pseudonyms TEXT NOT NULL,
    chain_seq INTEGER,
    chain_hash TEXT,
    reopening_reason TEXT,
    closed_by BLOB NOT NULL,
    closed_at INTEGER NOT NULL,
    reopened_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO deliberations_rebuilt (id, edition_id, kind, status, commitment, record, pseudonyms, chain_seq, chain_hash,
        reopening_reason, closed_by, closed_at, reopened_at, version, created_at, updated_at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(edition_id, '-', '')), kind, status, commitment, record, pseudonyms,
        chain_seq, chain_hash, reopening_reason, unhex(replace(closed_by, '-', '')), closed_at, reopened_at, version,
        created_at, updated_at FROM deliberations;
DROP TABLE deliberations;
ALTER TABLE deliberations_rebuilt RENAME TO deliberations;
CREATE UNIQUE INDEX deliberations_closed_unique ON deliberations (edition_id, kind) WHERE status = 'closed';
CREATE INDEX deliberations_edition ON deliberations (edition_id, closed_at, id);

CREATE TABLE tie_decisions_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    deliberation_id BLOB NOT NULL REFERENCES deliberations (id),
    nominations TEXT NOT NULL,
    reason TEXT NOT NULL,
    account_id BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
INSERT INTO tie_decisions_rebuilt (id, deliberation_id, nominations, reason, account_id, at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(deliberation_id, '-', '')), nominations, reason,
        unhex(replace(account_id, '-', '')), at FROM tie_decisions;
DROP TABLE tie_decisions;
ALTER TABLE tie_decisions_rebuilt RENAME TO tie_decisions;
CREATE INDEX tie_decisions_deliberation ON tie_decisions (deliberation_id, at, id);

CREATE TABLE nomination_outcomes_rebuilt (
    nomination_id BLOB NOT NULL PRIMARY KEY REFERENCES nominations (id),
    status TEXT NOT NULL CHECK (status IN ('shortlisted', 'selected', 'reserve', 'not_selected')),
    decided_at INTEGER,
    updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO nomination_outcomes_rebuilt (nomination_id, status, decided_at, updated_at)
    SELECT unhex(replace(nomination_id, '-', '')), status, decided_at, updated_at FROM nomination_outcomes;
DROP TABLE nomination_outcomes;
ALTER TABLE nomination_outcomes_rebuilt RENAME TO nomination_outcomes;

CREATE TABLE designations_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    edition_id BLOB NOT NULL REFERENCES editions (id),
    kind TEXT NOT NULL CHECK (kind IN ('city', 'association')),
    basis TEXT NOT NULL CHECK (basis IN ('ranking', 'direct', 'withheld')),
    status TEXT NOT NULL CHECK (status IN ('proposed', 'signed', 'published', 'withdrawn', 'annulled', 'revoked')),
    city_code TEXT REFERENCES cities (code),
    decision TEXT NOT NULL,
    reason TEXT,
    digest TEXT NOT NULL,
    ranking_digest TEXT,
    deliberation_id BLOB REFERENCES deliberations (id),
    status_reason TEXT,
    account_id BLOB NOT NULL,
    signed_at INTEGER,
    published_at INTEGER,
    proof TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO designations_rebuilt (id, edition_id, kind, basis, status, city_code, decision, reason, digest, ranking_digest,
        deliberation_id, status_reason, account_id, signed_at, published_at, proof, version, created_at, updated_at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(edition_id, '-', '')), kind, basis, status, city_code, decision, reason,
        digest, ranking_digest, unhex(replace(deliberation_id, '-', '')), status_reason, unhex(replace(account_id, '-', '')),
        signed_at, published_at, proof, version, created_at, updated_at FROM designations;
DROP TABLE designations;
ALTER TABLE designations_rebuilt RENAME TO designations;
CREATE UNIQUE INDEX designations_proposed_unique ON designations (edition_id, kind) WHERE status = 'proposed';
CREATE UNIQUE INDEX designations_signed_unique ON designations (edition_id, kind) WHERE status = 'signed';
CREATE UNIQUE INDEX designations_published_unique ON designations (edition_id, kind)
    WHERE status = 'published' AND basis <> 'withheld';
CREATE INDEX designations_edition ON designations (edition_id, created_at, id);

CREATE TABLE signatures_rebuilt (
    designation_id BLOB NOT NULL REFERENCES designations (id),
    institution TEXT NOT NULL CHECK (institution IN ('ministry', 'icso')),
    account_id BLOB NOT NULL,
    digest TEXT NOT NULL,
    at INTEGER NOT NULL,
    jws TEXT,
    jwk TEXT CHECK ((jws IS NULL) = (jwk IS NULL)),
    credential TEXT,
    PRIMARY KEY (designation_id, institution)
) STRICT;
INSERT INTO signatures_rebuilt (designation_id, institution, account_id, digest, at, jws, jwk, credential)
    SELECT unhex(replace(designation_id, '-', '')), institution, unhex(replace(account_id, '-', '')), digest, at, jws, jwk,
        credential FROM signatures;
DROP TABLE signatures;
ALTER TABLE signatures_rebuilt RENAME TO signatures;
CREATE UNIQUE INDEX signatures_account_unique ON signatures (designation_id, account_id);

CREATE TABLE shared_sheets_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    nomination_id BLOB NOT NULL REFERENCES nominations (id),
    scores TEXT NOT NULL,
    comment TEXT
) STRICT;
INSERT INTO shared_sheets_rebuilt (id, nomination_id, scores, comment)
    SELECT unhex(replace(id, '-', '')), unhex(replace(nomination_id, '-', '')), scores, comment FROM shared_sheets;
DROP TABLE shared_sheets;
ALTER TABLE shared_sheets_rebuilt RENAME TO shared_sheets;
CREATE INDEX shared_sheets_nomination ON shared_sheets (nomination_id, id);

CREATE TABLE institution_keys_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    kid TEXT NOT NULL,
    institution TEXT NOT NULL CHECK (institution IN ('ministry', 'icso')),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    jwk TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('registered', 'confirmed', 'revoked')),
    status_reason TEXT,
    registered_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    revoked_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO institution_keys_rebuilt (id, kid, institution, account_id, jwk, status, status_reason, registered_at, confirmed_at,
        revoked_at, version, updated_at)
    SELECT unhex(replace(id, '-', '')), kid, institution, unhex(replace(account_id, '-', '')), jwk, status, status_reason,
        registered_at, confirmed_at, revoked_at, version, updated_at FROM institution_keys;
DROP TABLE institution_keys;
ALTER TABLE institution_keys_rebuilt RENAME TO institution_keys;
CREATE UNIQUE INDEX institution_keys_kid_unique ON institution_keys (kid);
CREATE INDEX institution_keys_account ON institution_keys (account_id, status);
CREATE INDEX institution_keys_registered_at ON institution_keys (registered_at, id);

CREATE TABLE audit_events_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    account_id BLOB,
    request_id BLOB,
    action TEXT NOT NULL CHECK (action IN ('create', 'update', 'delete', 'transition', 'refuse', 'erase', 'restore')),
    operation TEXT,
    resource_type TEXT,
    resource_id BLOB,
    status INTEGER,
    problem TEXT,
    before BLOB,
    after BLOB,
    actor_digest BLOB,
    record_digest BLOB,
    CHECK ((action = 'refuse') = (status IS NOT NULL))
) STRICT;
INSERT INTO audit_events_rebuilt (id, at, account_id, request_id, action, operation, resource_type, resource_id, status,
        problem, before, after, actor_digest, record_digest)
    SELECT unhex(replace(id, '-', '')), at, unhex(replace(account_id, '-', '')), compact(request_id), action, operation,
        resource_type, compact(resource_id), status, problem, pack(before), pack(after), compact(actor_digest),
        compact(record_digest) FROM audit_events;
DROP TABLE audit_events;
ALTER TABLE audit_events_rebuilt RENAME TO audit_events;
CREATE INDEX audit_events_at ON audit_events (at);
CREATE INDEX audit_events_resource ON audit_events (resource_type, resource_id);
CREATE INDEX audit_events_account ON audit_events (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX audit_events_request ON audit_events (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX audit_events_problem ON audit_events (problem, at) WHERE problem IS NOT NULL;
CREATE TRIGGER audit_events_keep BEFORE UPDATE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;

CREATE TABLE audit_pending_rebuilt (
    event_id BLOB NOT NULL PRIMARY KEY REFERENCES audit_events (id)
) STRICT, WITHOUT ROWID;
INSERT INTO audit_pending_rebuilt (event_id)
    SELECT unhex(replace(event_id, '-', '')) FROM audit_pending;
DROP TABLE audit_pending;
ALTER TABLE audit_pending_rebuilt RENAME TO audit_pending;

CREATE TABLE audit_seals_rebuilt (
    seq INTEGER NOT NULL PRIMARY KEY,
    event_id BLOB NOT NULL UNIQUE REFERENCES audit_events (id),
    hash BLOB NOT NULL,
    sealed_at INTEGER NOT NULL
) STRICT;
INSERT INTO audit_seals_rebuilt (seq, event_id, hash, sealed_at)
    SELECT seq, unhex(replace(event_id, '-', '')), compact(hash), sealed_at FROM audit_seals;
DROP TABLE audit_seals;
ALTER TABLE audit_seals_rebuilt RENAME TO audit_seals;
CREATE TRIGGER audit_seals_keep BEFORE UPDATE ON audit_seals
    BEGIN SELECT RAISE(ABORT, 'audit_seals is append-only'); END;
CREATE TRIGGER audit_seals_stay BEFORE DELETE ON audit_seals
    BEGIN SELECT RAISE(ABORT, 'audit_seals is append-only'); END;

CREATE TABLE association_facts_rebuilt (
    association_id BLOB NOT NULL REFERENCES associations (id) ON DELETE CASCADE,
    fact TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    written_by TEXT NOT NULL CHECK (written_by IN ( 'association_representative', 'administrator', 'ministry', 'integration',
        'source' )),
    account_id BLOB,
    city_code TEXT,
    source TEXT,
    PRIMARY KEY (association_id, fact)
) STRICT, WITHOUT ROWID;
INSERT INTO association_facts_rebuilt (association_id, fact, written_at, written_by, account_id, city_code, source)
    SELECT unhex(replace(association_id, '-', '')), fact, written_at, written_by, unhex(replace(account_id, '-', '')),
        city_code, source FROM association_facts;
DROP TABLE association_facts;
ALTER TABLE association_facts_rebuilt RENAME TO association_facts;

CREATE TABLE past_affiliations_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT,
    city_code TEXT,
    association_id BLOB,
    organisation TEXT,
    ended_at INTEGER NOT NULL
) STRICT;
INSERT INTO past_affiliations_rebuilt (id, account_id, name, city_code, association_id, organisation, ended_at)
    SELECT unhex(replace(id, '-', '')), unhex(replace(account_id, '-', '')), name, city_code,
        unhex(replace(association_id, '-', '')), organisation, ended_at FROM past_affiliations;
DROP TABLE past_affiliations;
ALTER TABLE past_affiliations_rebuilt RENAME TO past_affiliations;
CREATE INDEX past_affiliations_account ON past_affiliations (account_id, ended_at);

CREATE TABLE backups_restored_rebuilt (
    id BLOB NOT NULL PRIMARY KEY,
    made_at INTEGER NOT NULL,
    restored_at INTEGER NOT NULL
) STRICT;
INSERT INTO backups_restored_rebuilt (id, made_at, restored_at)
    SELECT unhex(replace(id, '-', '')), made_at, restored_at FROM backups_restored;
DROP TABLE backups_restored;
ALTER TABLE backups_restored_rebuilt RENAME TO backups_restored;

CREATE TABLE association_external_ids_rebuilt (
    association_id BLOB NOT NULL REFERENCES associations (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    PRIMARY KEY (association_id, source)
) STRICT, WITHOUT ROWID;
INSERT INTO association_external_ids_rebuilt (association_id, source, external_id)
    SELECT unhex(replace(association_id, '-', '')), source, external_id FROM association_external_ids;
DROP TABLE association_external_ids;
ALTER TABLE association_external_ids_rebuilt RENAME TO association_external_ids;
CREATE UNIQUE INDEX association_external_ids_external_id_unique ON association_external_ids (source, external_id);
