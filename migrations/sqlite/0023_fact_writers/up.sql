-- Who last changed each fact of an association that eligibility rests on, and when. The fact `entry` stands for the record
-- as it came into the register: a fact without a row of its own was written with it.
CREATE TABLE association_facts (
    association_id TEXT NOT NULL REFERENCES associations (id) ON DELETE CASCADE,
    fact TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    written_by TEXT NOT NULL CHECK (written_by IN (
        'association_representative', 'administrator', 'ministry', 'integration', 'source'
    )),
    -- The account, and the city that it spoke for; never public.
    account_id TEXT,
    city_code TEXT,
    -- The data set, of what was loaded.
    source TEXT,
    PRIMARY KEY (association_id, fact)
) STRICT, WITHOUT ROWID;
