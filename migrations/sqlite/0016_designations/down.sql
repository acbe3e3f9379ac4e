DROP TABLE signatures;
DROP TABLE designations;
