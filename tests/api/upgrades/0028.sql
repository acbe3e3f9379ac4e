-- A database that was restored from a backup.
INSERT INTO backups_restored (id, made_at, restored_at) VALUES
    ('018f0000-0281-7000-8000-100000000001', to_timestamp(1735000000), to_timestamp(1735100000));
