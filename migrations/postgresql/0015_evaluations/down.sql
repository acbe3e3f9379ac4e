DROP TABLE nomination_outcomes;
DROP TABLE tie_decisions;
DROP TABLE deliberations;
DROP TABLE conflicts;
DROP TABLE evaluations;
DROP TABLE assignments;
