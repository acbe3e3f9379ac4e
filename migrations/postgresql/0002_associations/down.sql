DROP TABLE association_internal_records;
DROP TABLE association_values;
DROP TABLE association_activity_fields;
DROP TABLE associations;
DROP TABLE activity_fields;
