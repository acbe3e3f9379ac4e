//! All SQL of deleting and restoring nominations, and of the subjects and editions that nominations keep.

use diesel::prelude::*;

use crate::access::Caller;
use crate::access::policy::DeleteNomination;
use crate::audit::Actor;
use crate::database::Connection;
use crate::database::schema::{editions, nominations};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Keyword, UtcTime};
use crate::editions::rules::Status as EditionStatus;
use crate::error::{Error, Result};
use crate::http::conditional::IfMatch;
use crate::keeping::references::MOST_NAMED;
use crate::keeping::{self, Deleted, Hold, RecordKind, Reference, Referrer, Target};
use crate::nominations::model::{Entry, NominationRow, PublicNomination};
use crate::nominations::queries::{find_editable, write_next};
use crate::nominations::rules::Status;

/// The nominations of a city or an association, and those for an edition. What was submitted is public for good. A draft
/// keeps the city that it is for, as far as those know of it who are refused.
pub fn references(connection: &mut Connection, target: &Target) -> Result<Vec<Reference>> {
    let of_target = nominations::table
        .inner_join(editions::table.on(editions::id.eq(nominations::edition_id)))
        .filter(nominations::deleted_at.is_null())
        .order(nominations::id)
        .select((nominations::id, nominations::status, nominations::submitted_at, editions::status))
        .limit(MOST_NAMED as i64);
    let submitted = of_target.filter(nominations::submitted_at.is_not_null());
    type Found = (Id, Keyword<Status>, Option<UtcTime>, Keyword<EditionStatus>);
    let found: Vec<Found> = match target {
        Target::City(code) => {
            let mut found: Vec<Found> = submitted.filter(nominations::city_code.eq(code)).load(connection)?;
            let drafts = of_target.filter(nominations::status.eq(Keyword(Status::Draft)));
            let drafts = drafts.filter(nominations::submitted_at.is_null());
            found.extend(drafts.filter(nominations::city_code.eq(code)).load::<Found>(connection)?);
            found
        }
        Target::Association(id) => submitted.filter(nominations::association_id.eq(*id)).load(connection)?,
        Target::Edition(id) => submitted.filter(nominations::edition_id.eq(*id)).load(connection)?,
    };
    let reference = |(id, status, submitted_at, edition): Found| {
        let hold = match submitted_at {
            None => Hold::Draft,
            Some(_) if status.is_live() && !edition.is_closed() => Hold::Process,
            Some(_) => Hold::Fact,
        };
        Reference::new(Referrer::Nomination, format!("/nominations/{id}"), hold)
    };
    Ok(found.into_iter().map(reference).collect())
}

/// Marks a draft as deleted; whatever was submitted once stays.
pub(in crate::nominations) fn delete(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    id: &str,
    if_match: &IfMatch,
) -> Result<()> {
    // Nobody submits it meanwhile.
    turns::take(connection, Turn::Selection)?;
    let current = find_editable(connection, DeleteNomination::RULE, caller, id, if_match)?;
    let now = UtcTime::now();
    keeping::delete(connection, actor, &deleted(current.row.id, now), &current, |connection| {
        write_next(connection, &next(&current.row, Some(now), now)).map(drop)
    })
}

/// Restores a deleted draft. Its subject must not be nominated for the edition again by now (409 `already_exists`).
pub(super) fn restore(
    connection: &mut Connection,
    actor: &Actor,
    id: &str,
    reason: &str,
) -> Result<PublicNomination> {
    turns::take(connection, Turn::Selection)?;
    let current = find_deleted(connection, id)?;
    let now = UtcTime::now();
    let record = deleted(current.row.id, current.row.deleted_at.unwrap_or(now));
    let restored = keeping::restore(connection, actor, &record, reason, |connection| {
        let row = write_next(connection, &next(&current.row, None, now))?;
        Ok(Entry { row, edition_year: current.edition_year })
    })?;
    Ok(restored.into())
}

fn find_deleted(connection: &mut Connection, id: &str) -> Result<Entry> {
    let unknown = || Error::not_found("nomination", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    let entry: Option<Entry> = nominations::table
        .inner_join(editions::table.on(editions::id.eq(nominations::edition_id)))
        .filter(nominations::id.eq(id))
        .select(Entry::as_select())
        .first(connection)
        .optional()?;
    match entry {
        Some(entry) if entry.row.deleted_at.is_some() => Ok(entry),
        Some(_) => Err(Error::not_deleted("nomination", id)),
        None => Err(unknown()),
    }
}

fn next(current: &NominationRow, deleted_at: Option<UtcTime>, now: UtcTime) -> NominationRow {
    NominationRow {
        deleted_at,
        version: current.version + 1,
        updated_at: now.max(current.updated_at),
        ..current.clone()
    }
}

fn deleted(id: Id, at: UtcTime) -> Deleted {
    Deleted::new(RecordKind::Nomination, id, None, at)
}
