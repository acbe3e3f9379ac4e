DROP INDEX provinces_slug;
DROP INDEX regions_slug;
ALTER TABLE provinces DROP COLUMN slug;
ALTER TABLE regions DROP COLUMN slug;
