-- Each entry gets its own copy back.
INSERT INTO audit_personal_data (event_id, part, subject_type, subject_id, salt, content, erased_by)
    SELECT audit_events.id, 'actor', 'account', audit_actors.account_id, salt, content, erased_by
    FROM audit_events JOIN audit_actors ON audit_actors.digest = audit_events.actor_digest;
DROP TABLE audit_actors;
