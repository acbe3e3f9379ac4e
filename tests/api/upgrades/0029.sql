-- What another system calls an association, and the authority that gave it its receipt.
UPDATE association_internal_records SET receipt_authority = 'عمالة وجدة' WHERE receipt_number IS NOT NULL;
INSERT INTO association_external_ids (association_id, source, external_id)
    SELECT association_id, 'prefecture.oujda', receipt_number FROM association_internal_records
    WHERE receipt_number LIKE '%/2019';
