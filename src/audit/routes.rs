//! Reading the audit trail over HTTP.

use actix_web::{HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::AuditEvent;
use super::queries;
use crate::access::{Authorized, ReadAudit};
use crate::database::Database;
use crate::error::Result;
use crate::http::list::ListQuery;
use crate::http::representation::List;

/// Registers the operations of the audit trail.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_audit_events);
}

/// List audit events
///
/// Who changed what and when, the latest first, with each record before and after the change. Only for auditors and
/// administrators; internal data is shown to a token with `associations:read_internal` alone.
#[utoipa::path(
    operation_id = "list_audit_events",
    tag = "audit",
    params(ListQuery<AuditEvent>),
    responses((status = 200, description = "A page of the audit trail.", body = List<AuditEvent>)),
    security(("oauth2" = ["audit:read"])),
)]
#[get("/v1/audit")]
async fn list_audit_events(
    auditor: Authorized<ReadAudit>,
    query: ListQuery<AuditEvent>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let request = query.request.clone();
    let page = database.read(move |connection| queries::list(connection, &request)).await?;
    let sees_internal = auditor.may_read_internal();
    Ok(query.answer(page.map(|event| if sees_internal { event } else { event.without_internal() })))
}
