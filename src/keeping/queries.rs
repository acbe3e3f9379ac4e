//! All SQL of what was deleted: listing it, and putting it on the list and taking it off.

use diesel::prelude::*;

use super::model::{Deleted, DeletedRecord};
use crate::audit::{Actor, Kept, kept};
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

/// Deletes a record that can be restored, as it was `before`: `mark` marks it, and it stands on the list.
pub fn delete<R: Kept>(
    connection: &mut Connection,
    actor: &Actor,
    record: &Deleted,
    before: &R,
    mark: impl FnOnce(&mut Connection) -> Result<()>,
) -> Result<()> {
    kept::delete(connection, actor, before, |connection| {
        mark(connection)?;
        diesel::insert_into(deleted_records::table).values(record).execute(connection)?;
        Ok(())
    })
}

/// Restores a deleted record for a reason: `unmark` brings it back, and it is off the list.
pub fn restore<R: Kept>(
    connection: &mut Connection,
    actor: &Actor,
    record: &Deleted,
    reason: &str,
    unmark: impl FnOnce(&mut Connection) -> Result<R>,
) -> Result<R> {
    kept::restore(connection, actor, (record.deleted_at, reason), |connection| {
        let restored = unmark(connection)?;
        diesel::delete(deleted_records::table.find(&record.id)).execute(connection)?;
        Ok(restored)
    })
}
