DROP TABLE association_facts;
