//! The criteria of an edition over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, put, web};

use super::model::{CriteriaInput, CriteriaSet, PublicCriterion};
use super::queries;
use crate::access::Authorized;
use crate::access::policy::ReplaceCriteria;
use crate::database::Database;
use crate::editions::path::{EditionKey, EditionYear};
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::conditional::IfMatch;
use crate::http::list::ListQuery;
use crate::http::representation::List;
use crate::http::write::WriteRequest;

/// Registers the operations of the criteria.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_criteria).service(replace_criteria);
}

/// List criteria
///
/// The criteria of an edition and their weights, in their order. The first one of each kind of nomination has a pass
/// mark of its own; it and the second one decide ties.
#[utoipa::path(
    operation_id = "list_criteria",
    tag = "editions",
    params(
        ("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."),
        ListQuery<PublicCriterion>,
    ),
    responses((status = 200, description = "A page of criteria.", body = List<PublicCriterion>)),
)]
#[get("/v1/editions/{year}/criteria")]
async fn list_criteria(
    key: EditionKey,
    query: ListQuery<PublicCriterion>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, move |connection, request| queries::list(connection, key, request)).await
}

/// Replace the criteria of an edition
///
/// Replaces all criteria of an edition at once, those for cities and those for associations, in their order. The
/// weights of each kind add up to 100 (422 `weights_sum`). They can change only while the edition is a draft (409
/// `not_editable`): once its first call has opened, they stand firm. `If-Match` takes the `ETag` of the edition, whose
/// version this changes.
#[utoipa::path(
    operation_id = "replace_criteria",
    tag = "editions",
    params(("year" = i64, Path, description = "Year of the edition.", example = 2027)),
    request_body(content = CriteriaInput, description = "The criteria."),
    responses((status = 200, description = "The criteria as they are now.", body = CriteriaSet)),
)]
#[put("/v1/editions/{year}/criteria")]
async fn replace_criteria(
    caller: Authorized<ReplaceCriteria>,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    if_match: IfMatch,
    input: Valid<CriteriaInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let input = input.content;
    write
        .update(&database, move |connection| {
            queries::replace(connection, ReplaceCriteria::RULE, &actor, year, &if_match, &input)
        })
        .await
}
