ALTER TABLE accounts DROP COLUMN roles_changed_at;
