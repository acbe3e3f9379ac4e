-- When this database was restored from a backup, and of when that was: what was used up in between is not known here.
CREATE TABLE backups_restored (
    id TEXT NOT NULL PRIMARY KEY,
    made_at INTEGER NOT NULL,
    restored_at INTEGER NOT NULL
) STRICT;
