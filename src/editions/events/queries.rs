//! All SQL of the events.

use diesel::prelude::*;

use super::model::{EventInput, EventRow, PublicEvent};
use crate::access::Caller;
use crate::access::policy::DeleteEventOfTitle;
use crate::audit::{Actor, kept};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::events;
use crate::database::types::{Id, keyword};
use crate::database::{Connection, deleted, stored};
use crate::editions::model::EditionRow;
use crate::editions::path::EditionKey;
use crate::editions::queries::{edition_by_year, named, open_edition_by_year, published_under};
use crate::error::{Error, Result};
use crate::http::body::Change;
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;

/// A page of an edition's events.
pub fn list(
    connection: &mut Connection,
    key: EditionKey,
    request: &ListRequest,
) -> Result<Page<PublicEvent>> {
    let edition = named(connection, key)?;
    let plan = Plan::new(connection, &PublicEvent::LIST, request)
        .within(Fragment::new("events.edition_id = ").value(Value::Id(edition.id)));
    let rows = events::table
        .select((EventRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(|row| PublicEvent::new(row, edition.year)))
}

/// One that `caller` can write, with its edition.
fn find_writable(
    connection: &mut Connection,
    caller: &Caller,
    year: i64,
    id: &str,
) -> Result<(EditionRow, EventRow)> {
    let edition = open_edition_by_year(connection, caller, year)?;
    Ok((edition, find(connection, year, id)?))
}

fn find(connection: &mut Connection, year: i64, id: &str) -> Result<EventRow> {
    let edition = edition_by_year(connection, year)?;
    let unknown = || Error::not_found("event", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    let row = events::table
        .find(id)
        .filter(events::edition_id.eq(edition.id))
        .select(EventRow::as_select())
        .first(connection)
        .optional()?;
    row.ok_or_else(unknown)
}

/// One event of an edition, or of one that stood in its year before.
pub fn get(connection: &mut Connection, key: EditionKey, id: &str) -> Result<PublicEvent> {
    let editions = published_under(connection, key)?;
    let unknown = || Error::not_found("event", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    let row: Option<EventRow> =
        events::table.find(id).select(EventRow::as_select()).first(connection).optional()?;
    let row = row.ok_or_else(unknown)?;
    let edition = editions.iter().find(|edition| edition.id == row.edition_id).ok_or_else(unknown)?;
    Ok(PublicEvent::new(row, edition.year))
}

/// Adds an event to an edition, after the others.
pub fn create(
    connection: &mut Connection,
    (caller, actor): (&Caller, &Actor),
    year: i64,
    input: EventInput,
) -> Result<PublicEvent> {
    let edition = open_edition_by_year(connection, caller, year)?;
    let last: Option<i64> = events::table
        .filter(events::edition_id.eq(edition.id))
        .select(diesel::dsl::max(events::position))
        .first(connection)?;
    let row = EventRow::new(edition.id, last.unwrap_or(0) + 1, input);
    let insert = diesel::insert_into(events::table).values(&row);
    let row = kept::insert(connection, actor, |connection| stored(connection, insert))?;
    Ok(PublicEvent::new(row, year))
}

/// Changes an event that is still at a version which the client has seen.
pub fn update(
    connection: &mut Connection,
    (caller, actor): (&Caller, &Actor),
    (year, id): (i64, &str),
    if_match: &IfMatch,
    change: &Change<EventInput>,
) -> Result<PublicEvent> {
    let (_, current) = find_writable(connection, caller, year, id)?;
    let shown = PublicEvent::new(current.clone(), year);
    if_match.check(&shown)?;
    let next = current.next(change.apply(&current.input())?);
    let this_version = events::table.find(current.id).filter(events::version.eq(current.version));
    let update = diesel::update(this_version).set(&next);
    let next = kept::change(connection, actor, &current, |connection| stored(connection, update))?;
    Ok(PublicEvent::new(next, year))
}

/// Deletes an event; of an edition that has the title, only the ministry does.
pub fn delete(
    connection: &mut Connection,
    (caller, actor): (&Caller, &Actor),
    (year, id): (i64, &str),
    if_match: &IfMatch,
) -> Result<()> {
    let (edition, current) = find_writable(connection, caller, year, id)?;
    if DeleteEventOfTitle::RULE.is_for_state(&keyword(&edition.status.0)) {
        caller.require(DeleteEventOfTitle::RULE, false)?;
    }
    let shown = PublicEvent::new(current.clone(), year);
    if_match.check(&shown)?;
    let this_version = events::table.find(current.id).filter(events::version.eq(current.version));
    let delete = diesel::delete(this_version);
    kept::delete(connection, actor, &current, |connection| deleted(connection, delete))
}
