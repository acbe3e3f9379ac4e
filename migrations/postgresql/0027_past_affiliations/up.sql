-- Where accounts belonged before, and under which name: what somebody was tied to while a call was open counts until its
-- jury has closed.
CREATE TABLE past_affiliations (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT,
    city_code TEXT COLLATE "C",
    association_id UUID,
    organisation TEXT,
    ended_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX past_affiliations_account ON past_affiliations (account_id, ended_at);
