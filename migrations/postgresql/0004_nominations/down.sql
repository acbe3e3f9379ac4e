DROP TABLE nomination_transitions;
DROP TABLE nominations;
