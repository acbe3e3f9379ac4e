//! Results over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, web};

use super::model::PublicResult;
use super::queries;
use crate::database::Database;
use crate::editions::path::EditionKey;
use crate::error::Result;
use crate::http::list::ListQuery;
use crate::http::representation::List;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_results);
}

/// List results
///
/// The decisions on the title and on the honours of an edition, as they were published: who was selected, who comes next,
/// on what they rest, and where the proof is. Before the publication the list is empty, whatever has been decided.
///
/// What was published under a year stays there: also the results of an edition that had the year and was cancelled or
/// postponed are in its list, the first published one first; `edition_id` and `edition_status` tell them apart. Under the
/// identifier of an edition there are its own alone.
#[utoipa::path(
    operation_id = "list_results",
    tag = "results",
    params(("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."), ListQuery<PublicResult>),
    responses((status = 200, description = "A page of results.", body = List<PublicResult>)),
)]
#[get("/v1/editions/{year}/results")]
async fn list_results(
    key: EditionKey,
    query: ListQuery<PublicResult>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, move |connection, request| queries::list(connection, key, request)).await
}
