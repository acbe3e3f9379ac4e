DROP INDEX associations_latin_words;
DROP INDEX associations_ar_words;
ALTER TABLE associations DROP COLUMN latin_words_key;
ALTER TABLE associations DROP COLUMN ar_words_key;
