//! Records whose changes the trail tells. It tells what is kept of a record, never what was typed: a state comes from the
//! record itself, in one place for each kind.

use serde_json::Value as JsonValue;

use super::{Action, Actor, queries};
use crate::database::Connection;
use crate::error::Result;

/// A record as it is kept.
pub trait Kept {
    /// What the trail calls records of this kind.
    const KIND: &'static str;

    /// The name of the record in the trail.
    fn name_in_trail(&self) -> String;

    /// What is kept of the record, as it would have to be written to get it.
    fn kept(&self) -> JsonValue;
}

/// Notes that a record was made.
pub fn created<R: Kept>(connection: &mut Connection, actor: &Actor, record: &R) -> Result<()> {
    note::<R>(connection, actor, Action::Create, (None, Some(record)))
}

/// Notes that a record was changed.
pub fn changed<R: Kept>(connection: &mut Connection, actor: &Actor, before: &R, after: &R) -> Result<()> {
    note(connection, actor, Action::Update, (Some(before), Some(after)))
}

/// Notes that a record was deleted.
pub fn deleted<R: Kept>(connection: &mut Connection, actor: &Actor, record: &R) -> Result<()> {
    note::<R>(connection, actor, Action::Delete, (Some(record), None))
}

fn note<R: Kept>(
    connection: &mut Connection,
    actor: &Actor,
    action: Action,
    (before, after): (Option<&R>, Option<&R>),
) -> Result<()> {
    let name = after.or(before).map(Kept::name_in_trail).unwrap_or_default();
    queries::record(connection, actor, action, R::KIND, &name, before.map(Kept::kept), after.map(Kept::kept))
}
