-- When the roles of an account, or what it belongs to, were changed last: for a day after that it signs and decides nothing.
ALTER TABLE accounts ADD COLUMN roles_changed_at INTEGER;
