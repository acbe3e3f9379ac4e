-- The trail goes on to know the action: an entry that was sealed never changes.
DROP INDEX edition_transitions_year;
DROP TABLE deleted_records;
