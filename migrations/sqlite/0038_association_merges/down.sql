DROP TABLE association_merges;
