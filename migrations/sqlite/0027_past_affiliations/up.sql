-- Where accounts belonged before, and under which name: what somebody was tied to while a call was open counts until its
-- jury has closed.
CREATE TABLE past_affiliations (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT,
    city_code TEXT,
    association_id TEXT,
    organisation TEXT,
    ended_at INTEGER NOT NULL
) STRICT;
CREATE INDEX past_affiliations_account ON past_affiliations (account_id, ended_at);
