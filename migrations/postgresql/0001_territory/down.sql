DROP TABLE cities;
DROP TABLE provinces;
DROP TABLE regions;
