//! The list of what was deleted, over HTTP. The restorations stand with the records.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, web};

use super::model::DeletedRecord;
use super::queries;
use crate::access::Authorized;
use crate::access::policy::ListDeletedRecords;
use crate::database::Database;
use crate::error::Result;
use crate::http::list::ListQuery;
use crate::http::representation::List;

/// Registers the operation.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_deleted_records);
}

/// List deleted records
///
/// The cities, associations, editions and nominations that were deleted, the latest first, each with the address where it
/// is restored: with the same identifier and its history.
#[utoipa::path(
    operation_id = "list_deleted_records",
    tag = "keeping",
    params(ListQuery<DeletedRecord>),
    responses((status = 200, description = "A page of deleted records.", body = List<DeletedRecord>)),
)]
#[get("/v1/deleted-records")]
async fn list_deleted_records(
    _caller: Authorized<ListDeletedRecords>,
    query: ListQuery<DeletedRecord>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, queries::list).await
}
