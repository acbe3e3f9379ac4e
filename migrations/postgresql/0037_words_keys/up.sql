-- By what twins are found: one number for all names that the same words set apart. The service fills in what is missing.
ALTER TABLE associations ADD COLUMN ar_words_key BIGINT;
ALTER TABLE associations ADD COLUMN latin_words_key BIGINT;
CREATE INDEX associations_ar_words ON associations (ar_words_key, city_code);
CREATE INDEX associations_latin_words ON associations (latin_words_key, city_code);
