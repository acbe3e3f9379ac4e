//! The honours of an edition over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, web};

use super::model::PublicHonour;
use super::queries;
use crate::database::Database;
use crate::editions::path::EditionKey;
use crate::error::Result;
use crate::http::list::ListQuery;
use crate::http::representation::List;

/// Registers the operation.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_honours);
}

/// List honours
///
/// The associations that an edition honoured; under a year, also those of a cancelled or postponed edition that had the year
/// before: `edition_id` tells them apart. An honour that was taken back stays, with the day and the reason. Where
/// the sources speak of honours without names, the edition's `honours_statement` says what they say.
#[utoipa::path(
    operation_id = "list_honours",
    tag = "editions",
    params(
        ("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."),
        ListQuery<PublicHonour>,
    ),
    responses((status = 200, description = "A page of honours.", body = List<PublicHonour>)),
)]
#[get("/v1/editions/{year}/honours")]
async fn list_honours(
    key: EditionKey,
    query: ListQuery<PublicHonour>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let expand = query.view.expand.clone();
    query.serve(&database, move |connection, request| queries::list(connection, key, request, &expand)).await
}
