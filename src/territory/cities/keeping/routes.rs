//! Deleting and restoring cities over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, delete, post, web};

use super::queries;
use crate::access::Authorized;
use crate::access::policy::{DeleteCity, RestoreCity};
use crate::database::Database;
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::conditional::IfMatch;
use crate::http::write::WriteRequest;
use crate::http::writes::Writes as _;
use crate::keeping::{References, RestorationInput};
use crate::territory::cities::model::PublicCity;
use crate::territory::cities::writes::CityWrites;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config.service(delete_city).service(create_city_restoration);
}

/// Delete a city
///
/// Deletes a city that nothing refers to. One that has, or had, the title, that was nominated, or in which associations
/// have their seat stays (409 `in_use`, with what refers to it); and while a decision on a title waits to be published,
/// so does every urban commune. A deleted city is no longer shown (410); those who keep the register can restore it.
#[utoipa::path(
    operation_id = "delete_city",
    tag = "territory",
    params(("code" = String, Path, description = "Code or slug of the city.", example = "oujda")),
    responses((status = 204, description = "The city was deleted.")),
)]
#[delete("/v1/cities/{code}")]
async fn delete_city(
    caller: Authorized<DeleteCity>,
    write: WriteRequest,
    code: web::Path<String>,
    if_match: IfMatch,
    references: web::Data<References>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let writes = CityWrites::new(caller.into_caller(), write.origin(), **references);
    write.delete(&database, move |connection| writes.delete(connection, &code, &if_match)).await
}

/// Restore a city
///
/// Brings a deleted city back, with the same code and its history, as a new version. What is not deleted is a 409
/// `not_deleted`; a slug that another city has by now, a 409 `already_exists`.
#[utoipa::path(
    operation_id = "create_city_restoration",
    tag = "territory",
    params(("code" = String, Path, description = "Code or slug of the city.", example = "03.231.01.0")),
    request_body(content = RestorationInput, description = "Why it comes back."),
    responses((status = 201, description = "The city is back.", body = PublicCity)),
)]
#[post("/v1/cities/{code}/restorations")]
async fn create_city_restoration(
    caller: Authorized<RestoreCity>,
    write: WriteRequest,
    code: web::Path<String>,
    input: Valid<RestorationInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::restore(connection, actor, &code, &content.reason)
        })
        .await
}
