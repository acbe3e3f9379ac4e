-- By what other registers know an association: the receipt of its declaration, and the identifiers of source systems.
ALTER TABLE association_internal_records ADD COLUMN receipt_authority TEXT;
CREATE INDEX association_internal_records_receipt ON association_internal_records (receipt_number, receipt_authority)
    WHERE receipt_number IS NOT NULL;

CREATE TABLE association_external_ids (
    association_id TEXT NOT NULL REFERENCES associations (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    PRIMARY KEY (association_id, source)
) STRICT;
CREATE UNIQUE INDEX association_external_ids_external_id_unique ON association_external_ids (source, external_id);
