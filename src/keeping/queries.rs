//! All SQL of what was deleted: noting it, listing it, and taking it off the list when it is restored.

use diesel::prelude::*;
use serde_json::{Value as JsonValue, json};

use super::model::{Deleted, DeletedRecord};
use crate::audit::{self, Action, Actor};
use crate::database::Connection;
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::deleted_records;
use crate::error::Result;
use crate::http::list::Listed as _;

/// A page of what was deleted.
pub(super) fn list(connection: &mut Connection, request: &ListRequest) -> Result<Page<DeletedRecord>> {
    let plan = Plan::new(connection, &DeletedRecord::LIST, request);
    let rows = deleted_records::table
        .select((Deleted::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(DeletedRecord::from))
}

/// Notes that a record was deleted, as it was `before`: on the list, and in the audit trail under the identifier that it
/// has there.
pub fn note_deleted(
    connection: &mut Connection,
    actor: &Actor,
    record: &Deleted,
    audited_as: &str,
    before: JsonValue,
) -> Result<()> {
    diesel::insert_into(deleted_records::table).values(record).execute(connection)?;
    audit::record(connection, actor, Action::Delete, record.kind.word(), audited_as, Some(before), None)
}

/// Notes that a record was restored, and why, as it is `after`.
pub fn note_restored(
    connection: &mut Connection,
    actor: &Actor,
    record: &Deleted,
    audited_as: &str,
    reason: &str,
    mut after: JsonValue,
) -> Result<()> {
    diesel::delete(deleted_records::table.find(&record.id)).execute(connection)?;
    let before = json!({"deleted_at": record.deleted_at});
    if let JsonValue::Object(after) = &mut after {
        after.insert("restoration_reason".to_owned(), json!(reason));
    }
    audit::record(
        connection,
        actor,
        Action::Restore,
        record.kind.word(),
        audited_as,
        Some(before),
        Some(after),
    )
}
