//! Keeping, finding and erasing the personal data of the audit trail.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::{Map, Value as JsonValue, json};

use super::actors::{self, ActorRow};
use super::{AuditedPersonalData, Part, PersonalRow};
use crate::audit::model::{Action, Actor, EventRow};
use crate::audit::queries::{Event, append};
use crate::database::schema::{audit_events, audit_personal_data};
use crate::database::types::{Compact, Id, Json, Keyword, keyword};
use crate::database::{Connection, insert_all};
use crate::error::Result;

/// The most pieces that one `erase` entry names, so that whoever verifies never has to hold more.
const MOST_ERASED: i64 = 1000;

/// The digests of actors that an `erase` entry names.
pub(in crate::audit) const ERASED_ACTORS: &str = "actor_digests";

/// Keeps personal data beside its entry.
pub(in crate::audit) fn keep(connection: &mut Connection, row: &PersonalRow) -> Result<()> {
    diesel::insert_into(audit_personal_data::table).values(row).execute(connection)?;
    Ok(())
}

/// As [`keep`], of many entries.
pub(in crate::audit) fn keep_all(connection: &mut Connection, rows: Vec<&PersonalRow>) -> Result<()> {
    insert_all!(connection, audit_personal_data::table, rows);
    Ok(())
}

/// The personal data of these entries.
pub(in crate::audit) fn of_events(connection: &mut Connection, ids: &[Id]) -> Result<Vec<PersonalRow>> {
    let of_events = audit_personal_data::table.filter(audit_personal_data::event_id.eq_any(ids));
    Ok(of_events.select(PersonalRow::as_select()).load(connection)?)
}

/// All that the trail holds about the person behind an account: as actor and as record. The oldest first.
pub fn of_account(connection: &mut Connection, id: Id) -> Result<Vec<AuditedPersonalData>> {
    let mut told = of_subject(connection, "account", id)?;
    told.extend(of_actor(connection, id)?);
    told.sort_by_key(|told| (told.event_id, told.part != Part::Actor));
    Ok(told)
}

/// Each entry of an account, with what is told of it there.
fn of_actor(connection: &mut Connection, id: Id) -> Result<Vec<AuditedPersonalData>> {
    let told = actors::of_account(connection, id, i64::MAX)?;
    let told: HashMap<String, ActorRow> = told.into_iter().map(|row| (row.digest.0.clone(), row)).collect();
    let events: Vec<EventRow> = audit_events::table
        .filter(audit_events::account_id.eq(id))
        .filter(audit_events::actor_digest.is_not_null())
        .select(EventRow::as_select())
        .load(connection)?;
    let of_event = |event: EventRow| {
        let content = told.get(event.actor_digest.as_deref()?)?.content.as_deref()?.clone();
        Some(audited(event, Part::Actor, content))
    };
    Ok(events.into_iter().filter_map(of_event).collect())
}

fn audited(event: EventRow, part: Part, content: JsonValue) -> AuditedPersonalData {
    AuditedPersonalData {
        event_id: event.id,
        at: event.at,
        action: event.action.0,
        resource_type: event.resource_type,
        resource_id: event.resource_id.map(String::from),
        part,
        content,
    }
}

/// All that the trail holds of the internal record of an association, its legal representative with it. The oldest
/// first.
pub fn of_association(connection: &mut Connection, id: Id) -> Result<Vec<AuditedPersonalData>> {
    of_subject(connection, "association", id)
}

/// Erases what the trail holds about the person behind an account, and records that. Call it last in the transaction:
/// what was recorded in it goes as well. Returns how many pieces that were.
pub fn erase_of_account(connection: &mut Connection, actor: &Actor, id: Id) -> Result<usize> {
    // Who erases the own data is not named once more by doing so.
    let itself = actor.account_id == Some(id);
    let nameless = Actor { name: String::new(), address: None, ..actor.clone() };
    erase_of_subject(connection, if itself { &nameless } else { actor }, "account", id)
}

/// Erases what the trail holds of the internal record of an association, and records that. Call it last in the
/// transaction: what was recorded in it goes as well. Returns how many pieces that were.
pub fn erase_of_association(connection: &mut Connection, actor: &Actor, id: Id) -> Result<usize> {
    erase_of_subject(connection, actor, "association", id)
}

fn of_subject(
    connection: &mut Connection,
    subject_type: &str,
    subject_id: Id,
) -> Result<Vec<AuditedPersonalData>> {
    let rows: Vec<(PersonalRow, EventRow)> = audit_personal_data::table
        .inner_join(audit_events::table.on(audit_events::id.eq(audit_personal_data::event_id)))
        .filter(audit_personal_data::subject_type.eq(subject_type))
        .filter(audit_personal_data::subject_id.eq(Compact(subject_id.to_string())))
        .filter(audit_personal_data::content.is_not_null())
        .order((audit_personal_data::event_id, audit_personal_data::part))
        .select((PersonalRow::as_select(), EventRow::as_select()))
        .load(connection)?;
    let told = |(row, event): (PersonalRow, EventRow)| Some(audited(event, row.part.0, row.content?.0));
    Ok(rows.into_iter().filter_map(told).collect())
}

fn erase_of_subject(
    connection: &mut Connection,
    actor: &Actor,
    subject_type: &'static str,
    subject_id: Id,
) -> Result<usize> {
    let (account_id, subject_id) = (subject_id, subject_id.to_string());
    let mut erased = 0;
    loop {
        let pieces: Vec<(Id, Keyword<Part>)> = audit_personal_data::table
            .filter(audit_personal_data::subject_type.eq(subject_type))
            .filter(audit_personal_data::subject_id.eq(Compact(subject_id.clone())))
            .filter(audit_personal_data::content.is_not_null())
            .order((audit_personal_data::event_id, audit_personal_data::part))
            .select((audit_personal_data::event_id, audit_personal_data::part))
            .limit(MOST_ERASED)
            .load(connection)?;
        let actors = match subject_type {
            "account" => actors::of_account(connection, account_id, MOST_ERASED)?,
            _ => Vec::new(),
        };
        if pieces.is_empty() && actors.is_empty() {
            return Ok(erased);
        }
        erased += pieces.len() + actors.len();
        erase(connection, actor, (subject_type, &subject_id), (&pieces, &actors))?;
    }
}

/// Erases personal data of one subject, pieces and what is told of it as an actor; an `erase` entry names them.
fn erase(
    connection: &mut Connection,
    actor: &Actor,
    subject: (&'static str, &str),
    (pieces, actors): (&[(Id, Keyword<Part>)], &[ActorRow]),
) -> Result<()> {
    let of_part = |part: Part| -> Vec<Id> {
        pieces.iter().filter(|(_, piece)| piece.0 == part).map(|(id, _)| *id).collect()
    };
    let parts = [(Part::Actor, of_part(Part::Actor)), (Part::Record, of_part(Part::Record))];
    let named = parts.iter().filter(|(_, ids)| !ids.is_empty());
    let mut named: Map<_, _> = named.map(|(part, ids)| (keyword(part), json!(ids))).collect();
    if !actors.is_empty() {
        let digests: Vec<&str> = actors.iter().map(|row| row.digest.as_str()).collect();
        named.insert(ERASED_ACTORS.to_owned(), json!(digests));
    }
    let event = Event {
        resource_type: Some(subject.0.to_owned()),
        resource_id: Some(subject.1.to_owned()),
        after: Some(json!({ "erased": named })),
        ..Event::new(Action::Erase)
    };
    let erased_by = append(connection, actor, event)?;
    actors::erase(connection, actors, erased_by)?;
    for (part, ids) in parts {
        let piece = audit_personal_data::table
            .filter(audit_personal_data::part.eq(Keyword(part)))
            .filter(audit_personal_data::event_id.eq_any(ids));
        diesel::update(piece)
            .set((
                audit_personal_data::content.eq(None::<Json<serde_json::Value>>),
                audit_personal_data::salt.eq(None::<String>),
                audit_personal_data::erased_by.eq(Some(erased_by)),
            ))
            .execute(connection)?;
    }
    Ok(())
}
