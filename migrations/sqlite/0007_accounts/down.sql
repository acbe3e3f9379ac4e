DROP TABLE account_identities;
ALTER TABLE account_secrets DROP COLUMN label;
DROP INDEX accounts_updated_at;
DROP INDEX accounts_created_at;
DROP INDEX accounts_search_text;
ALTER TABLE accounts ADD COLUMN role TEXT NOT NULL DEFAULT 'integration';
-- One role is left of several.
UPDATE accounts SET role =
    (SELECT min(account_roles.role) FROM account_roles WHERE account_roles.account_id = accounts.id);
ALTER TABLE accounts DROP COLUMN generation_at;
ALTER TABLE accounts DROP COLUMN public_keys;
ALTER TABLE accounts DROP COLUMN organisation;
ALTER TABLE accounts DROP COLUMN search_text;
ALTER TABLE accounts DROP COLUMN kind;
DROP TABLE account_roles;
