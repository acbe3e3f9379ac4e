//! All SQL of the chain.

use diesel::prelude::*;

use super::{Head, SealRow};
use crate::audit::model::{Action, EventRow};
use crate::database::fragment::{Fragment, Statement};
use crate::database::schema::{audit_events, audit_pending, audit_seals};
use crate::database::turns::{self, Turn};
use crate::database::types::{Compact, Id, Identifier, Keyword};
use crate::database::{Connection, insert_all};
use crate::error::Result;

/// How many entries one transaction seals: other writers wait for it on SQLite.
pub(super) const BATCH: usize = 500;

/// The newest seal.
pub fn head(connection: &mut Connection) -> Result<Head> {
    let newest: Option<SealRow> = audit_seals::table
        .order(audit_seals::seq.desc())
        .select(SealRow::as_select())
        .first(connection)
        .optional()?;
    Ok(newest.map_or_else(Head::beginning, Head::from))
}

/// Whether any entry waits for its seal.
pub(super) fn any_pending(connection: &mut Connection) -> Result<bool> {
    let pending: Option<Id> =
        audit_pending::table.select(audit_pending::event_id).first(connection).optional()?;
    Ok(pending.is_some())
}

/// How many entries wait for their seal.
pub(super) fn count_pending(connection: &mut Connection) -> Result<i64> {
    Ok(audit_pending::table.count().get_result(connection)?)
}

/// Seals a batch of the entries that wait, in the order of their identifiers; returns how many. None while another
/// instance is at it.
pub(super) fn seal_batch(connection: &mut Connection) -> Result<usize> {
    if !turns::try_take(connection, Turn::Sealing)? {
        return Ok(0);
    }
    let events: Vec<EventRow> = audit_pending::table
        .inner_join(audit_events::table.on(audit_events::id.eq(audit_pending::event_id)))
        .order(audit_pending::event_id)
        .limit(BATCH as i64)
        .select(EventRow::as_select())
        .load(connection)?;
    let mut newest = head(connection)?;
    let mut seals = Vec::with_capacity(events.len());
    for event in &events {
        let seal = SealRow::following(&newest, event);
        newest = seal.clone().into();
        seals.push(seal);
    }
    insert_all!(connection, audit_seals::table, seals.iter().collect::<Vec<_>>());
    let sealed: Vec<Id> = events.iter().map(|event| event.id).collect();
    diesel::delete(audit_pending::table.filter(audit_pending::event_id.eq_any(&sealed)))
        .execute(connection)?;
    Ok(sealed.len())
}

/// The next seals after a sequence number, each with its entry if that is there.
pub(super) fn seals_after(
    connection: &mut Connection,
    seq: i64,
    limit: usize,
) -> Result<Vec<(SealRow, Option<EventRow>)>> {
    Ok(audit_seals::table
        .left_join(audit_events::table.on(audit_events::id.eq(audit_seals::event_id)))
        .filter(audit_seals::seq.gt(seq))
        .order(audit_seals::seq)
        .limit(limit as i64)
        .select((SealRow::as_select(), Option::<EventRow>::as_select()))
        .load(connection)?)
}

/// The hash of a seal.
pub(super) fn hash_of(connection: &mut Connection, seq: i64) -> Result<Option<String>> {
    let hash: Option<Compact> =
        audit_seals::table.find(seq).select(audit_seals::hash).first(connection).optional()?;
    Ok(hash.map(String::from))
}

/// An entry that is neither sealed nor waits for its seal: it was put there by another way.
pub(super) fn stray(connection: &mut Connection) -> Result<Option<Id>> {
    let stray = Fragment::<Identifier>::new(
        "SELECT audit_events.id FROM audit_events \
         WHERE NOT EXISTS (SELECT 1 FROM audit_seals WHERE audit_seals.event_id = audit_events.id) \
         AND NOT EXISTS (SELECT 1 FROM audit_pending WHERE audit_pending.event_id = audit_events.id) LIMIT 1",
    );
    Ok(Statement(stray).get_result(connection).optional()?)
}

/// The `erase` entry of this identifier, when it is sealed or waits for its seal.
pub(super) fn erasure(connection: &mut Connection, id: Id) -> Result<Option<EventRow>> {
    let row: Option<EventRow> = audit_events::table
        .find(id)
        .filter(audit_events::action.eq(Keyword(Action::Erase)))
        .select(EventRow::as_select())
        .first(connection)
        .optional()?;
    Ok(row)
}
