-- There is no way back but the backup of before (docs/operations.md): of what makes two entries the same association only its digest
-- is kept. This fails, so that nothing is lost.
SELECT there_is_no_way_back_but_the_backup_of_before();
