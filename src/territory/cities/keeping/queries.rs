//! All SQL of deleting and restoring cities.

use diesel::prelude::*;

use crate::access::Caller;
use crate::access::policy::{DraftNominations, IdentifyCity};
use crate::audit::Actor;
use crate::database::Connection;
use crate::database::schema::cities;
use crate::database::turns::{self, Turn};
use crate::database::types::UtcTime;
use crate::error::{Error, Result, fields_where};
use crate::http::conditional::IfMatch;
use crate::http::representation::Expansions;
use crate::keeping::{self, Deleted, RecordKind, References, Target};
use crate::territory::cities::model::{CityInput, CityRow, PublicCity};
use crate::territory::cities::queries::{complete_city, find, write_over};

/// Marks a city as deleted, unless anything refers to it.
pub(in crate::territory::cities) fn delete(
    connection: &mut Connection,
    references: References,
    (caller, actor): (&Caller, &Actor),
    code_or_slug: &str,
    if_match: &IfMatch,
) -> Result<()> {
    take_turns(connection)?;
    let current = find(connection, code_or_slug)?;
    if_match.check(&complete_city(connection, current.clone(), &Expansions::default())?)?;
    let sees_drafts = DraftNominations::RULE.permits(caller, false);
    references.check_unused(connection, &Target::City(current.code.clone()), sees_drafts)?;
    let now = UtcTime::now();
    keeping::delete(connection, actor, &deleted(&current, now), &current, |connection| {
        write_over(connection, &current, &next(&current, Some(now), now)).map(drop)
    })
}

/// Restores a deleted city. Its slug must not be another's by now (409 `already_exists`).
pub(super) fn restore(
    connection: &mut Connection,
    actor: &Actor,
    code_or_slug: &str,
    reason: &str,
) -> Result<PublicCity> {
    take_turns(connection)?;
    let current = find_deleted(connection, code_or_slug)?;
    let now = UtcTime::now();
    let record = deleted(&current, current.deleted_at.unwrap_or(now));
    let restored = keeping::restore(connection, actor, &record, reason, |connection| {
        write_over(connection, &current, &next(&current, None, now))
    })?;
    complete_city(connection, restored, &Expansions::default())
}

/// Refuses to change what identifies a city: to systems always, so that they learn of no process by it; to everybody while
/// a process uses the city, or because it has a title. Another language may be added to its name.
pub(in crate::territory::cities) fn check_identity(
    connection: &mut Connection,
    references: References,
    caller: &Caller,
    current: &CityRow,
    input: &CityInput,
) -> Result<()> {
    let changed = fields_where([
        ("/kind", input.kind != current.kind.0),
        ("/slug", input.slug != current.slug),
        ("/name", !input.name.keeps(&current.name)),
    ]);
    if changed.is_empty() {
        return Ok(());
    }
    caller.require_fields(IdentifyCity::RULE, &changed)?;
    take_turns(connection)?;
    references.check_unbound(connection, &Target::City(current.code.clone()), &changed)
}

/// Nobody refers to the city meanwhile, and no nomination of it goes on.
pub(in crate::territory::cities) fn take_turns(connection: &mut Connection) -> Result<()> {
    turns::take(connection, Turn::Selection)?;
    turns::take(connection, Turn::Keeping)
}

/// The deleted city of this code; or of this slug, the one that was deleted last.
fn find_deleted(connection: &mut Connection, code_or_slug: &str) -> Result<CityRow> {
    let mut rows: Vec<CityRow> = cities::table
        .filter(cities::code.eq(code_or_slug).or(cities::slug.eq(code_or_slug)))
        .select(CityRow::as_select())
        .load(connection)?;
    rows.sort_by_key(|row| {
        (row.code != code_or_slug, row.deleted_at.is_none(), std::cmp::Reverse(row.deleted_at))
    });
    match rows.into_iter().next() {
        Some(row) if row.deleted_at.is_some() => Ok(row),
        Some(row) => Err(Error::not_deleted("city", row.code)),
        None => Err(Error::not_found("city", code_or_slug)),
    }
}

fn next(current: &CityRow, deleted_at: Option<UtcTime>, now: UtcTime) -> CityRow {
    CityRow {
        deleted_at,
        version: current.version + 1,
        updated_at: now.max(current.updated_at),
        ..current.clone()
    }
}

fn deleted(city: &CityRow, at: UtcTime) -> Deleted {
    Deleted::new(RecordKind::City, &city.code, Some(city.name.0.clone()), at)
}
