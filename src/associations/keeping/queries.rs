//! All SQL of deleting and restoring associations, and of the seats that keep a city.

use diesel::prelude::*;

use crate::access::Caller;
use crate::access::policy::DraftNominations;
use crate::associations::internal::{self, InternalAssociation, InternalRecord};
use crate::associations::merges::queries::{merged_into, survivor_of};
use crate::associations::model::{AssociationRow, Entry, KeptAssociation, PublicAssociation};
use crate::associations::queries::{check_seen, find, kept_of, public, write_over};
use crate::audit::{Action, Actor, personal_data as audited};
use crate::database::Connection;
use crate::database::schema::{associations, cities};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, UtcTime};
use crate::error::{Error, Result};
use crate::http::conditional::IfMatch;
use crate::http::representation::Expansions;
use crate::keeping::references::MOST_NAMED;
use crate::keeping::{self, Deleted, Hold, RecordKind, Reference, References, Referrer, Target};
use crate::language::Text;

/// The associations that have their seat in a city.
pub fn references(connection: &mut Connection, target: &Target) -> Result<Vec<Reference>> {
    let Target::City(code) = target else { return Ok(Vec::new()) };
    let seated: Vec<Id> = associations::table
        .filter(associations::city_code.eq(code))
        .filter(associations::deleted_at.is_null())
        .order(associations::id)
        .limit(MOST_NAMED as i64)
        .select(associations::id)
        .load(connection)?;
    let reference = |id| Reference::new(Referrer::Association, format!("/associations/{id}"), Hold::Fact);
    Ok(seated.into_iter().map(reference).collect())
}

/// Marks an association as deleted, unless anything refers to it. Nobody needs its internal record any more (law 09-08),
/// and its ICE is free again.
pub(in crate::associations) fn delete(
    connection: &mut Connection,
    references: References,
    (caller, actor): (&Caller, &Actor),
    id: &str,
    (if_match, sees_internal): (&IfMatch, bool),
) -> Result<()> {
    take_turns(connection)?;
    let current = find(connection, id)?;
    let id = current.row.id;
    let held = internal::queries::of(connection, id)?;
    let seen = InternalAssociation::new(current.clone().into(), held.clone());
    check_seen(if_match, &seen, sees_internal)?;
    let sees_drafts = DraftNominations::RULE.permits(caller, false);
    references.check_unused(connection, &Target::Association(id), sees_drafts)?;
    let (row, now) = (current.row.clone(), UtcTime::now());
    let duplicates = merged_into(connection, id)?;
    let before = KeptAssociation { entry: current, internal: held.record.clone(), duplicates };
    keeping::delete(connection, actor, &deleted(&row, now), &before, |connection| {
        internal::queries::write(connection, id, &held, None)?;
        write_over(connection, &row, &marked(&row, Some(now), now)).map(drop)
    })
}

/// Restores a deleted association, its internal record with it as far as the audit trail still has that. Its name in its
/// seat, and its ICE, must not be another's by now (409 `already_exists`).
pub(super) fn restore(
    connection: &mut Connection,
    actor: &Actor,
    id: &str,
    reason: &str,
) -> Result<PublicAssociation> {
    take_turns(connection)?;
    let current = find_deleted(connection, id)?;
    check_seat(connection, &current)?;
    let now = UtcTime::now();
    let record = deleted(&current, current.deleted_at.unwrap_or(now));
    let restored = keeping::restore(connection, actor, &record, reason, |connection| {
        let row = write_over(connection, &current, &marked(&current, None, now))?;
        let internal = internal_record_at_deletion(connection, row.id)?;
        let held = internal::queries::of(connection, row.id)?;
        internal::queries::write(connection, row.id, &held, internal.as_ref())?;
        kept_of(connection, row)
    })?;
    public(connection, restored.entry, &Expansions::default())
}

/// Refuses to call an association otherwise while a process uses it. Another language may be added.
pub(in crate::associations) fn check_name(
    connection: &mut Connection,
    references: References,
    current: &Entry,
    name: &Text,
) -> Result<()> {
    if name.keeps(&current.row.name) {
        return Ok(());
    }
    take_turns(connection)?;
    references.check_unbound(connection, &Target::Association(current.row.id), &["/name"])
}

/// Nobody refers to the association meanwhile, and no nomination of it goes on.
pub(in crate::associations) fn take_turns(connection: &mut Connection) -> Result<()> {
    turns::take(connection, Turn::Selection)?;
    turns::take(connection, Turn::Keeping)
}

fn find_deleted(connection: &mut Connection, id: &str) -> Result<AssociationRow> {
    let unknown = || Error::not_found("association", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    let row: Option<AssociationRow> =
        associations::table.find(id).select(AssociationRow::as_select()).first(connection).optional()?;
    match row {
        Some(row) if row.deleted_at.is_some() => match survivor_of(connection, id)? {
            Some(merged) => Err(merged.refusal()),
            None => Ok(row),
        },
        Some(_) => Err(Error::not_deleted("association", id)),
        None => Err(unknown()),
    }
}

/// An association does not come back to a city that is deleted.
pub(in crate::associations) fn check_seat(
    connection: &mut Connection,
    association: &AssociationRow,
) -> Result<()> {
    let Some(code) = &association.city_code else { return Ok(()) };
    let stands = cities::table.filter(cities::code.eq(code)).filter(cities::deleted_at.is_null());
    match stands.count().get_result::<i64>(connection)? {
        0 => Err(Error::restore_first("city", "cities", code)),
        _ => Ok(()),
    }
}

/// The internal record that an association had when it was deleted the last time; none when it had none, or when that was
/// erased since.
fn internal_record_at_deletion(connection: &mut Connection, id: Id) -> Result<Option<InternalRecord>> {
    let trail = audited::of_association(connection, id)?;
    let last = trail.into_iter().rfind(|piece| piece.action == Action::Delete);
    let before = last.and_then(|piece| piece.content.get("before").cloned());
    before.map(|record| serde_json::from_value(record).map_err(Error::internal)).transpose()
}

/// The next version of an association, deleted or not.
pub(in crate::associations) fn marked(
    current: &AssociationRow,
    deleted_at: Option<UtcTime>,
    now: UtcTime,
) -> AssociationRow {
    AssociationRow {
        deleted_at,
        version: current.version + 1,
        updated_at: now.max(current.updated_at),
        ..current.clone()
    }
}

fn deleted(association: &AssociationRow, at: UtcTime) -> Deleted {
    Deleted::new(RecordKind::Association, association.id, Some(association.name.0.clone()), at)
}
