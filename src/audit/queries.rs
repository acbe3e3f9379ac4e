//! Writing and reading the audit trail.

use diesel::prelude::*;
use serde_json::Value as JsonValue;

use super::model::{Action, Actor, AuditEvent, AuditEventRow};
use crate::database::Connection;
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::audit_events;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::error::Result;
use crate::http::list::Listed as _;

/// Notes a change, in the transaction that makes it.
pub fn record(
    connection: &mut Connection,
    actor: &Actor,
    action: Action,
    resource_type: &str,
    resource_id: &str,
    before: Option<JsonValue>,
    after: Option<JsonValue>,
) -> Result<()> {
    let row = AuditEventRow {
        id: Id::new(),
        at: UtcTime::now(),
        account_id: actor.account_id,
        account_name: Some(actor.name.clone()),
        request_id: Some(actor.request_id.clone()).filter(|id| !id.is_empty()),
        action: Keyword(action),
        resource_type: resource_type.to_owned(),
        resource_id: resource_id.to_owned(),
        before: before.map(Json),
        after: after.map(Json),
    };
    diesel::insert_into(audit_events::table).values(&row).execute(connection)?;
    Ok(())
}

/// A page of the audit trail.
pub(super) fn list(connection: &mut Connection, request: &ListRequest) -> Result<Page<AuditEvent>> {
    let plan = Plan::new(connection, &AuditEvent::LIST, request);
    let rows = audit_events::table
        .select((AuditEventRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(AuditEvent::from))
}
