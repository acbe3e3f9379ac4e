-- Less room (docs/decisions/0042): names are folded once, and their sort keys are places in that text; what makes two entries the
-- same association is half a SHA-256; no index without a reader.
ALTER TABLE associations ALTER COLUMN identity_key TYPE UUID
    USING encode(substr(sha256(convert_to(identity_key, 'UTF8')), 1, 16), 'hex')::uuid;
ALTER TABLE associations ADD COLUMN ar_key_apart BOOLEAN NOT NULL DEFAULT false;
UPDATE associations SET ar_key_apart = name_ar_key <> name_fr_key, search_text =
    '| ' || name_fr_key || ' |' || CASE WHEN name_ar_key = name_fr_key THEN '' ELSE ' ' || name_ar_key || ' |' END
        || substr(replace(replace(search_text, '| ' || name_fr_key || ' |', '|'), '| ' || name_ar_key || ' |', '|'), 2);
ALTER TABLE associations ALTER COLUMN ar_key_apart DROP DEFAULT, DROP COLUMN name_fr_key, DROP COLUMN name_ar_key;
ALTER TABLE associations
    ADD COLUMN name_fr_key TEXT COLLATE "C" NOT NULL
        GENERATED ALWAYS AS (split_part(substr(search_text, 3), ' |', 1)) STORED,
    ADD COLUMN name_ar_key TEXT COLLATE "C" NOT NULL GENERATED ALWAYS AS (
        split_part(split_part(substr(search_text, 3), ' | ', CASE WHEN ar_key_apart THEN 2 ELSE 1 END), ' |', 1)
    ) STORED;
CREATE INDEX associations_name_fr ON associations (name_fr_key, id);
CREATE INDEX associations_name_ar ON associations (name_ar_key, id);
DROP INDEX association_values_value;
