DROP TABLE removed_identities;
