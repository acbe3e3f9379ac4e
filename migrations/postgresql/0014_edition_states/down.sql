DROP INDEX honours_association;
ALTER TABLE honours DROP COLUMN revocation_reason;
ALTER TABLE honours DROP COLUMN revoked_at;
ALTER TABLE honours DROP COLUMN nomination_id;
DROP TABLE edition_transitions;
ALTER TABLE editions DROP COLUMN postponed_from;
