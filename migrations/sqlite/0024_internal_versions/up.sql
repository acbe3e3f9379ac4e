-- The internal record has a version and a time of its own: its changes move nothing that everybody sees.
ALTER TABLE association_internal_records ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE association_internal_records ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
UPDATE association_internal_records SET updated_at =
    (SELECT updated_at FROM associations WHERE associations.id = association_internal_records.association_id);
