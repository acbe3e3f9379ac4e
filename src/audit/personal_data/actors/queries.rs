//! All SQL of what is told of actors.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::{Map, Value as JsonValue};

use super::ActorRow;
use crate::database::Connection;
use crate::database::schema::audit_actors;
use crate::database::types::{Compact, Id, Json};
use crate::error::Result;

/// Keeps what is told of an actor, unless it is kept already. Returns its digest.
pub(in crate::audit) fn keep(
    connection: &mut Connection,
    account_id: Id,
    content: Map<String, JsonValue>,
) -> Result<Compact> {
    let known: Option<Compact> = audit_actors::table
        .filter(audit_actors::account_id.eq(account_id))
        .filter(audit_actors::content.eq(Json(JsonValue::from(content.clone()))))
        .select(audit_actors::digest)
        .first(connection)
        .optional()?;
    if let Some(digest) = known {
        return Ok(digest);
    }
    let row = ActorRow::new(account_id, content)?;
    diesel::insert_into(audit_actors::table).values(&row).execute(connection)?;
    Ok(row.digest)
}

/// What is told of the actors with these digests.
pub(in crate::audit) fn of_digests(
    connection: &mut Connection,
    digests: Vec<Compact>,
) -> Result<HashMap<String, ActorRow>> {
    let rows: Vec<ActorRow> = audit_actors::table
        .filter(audit_actors::digest.eq_any(digests))
        .select(ActorRow::as_select())
        .load(connection)?;
    Ok(rows.into_iter().map(|row| (row.digest.0.clone(), row)).collect())
}

/// What is told of an account, so many of it at most.
pub(in crate::audit::personal_data) fn of_account(
    connection: &mut Connection,
    account_id: Id,
    most: i64,
) -> Result<Vec<ActorRow>> {
    Ok(audit_actors::table
        .filter(audit_actors::account_id.eq(account_id))
        .filter(audit_actors::content.is_not_null())
        .order(audit_actors::digest)
        .limit(most)
        .select(ActorRow::as_select())
        .load(connection)?)
}

/// Erases what these rows tell.
pub(in crate::audit::personal_data) fn erase(
    connection: &mut Connection,
    rows: &[ActorRow],
    erased_by: Id,
) -> Result<()> {
    let digests = rows.iter().map(|row| row.digest.clone());
    diesel::update(audit_actors::table.filter(audit_actors::digest.eq_any(digests)))
        .set((
            audit_actors::content.eq(None::<Json<JsonValue>>),
            audit_actors::salt.eq(None::<String>),
            audit_actors::erased_by.eq(Some(erased_by)),
        ))
        .execute(connection)?;
    Ok(())
}
