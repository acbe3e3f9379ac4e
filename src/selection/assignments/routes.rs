//! Assignments of jurors over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, post, web};

use super::model::{AssignmentInput, PublicAssignment};
use super::queries;
use crate::access::Authorized;
use crate::access::policy::{CreateAssignment, ListAssignments};
use crate::database::Database;
use crate::editions::path::EditionYear;
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::list::ListQuery;
use crate::http::representation::List;
use crate::http::write::WriteRequest;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_assignments).service(create_assignment);
}

/// List assignments
///
/// The draws by which the nominations for an edition were assigned to jurors, the latest first.
#[utoipa::path(
    operation_id = "list_assignments",
    tag = "evaluations",
    params(
        ("year" = i64, Path, description = "Year of the edition.", example = 2027),
        ListQuery<PublicAssignment>,
    ),
    responses((status = 200, description = "A page of assignments.", body = List<PublicAssignment>)),
)]
#[get("/v1/editions/{year}/assignments")]
async fn list_assignments(
    _caller: Authorized<ListAssignments>,
    EditionYear(year): EditionYear,
    query: ListQuery<PublicAssignment>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, move |connection, request| queries::list(connection, year, request)).await
}

/// Assign nominations to jurors
///
/// Draws who evaluates the nominations of a kind: every nomination gets the number of evaluations that is asked for,
/// those that it has already included, never from a juror with a conflict of interest that the service knows of, and the
/// jurors' loads differ by as little as that permits. The draw follows from a random seed, which the answer shows;
/// `dry_run=true` says that a draw is possible, and never what it will be.
///
/// Eligible nominations go under evaluation by it. All nominations have to be screened before (409 `not_ready`); where
/// there are not enough jurors, the nominations are named (409 `too_few_jurors`). What a juror has belonged to since the
/// call opened counts: a sheet of somebody with such a conflict is voided, and another juror drawn. Who is tied to a
/// nominee draws nothing (403 `interested_office`).
#[utoipa::path(
    operation_id = "create_assignment",
    tag = "evaluations",
    params(("year" = i64, Path, description = "Year of the edition.", example = 2027)),
    request_body(content = AssignmentInput, description = "What to draw."),
    responses((status = 201, description = "What was assigned to whom.", body = PublicAssignment)),
)]
#[post("/v1/editions/{year}/assignments")]
async fn create_assignment(
    caller: Authorized<CreateAssignment>,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    input: Valid<AssignmentInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    let is_rehearsal = write.is_rehearsal();
    write
        .create(&database, actor, digest, move |connection, actor| {
            let drawn = queries::create(connection, &caller, actor, year, &content)?;
            Ok(if is_rehearsal { drawn.rehearsed() } else { drawn })
        })
        .await
}
