ALTER TABLE association_internal_records DROP COLUMN updated_at;
ALTER TABLE association_internal_records DROP COLUMN version;
