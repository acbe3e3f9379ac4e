DROP TABLE backups_restored;
