-- When this database was restored from a backup, and of when that was: what was used up in between is not known here.
CREATE TABLE backups_restored (
    id UUID NOT NULL PRIMARY KEY,
    made_at TIMESTAMPTZ NOT NULL,
    restored_at TIMESTAMPTZ NOT NULL
);
