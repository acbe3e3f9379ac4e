//! Deleting and restoring editions over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, delete, post, web};

use super::queries;
use crate::access::Authorized;
use crate::access::policy::{DeleteEdition, RestoreEdition};
use crate::database::Database;
use crate::editions::model::PublicEdition;
use crate::editions::path::{EditionKey, EditionYear};
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::conditional::IfMatch;
use crate::http::write::WriteRequest;
use crate::keeping::{References, RestorationInput};

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config.service(delete_edition).service(create_edition_restoration);
}

/// Delete an edition
///
/// Deletes a draft for which nothing was submitted, closed, signed or published (409 `in_use` otherwise, and 409
/// `not_editable` in any other state): such an edition is cancelled. A deleted draft is no longer shown (410); those who
/// keep the register can restore it.
#[utoipa::path(
    operation_id = "delete_edition",
    tag = "editions",
    params(("year" = i64, Path, description = "Year of the edition.", example = 2027)),
    responses((status = 204, description = "The edition was deleted.")),
)]
#[delete("/v1/editions/{year}")]
async fn delete_edition(
    caller: Authorized<DeleteEdition>,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    if_match: IfMatch,
    references: web::Data<References>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    write
        .delete(&database, move |connection| {
            queries::delete(connection, **references, DeleteEdition::RULE, &actor, year, &if_match)
        })
        .await
}

/// Restore an edition
///
/// Brings a deleted draft back, with the same identifier, its parts and its history, as a new version. Several drafts of a
/// year may have been deleted: the year names the one that was deleted last. What is not deleted is a 409 `not_deleted`; a
/// year that another edition has by now, a 409 `already_exists`; a city that is deleted, a 409 `restore_first`.
#[utoipa::path(
    operation_id = "create_edition_restoration",
    tag = "editions",
    params(("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier.")),
    request_body(content = RestorationInput, description = "Why it comes back."),
    responses((status = 201, description = "The edition is back.", body = PublicEdition)),
)]
#[post("/v1/editions/{year}/restorations")]
async fn create_edition_restoration(
    caller: Authorized<RestoreEdition>,
    write: WriteRequest,
    key: EditionKey,
    input: Valid<RestorationInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::restore(connection, actor, key, &content.reason)
        })
        .await
}
