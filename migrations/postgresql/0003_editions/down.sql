DROP TABLE honours;
DROP TABLE criteria;
DROP TABLE partners;
DROP TABLE events;
DROP TABLE years_without_edition;
DROP TABLE editions;
