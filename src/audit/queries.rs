//! Writing and reading the audit trail.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::Value as JsonValue;

use super::listing::AuditEvent;
use super::model::{Action, Actor, EventRow};
use super::personal_data::{self, Part, PersonalRow, actors};
use crate::database::fragment::Fragment;
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{audit_events, audit_pending, audit_seals};
use crate::database::types::{Compact, Id, Keyword, Packed, UtcTime};
use crate::database::{Connection, insert_all};
use crate::error::Result;
use crate::http::list::Listed as _;

/// What happened, before it is taken apart into what is sealed and what can be erased.
pub(super) struct Event {
    pub(super) action: Action,
    pub(super) operation: Option<String>,
    /// The account that wrong credentials name.
    pub(super) named: Option<Id>,
    pub(super) resource_type: Option<String>,
    pub(super) resource_id: Option<String>,
    pub(super) status: Option<u16>,
    pub(super) problem: Option<String>,
    pub(super) before: Option<JsonValue>,
    pub(super) after: Option<JsonValue>,
}

impl Event {
    pub(super) fn new(action: Action) -> Self {
        Self {
            action,
            operation: None,
            named: None,
            resource_type: None,
            resource_id: None,
            status: None,
            problem: None,
            before: None,
            after: None,
        }
    }
}

/// Appends an entry, its personal data beside it, to be sealed within a second of the commit.
pub(super) fn append(connection: &mut Connection, actor: &Actor, event: Event) -> Result<Id> {
    let digest = digest_of_actor(connection, actor)?;
    let (row, personal) = taken_apart((actor, digest), event)?;
    diesel::insert_into(audit_events::table).values(&row).execute(connection)?;
    diesel::insert_into(audit_pending::table)
        .values(audit_pending::event_id.eq(row.id))
        .execute(connection)?;
    for personal in &personal {
        personal_data::keep(connection, personal)?;
    }
    Ok(row.id)
}

/// As [`append`], of many entries.
pub(super) fn append_all(connection: &mut Connection, actor: &Actor, events: Vec<Event>) -> Result<()> {
    let digest = digest_of_actor(connection, actor)?;
    let taken_apart = |event| taken_apart((actor, digest.clone()), event);
    let entries: Vec<(EventRow, Vec<PersonalRow>)> =
        events.into_iter().map(taken_apart).collect::<Result<_>>()?;
    let rows: Vec<&EventRow> = entries.iter().map(|(row, _)| row).collect();
    insert_all!(connection, audit_events::table, rows);
    let pending: Vec<PendingRow> = entries.iter().map(|(row, _)| PendingRow { event_id: row.id }).collect();
    insert_all!(connection, audit_pending::table, pending.iter().collect::<Vec<_>>());
    personal_data::keep_all(connection, entries.iter().flat_map(|(_, personal)| personal).collect())
}

/// An entry that waits for its seal.
#[derive(Insertable)]
#[diesel(table_name = audit_pending)]
struct PendingRow {
    event_id: Id,
}

/// What is sealed of an event, and what can be erased.
fn taken_apart(
    (actor, digest_of_actor): (&Actor, Option<Compact>),
    mut event: Event,
) -> Result<(EventRow, Vec<PersonalRow>)> {
    let id = Id::new();
    let of_stranger = match actor.account_id {
        Some(_) => None,
        None => PersonalRow::of_stranger(id, actor, event.named)?,
    };
    let subject = (
        event.resource_type.as_deref().unwrap_or_default(),
        event.resource_id.as_deref().unwrap_or_default(),
    );
    let of_record = PersonalRow::of_record(id, subject, &mut event.before, &mut event.after)?;
    let digest = |row: &Option<PersonalRow>| row.as_ref().and_then(PersonalRow::digest).map(Compact);
    let row = EventRow {
        id,
        at: UtcTime::now(),
        account_id: actor.account_id,
        request_id: Some(actor.request_id.clone()).filter(|id| !id.is_empty()).map(Compact),
        action: Keyword(event.action),
        operation: event.operation,
        resource_type: event.resource_type,
        resource_id: event.resource_id.map(Compact),
        status: event.status.map(i64::from),
        problem: event.problem,
        before: event.before.map(Packed),
        after: event.after.map(Packed),
        actor_digest: digest_of_actor.or_else(|| digest(&of_stranger)),
        record_digest: digest(&of_record),
    };
    Ok((row, of_stranger.into_iter().chain(of_record).collect()))
}

/// The digest of what is told of an actor who has an account; none of one who is no person.
fn digest_of_actor(connection: &mut Connection, actor: &Actor) -> Result<Option<Compact>> {
    let told = personal_data::told_of(actor);
    match actor.account_id.filter(|_| !told.is_empty()) {
        Some(account_id) => actors::keep(connection, account_id, told).map(Some),
        None => Ok(None),
    }
}

/// A page of the audit trail; with the personal data only for whoever may see that.
pub(super) fn list(
    connection: &mut Connection,
    request: &ListRequest,
    with_personal_data: bool,
) -> Result<Page<AuditEvent>> {
    let mut plan = Plan::new(connection, &AuditEvent::LIST, request);
    if AuditEvent::in_order_of_the_chain(request) {
        plan = plan.within(Fragment::new("audit_seals.seq IS NOT NULL"));
    }
    let rows: Vec<(EventRow, Option<i64>, Option<Compact>, String)> = audit_events::table
        .left_join(audit_seals::table.on(audit_seals::event_id.eq(audit_events::id)))
        .select((
            EventRow::as_select(),
            audit_seals::seq.nullable(),
            audit_seals::hash.nullable(),
            plan.keys(),
        ))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    let actors: HashMap<Id, Compact> =
        rows.iter().filter_map(|(row, ..)| Some((row.id, row.actor_digest.clone()?))).collect();
    let rows = rows
        .into_iter()
        .map(|(row, seq, hash, keys)| (AuditEvent::new(row, seq.zip(hash.map(String::from))), keys));
    let mut page = plan.finish(connection, rows.collect())?;
    add_personal_data(connection, &mut page.rows, with_personal_data)?;
    add_actors(connection, &mut page.rows, &actors, with_personal_data)?;
    Ok(page)
}

/// What is told of actors, whose digests are given by entry.
fn add_actors(
    connection: &mut Connection,
    events: &mut [AuditEvent],
    digests: &HashMap<Id, Compact>,
    shown: bool,
) -> Result<()> {
    let told = actors::of_digests(connection, digests.values().cloned().collect())?;
    for event in events {
        let digest = digests.get(&event.id).map(|digest| digest.as_str());
        let Some(actor) = digest.and_then(|digest| told.get(digest)) else { continue };
        match &actor.content {
            None => event.personal_data_erased = true,
            Some(content) if shown => event.add(Part::Actor, content.0.clone()),
            Some(_) => {}
        }
    }
    Ok(())
}

fn add_personal_data(connection: &mut Connection, events: &mut [AuditEvent], shown: bool) -> Result<()> {
    let ids: Vec<Id> = events.iter().map(|event| event.id).collect();
    let mut pieces: HashMap<Id, Vec<PersonalRow>> = HashMap::new();
    for row in personal_data::of_events(connection, &ids)? {
        pieces.entry(row.event_id).or_default().push(row);
    }
    for event in events {
        for row in pieces.remove(&event.id).into_iter().flatten() {
            match row.content {
                None => event.personal_data_erased = true,
                Some(content) if shown => event.add(row.part.0, content.0),
                Some(_) => {}
            }
        }
    }
    Ok(())
}
