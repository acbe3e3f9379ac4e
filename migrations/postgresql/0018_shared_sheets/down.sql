DROP TABLE shared_sheets;
