//! All SQL of what has been decided of nominations and is not published.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::OutcomeRow;
use super::{Clearance, EmbargoedOutcome};
use crate::database::schema::{nomination_outcomes, nominations};
use crate::database::types::{Id, Keyword, UtcTime};
use crate::database::{Connection, stored};
use crate::error::Result;
use crate::nominations::rules::{Kind, Status};

/// What has been decided of these nominations, by their identifiers.
pub fn outcomes(
    connection: &mut Connection,
    _: &Clearance,
    ids: &[Id],
) -> Result<HashMap<Id, EmbargoedOutcome>> {
    let rows: Vec<OutcomeRow> = nomination_outcomes::table
        .filter(nomination_outcomes::nomination_id.eq_any(ids))
        .select(OutcomeRow::as_select())
        .load(connection)?;
    Ok(rows.into_iter().map(|row| (row.nomination_id, row.into())).collect())
}

/// What has been decided of a nomination, as it is kept.
pub fn outcome(connection: &mut Connection, _: &Clearance, nomination_id: Id) -> Result<Option<OutcomeRow>> {
    let row = nomination_outcomes::table.find(nomination_id).select(OutcomeRow::as_select());
    Ok(row.first(connection).optional()?)
}

/// Notes what has been decided of a nomination, over what was noted before.
pub fn set_outcome(
    connection: &mut Connection,
    nomination_id: Id,
    status: Status,
    decided_at: Option<UtcTime>,
    now: UtcTime,
) -> Result<OutcomeRow> {
    let row = OutcomeRow { nomination_id, status: Keyword(status), decided_at, updated_at: now };
    let changed = diesel::update(nomination_outcomes::table.find(nomination_id))
        .set((
            nomination_outcomes::status.eq(row.status),
            nomination_outcomes::decided_at.eq(row.decided_at),
            nomination_outcomes::updated_at.eq(row.updated_at),
        ))
        .get_result(connection)
        .optional()?;
    match changed {
        Some(row) => Ok(row),
        None => stored(connection, diesel::insert_into(nomination_outcomes::table).values(&row)),
    }
}

/// Forgets what has been decided of these nominations.
pub fn clear_outcomes(connection: &mut Connection, ids: &[Id]) -> Result<()> {
    let these = nomination_outcomes::table.filter(nomination_outcomes::nomination_id.eq_any(ids));
    diesel::delete(these).execute(connection)?;
    Ok(())
}

/// Whether a designation of this kind has been signed for the edition and is not published yet.
pub fn is_decided(connection: &mut Connection, edition_id: Id, kind: Kind) -> Result<bool> {
    let decided: i64 = nomination_outcomes::table
        .inner_join(nominations::table.on(nominations::id.eq(nomination_outcomes::nomination_id)))
        .filter(nominations::edition_id.eq(edition_id))
        .filter(nominations::kind.eq(Keyword(kind)))
        .filter(nominations::status.eq(Keyword(Status::UnderEvaluation)))
        .filter(nomination_outcomes::decided_at.is_not_null())
        .count()
        .get_result(connection)?;
    Ok(decided > 0)
}
