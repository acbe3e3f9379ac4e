-- Several roles an account; people and systems; public keys, labelled secrets and identities at other issuers.
CREATE TABLE account_roles (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    PRIMARY KEY (account_id, role)
) STRICT;
CREATE INDEX account_roles_role ON account_roles (role, account_id);
INSERT INTO account_roles (account_id, role) SELECT id, role FROM accounts;

ALTER TABLE accounts ADD COLUMN kind TEXT NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'system'));
ALTER TABLE accounts ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN organisation TEXT;
ALTER TABLE accounts ADD COLUMN public_keys TEXT NOT NULL DEFAULT '[]';
ALTER TABLE accounts ADD COLUMN generation_at INTEGER NOT NULL DEFAULT 0;
-- Accents stay until an account is written again: only the service folds them.
UPDATE accounts SET
    kind = CASE role WHEN 'integration' THEN 'system' ELSE 'person' END,
    search_text = '| ' || lower(name) || ' |',
    generation_at = created_at;
ALTER TABLE accounts DROP COLUMN role;
CREATE INDEX accounts_search_text ON accounts (search_text, id);
CREATE INDEX accounts_created_at ON accounts (created_at, id);
CREATE INDEX accounts_updated_at ON accounts (updated_at, id);

ALTER TABLE account_secrets ADD COLUMN label TEXT;

CREATE TABLE account_identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (issuer, subject)
) STRICT;
CREATE INDEX account_identities_account ON account_identities (account_id, issuer, subject);
