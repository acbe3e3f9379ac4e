DROP TABLE provider_documents;
