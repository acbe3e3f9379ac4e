//! Rankings over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, web};

use super::model::RankingDocument;
use super::queries;
use crate::access::MaybeCaller;
use crate::database::Database;
use crate::editions::path::EditionKey;
use crate::error::Result;
use crate::nominations::embargo::Clearance;
use crate::nominations::rules::Kind;
use crate::selection::routes::KindQuery;

/// Registers the operation.
pub fn routes(config: &mut Routes<'_>) {
    config.service(get_ranking);
}

/// Get the ranking
///
/// The nominations of one kind in the order that the jury's scores give, in exact integers: results, ranks, what broke
/// ties, and by which rules. Beside it, advisory, how firmly the order stands: without each juror in turn, with each
/// weight a tenth more and a tenth less, and with the sheets that were voided.
///
/// Public once the result is published (before that 404 `not_published`). Those who run the process see it from the
/// closing of the jury on (409 `jury_open` before).
#[utoipa::path(
    operation_id = "get_ranking",
    tag = "results",
    params(
        ("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."),
        ("kind" = Kind, Query, description = "Kind of nominations."),
    ),
    responses((status = 200, description = "The ranking.", body = RankingDocument)),
)]
#[get("/v1/editions/{year}/ranking")]
async fn get_ranking(
    caller: MaybeCaller,
    key: EditionKey,
    query: KindQuery,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let clearance = Clearance::of(caller.0.as_ref());
    let kind = query.kind;
    let ranking =
        database.read(move |connection| queries::get(connection, clearance.as_ref(), key, kind)).await?;
    Ok(query.document.answer_record(&ranking))
}
