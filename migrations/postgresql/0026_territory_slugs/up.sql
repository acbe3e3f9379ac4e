-- Readable names for URLs, as cities have them; the reference data brings them with the next start.
ALTER TABLE regions ADD COLUMN slug TEXT NOT NULL DEFAULT '';
ALTER TABLE provinces ADD COLUMN slug TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX regions_slug ON regions (slug) WHERE slug <> '';
CREATE UNIQUE INDEX provinces_slug ON provinces (slug) WHERE slug <> '';
