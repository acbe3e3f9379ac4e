-- Keys of twins: some are known, the others are filled in.
UPDATE associations SET ar_words_key = 1, latin_words_key = 1 WHERE acronym IS NOT NULL;
