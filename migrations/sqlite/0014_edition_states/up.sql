-- Editions change their state through the API: each change as a record, and the state that a postponed one left.
ALTER TABLE editions ADD COLUMN postponed_from TEXT CHECK (postponed_from IN ('designated', 'honours_call_open', 'honours_review'));

CREATE TABLE edition_transitions (
    id TEXT NOT NULL PRIMARY KEY,
    edition_id TEXT NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    edition_year INTEGER NOT NULL,
    from_status TEXT NOT NULL,
    to_status TEXT NOT NULL,
    reason TEXT,
    account_id TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX edition_transitions_edition ON edition_transitions (edition_id, at, id);

-- Honours that came from a nomination, and those that were taken back.
ALTER TABLE honours ADD COLUMN nomination_id TEXT;
ALTER TABLE honours ADD COLUMN revoked_at INTEGER;
ALTER TABLE honours ADD COLUMN revocation_reason TEXT;
CREATE INDEX honours_association ON honours (association_id, edition_id);
