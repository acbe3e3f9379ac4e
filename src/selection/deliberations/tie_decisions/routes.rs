//! Decisions on ties over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, post, web};

use super::model::{ShownTieDecision, TieDecisionInput};
use super::queries;
use crate::access::Authorized;
use crate::access::policy::{CreateTieDecision, ListTieDecisions};
use crate::database::Database;
use crate::editions::path::EditionYear;
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::list::ListQuery;
use crate::http::representation::List;
use crate::http::write::WriteRequest;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_tie_decisions).service(create_tie_decision);
}

/// List decisions on ties
///
/// How the chair ordered nominations that are level in everything, the first decision first; of several on the same
/// nominations the latest one counts. Under embargo until the result is published; then the ranking shows them all.
#[utoipa::path(
    operation_id = "list_tie_decisions",
    tag = "deliberations",
    params(
        ("year" = i64, Path, description = "Year of the edition.", example = 2027),
        ListQuery<ShownTieDecision>,
    ),
    responses((status = 200, description = "A page of decisions.", body = List<ShownTieDecision>)),
)]
#[get("/v1/editions/{year}/tie-decisions")]
async fn list_tie_decisions(
    _caller: Authorized<ListTieDecisions>,
    EditionYear(year): EditionYear,
    query: ListQuery<ShownTieDecision>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, move |connection, request| queries::list(connection, year, request)).await
}

/// Decide a tie
///
/// Orders the nominations of a closed jury that are level in everything: the same result, the same mean on the first
/// criterion and on the second one. Named are all that are level with each other, the best first (otherwise 422, which
/// names them). The reasons are published with the result. Not while a designation is proposed or signed (409
/// `under_embargo`).
#[utoipa::path(
    operation_id = "create_tie_decision",
    tag = "deliberations",
    params(("year" = i64, Path, description = "Year of the edition.", example = 2027)),
    request_body(content = TieDecisionInput, description = "The order, and why."),
    responses((status = 201, description = "The tie is decided.", body = ShownTieDecision)),
)]
#[post("/v1/editions/{year}/tie-decisions")]
async fn create_tie_decision(
    caller: Authorized<CreateTieDecision>,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    input: Valid<TieDecisionInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::create(connection, &caller, actor, year, &content)
        })
        .await
}
