DROP TABLE past_affiliations;
