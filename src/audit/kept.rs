//! Writing a record and telling the trail of it, in one call: what the trail tells is what is stored, never what was typed.
//!
//! Each function takes the writing as a closure, which returns the record as it is stored then (with
//! [`stored`](crate::database::stored), or read anew where it stands in several tables). Of a change the trail keeps the
//! members that changed, of a whole record those that say something (`changed`).

use serde_json::{Value as JsonValue, json};

use super::changed::{changed, filled};
use super::queries::{Event, append, append_all};
use super::{Action, Actor};
use crate::database::Connection;
use crate::database::types::UtcTime;
use crate::error::Result;

/// A record as it is kept, or that part of it which a kind of change tells.
pub trait Kept {
    /// What the trail calls records of this kind.
    const KIND: &'static str;

    /// The name of the record in the trail.
    fn name_in_trail(&self) -> String;

    /// What is kept of the record. The member `internal` is personal data, which the trail keeps apart.
    fn kept(&self) -> JsonValue;
}

/// Makes a record.
pub fn insert<R: Kept>(
    connection: &mut Connection,
    actor: &Actor,
    write: impl FnOnce(&mut Connection) -> Result<R>,
) -> Result<R> {
    let record = write(connection)?;
    let states = (None, Some(record.kept()));
    note::<R>(connection, actor, Action::Create, record.name_in_trail(), states)?;
    Ok(record)
}

/// Notes that records were made, which the caller has just written.
pub fn inserted<R: Kept>(
    connection: &mut Connection,
    actor: &Actor,
    records: impl IntoIterator<Item = R>,
) -> Result<()> {
    let made = |record: R| entry::<R>(Action::Create, record.name_in_trail(), (None, Some(record.kept())));
    append_all(connection, actor, records.into_iter().map(made).collect())
}

/// Changes a record that was as in `before`.
pub fn change<B: Kept, R: Kept>(
    connection: &mut Connection,
    actor: &Actor,
    before: &B,
    write: impl FnOnce(&mut Connection) -> Result<R>,
) -> Result<R> {
    replace(connection, actor, Action::Update, before, write)
}

/// Takes a record that was as in `before` from its state to another.
pub fn transition<B: Kept, R: Kept>(
    connection: &mut Connection,
    actor: &Actor,
    before: &B,
    write: impl FnOnce(&mut Connection) -> Result<R>,
) -> Result<R> {
    replace(connection, actor, Action::Transition, before, write)
}

/// Deletes a record that was as in `before`.
pub fn delete<B: Kept>(
    connection: &mut Connection,
    actor: &Actor,
    before: &B,
    write: impl FnOnce(&mut Connection) -> Result<()>,
) -> Result<()> {
    write(connection)?;
    let states = (Some(before.kept()), None);
    note::<B>(connection, actor, Action::Delete, before.name_in_trail(), states)
}

/// Brings a record back that was deleted at a time, for a reason.
pub fn restore<R: Kept>(
    connection: &mut Connection,
    actor: &Actor,
    (deleted_at, reason): (UtcTime, &str),
    write: impl FnOnce(&mut Connection) -> Result<R>,
) -> Result<R> {
    let record = write(connection)?;
    let mut after = record.kept();
    after["restoration_reason"] = json!(reason);
    let states = (Some(json!({"deleted_at": deleted_at})), Some(after));
    note::<R>(connection, actor, Action::Restore, record.name_in_trail(), states)?;
    Ok(record)
}

/// An entry tells of one record, under the name that it had before.
fn replace<B: Kept, R: Kept>(
    connection: &mut Connection,
    actor: &Actor,
    action: Action,
    before: &B,
    write: impl FnOnce(&mut Connection) -> Result<R>,
) -> Result<R> {
    const { assert!(is_same(B::KIND.as_bytes(), R::KIND.as_bytes()), "before and after are of one kind") };
    let record = write(connection)?;
    let states = (Some(before.kept()), Some(record.kept()));
    note::<B>(connection, actor, action, before.name_in_trail(), states)?;
    Ok(record)
}

const fn is_same(kind: &[u8], other: &[u8]) -> bool {
    let mut place = 0;
    while place < kind.len() && place < other.len() && kind[place] == other[place] {
        place += 1;
    }
    place == kind.len() && place == other.len()
}

fn note<R: Kept>(
    connection: &mut Connection,
    actor: &Actor,
    action: Action,
    name: String,
    states: (Option<JsonValue>, Option<JsonValue>),
) -> Result<()> {
    append(connection, actor, entry::<R>(action, name, states)).map(drop)
}

fn entry<R: Kept>(action: Action, name: String, states: (Option<JsonValue>, Option<JsonValue>)) -> Event {
    let (before, after) = match (action, states) {
        (Action::Update | Action::Transition, (Some(before), Some(after))) => {
            let (before, after) = changed(before, after);
            (Some(before), Some(after))
        }
        (_, (before, after)) => (before.map(filled), after.map(filled)),
    };
    Event {
        resource_type: Some(R::KIND.to_owned()),
        resource_id: Some(name),
        before,
        after,
        ..Event::new(action)
    }
}
