-- Refused attempts, erasures and the chain have no place in the release before.
DROP TABLE audit_seals;
DROP TABLE audit_pending;
DROP TRIGGER audit_events_keep ON audit_events;
DELETE FROM audit_events WHERE action IN ('refuse', 'erase');
ALTER TABLE audit_events ADD COLUMN account_name TEXT;
UPDATE audit_events SET account_name = actor.content->>'account_name'
    FROM audit_personal_data AS actor WHERE actor.event_id = audit_events.id AND actor.part = 'actor';
UPDATE audit_events SET before = before || jsonb_build_object('internal', record.content->'before')
    FROM audit_personal_data AS record
    WHERE record.event_id = audit_events.id AND record.part = 'record' AND record.content ? 'before';
UPDATE audit_events SET after = after || jsonb_build_object('internal', record.content->'after')
    FROM audit_personal_data AS record
    WHERE record.event_id = audit_events.id AND record.part = 'record' AND record.content ? 'after';
DROP TABLE audit_personal_data;
DROP FUNCTION refuse_change_of_audit_trail();
DROP FUNCTION refuse_all_but_erasure();
DROP INDEX audit_events_request;
DROP INDEX audit_events_problem;
ALTER TABLE audit_events DROP CONSTRAINT audit_events_status_check;
ALTER TABLE audit_events DROP CONSTRAINT audit_events_action_check;
ALTER TABLE audit_events ADD CONSTRAINT audit_events_action_check
    CHECK (action IN ('create', 'update', 'delete', 'transition'));
ALTER TABLE audit_events DROP COLUMN operation;
ALTER TABLE audit_events DROP COLUMN status;
ALTER TABLE audit_events DROP COLUMN problem;
ALTER TABLE audit_events DROP COLUMN actor_digest;
ALTER TABLE audit_events DROP COLUMN record_digest;
ALTER TABLE audit_events ALTER COLUMN resource_type SET NOT NULL;
ALTER TABLE audit_events ALTER COLUMN resource_id SET NOT NULL;
