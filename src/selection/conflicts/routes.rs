//! Conflicts of interest over HTTP.

use actix_web::{HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{ConflictInput, PublicConflict};
use super::queries;
use crate::access::Authorized;
use crate::access::policy::{CreateConflict, ListConflicts};
use crate::database::Database;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::list::ListQuery;
use crate::http::representation::List;
use crate::http::write::WriteRequest;

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_conflicts).service(create_conflict);
}

/// List declarations and conflicts
///
/// What is known of the jurors' independence from a nomination: what they declared, what others reported, what the
/// service found. A juror reads what concerns the own person alone.
#[utoipa::path(
    operation_id = "list_conflicts",
    tag = "evaluations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ListQuery<PublicConflict>,
    ),
    responses((status = 200, description = "A page of declarations and conflicts.", body = List<PublicConflict>)),
)]
#[get("/v1/nominations/{id}/conflicts")]
async fn list_conflicts(
    caller: Authorized<ListConflicts>,
    id: web::Path<String>,
    query: ListQuery<PublicConflict>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let request = query.request.clone();
    let page = database.read(move |connection| queries::list(connection, &caller, &id, &request)).await?;
    Ok(query.answer(page))
}

/// Declare or report a conflict of interest
///
/// A juror declares for an assigned nomination whether there is a conflict of interest. Without one, the sheet can be
/// written from then on (unless the service itself finds one: 409 `conflict_of_interest`); with one, the juror steps
/// back. The chair and the ministry report the conflict of another juror, which voids that juror's evaluation, submitted
/// or not; when the jury has closed already, the result is reconsidered without it.
#[utoipa::path(
    operation_id = "create_conflict",
    tag = "evaluations",
    params(("id" = Id, Path, description = "Identifier of the nomination.")),
    request_body(content = ConflictInput, description = "The declaration, or the conflict that was found."),
    responses(
        (
            status = 201,
            description = "It was noted; `Location` is the list of those of the nomination.",
            body = PublicConflict,
        ),
    ),
)]
#[post("/v1/nominations/{id}/conflicts")]
async fn create_conflict(
    caller: Authorized<CreateConflict>,
    write: WriteRequest,
    id: web::Path<String>,
    input: Valid<ConflictInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::create(connection, &caller, actor, &id, &content)
        })
        .await
}
