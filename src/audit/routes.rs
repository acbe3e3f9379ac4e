//! Reading the audit trail over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, web};

use super::chain::{self, Head};
use super::listing::AuditEvent;
use super::queries;
use crate::access::Authorized;
use crate::access::policy::{AuditPersonalData, GetAuditHead, ListAuditEvents};
use crate::database::Database;
use crate::error::Result;
use crate::http::document::DocumentQuery;
use crate::http::list::ListQuery;
use crate::http::representation::List;

/// Registers the operations of the audit trail.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_audit_events).service(get_audit_head);
}

/// List audit events
///
/// Who changed what and when, with what changed of each record, and who was refused what; the latest first.
/// Entries are never changed or deleted, and a hash chain seals them within a second or so (`seq`, `hash`).
///
/// Personal data (names and addresses of actors, internal data of records) is shown to a token with
/// `associations:read_internal` alone. Sorted by `seq`, the list has the sealed entries alone. The whole trail comes as one file with `format=ndjson` or `format=csv` and
/// `limit=all`.
#[utoipa::path(
    operation_id = "list_audit_events",
    tag = "audit",
    params(ListQuery<AuditEvent>),
    responses((status = 200, description = "A page of the audit trail.", body = List<AuditEvent>)),
)]
#[get("/v1/audit")]
async fn list_audit_events(
    auditor: Authorized<ListAuditEvents>,
    query: ListQuery<AuditEvent>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let sees_personal_data = AuditPersonalData::RULE.permits(&auditor, false);
    query
        .serve(&database, move |connection, request| queries::list(connection, request, sees_personal_data))
        .await
}

/// Get the head of the audit trail
///
/// The newest seal of the hash chain. Note it elsewhere, regularly: then `nasij audit verify --head HASH` finds out
/// whether the newest part of the trail was cut off, or all of it made anew.
#[utoipa::path(
    operation_id = "get_audit_head",
    tag = "audit",
    responses((status = 200, description = "The newest seal.", body = Head)),
)]
#[get("/v1/audit/head")]
async fn get_audit_head(
    _auditor: Authorized<GetAuditHead>,
    query: DocumentQuery,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    Ok(query.answer(&database.read(chain::head).await?))
}
