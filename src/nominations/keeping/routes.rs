//! Deleting and restoring nominations over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, delete, post, web};

use super::queries;
use crate::access::Authorized;
use crate::access::policy::{DeleteNomination, RestoreNomination};
use crate::database::Database;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::conditional::IfMatch;
use crate::http::write::WriteRequest;
use crate::http::writes::Writes as _;
use crate::keeping::RestorationInput;
use crate::nominations::model::PublicNomination;
use crate::nominations::writes::NominationWrites;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config.service(delete_nomination).service(create_nomination_restoration);
}

/// Delete a nomination
///
/// Deletes a draft, which is answered with 410 from then on to those who could see it; those who keep the register can
/// restore it. A nomination that was submitted is not deleted but withdrawn, by a transition (409).
#[utoipa::path(
    operation_id = "delete_nomination",
    tag = "nominations",
    params(("id" = Id, Path, description = "Identifier of the nomination.")),
    responses((status = 204, description = "The draft was deleted.")),
)]
#[delete("/v1/nominations/{id}")]
async fn delete_nomination(
    caller: Authorized<DeleteNomination>,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let writes = NominationWrites::new(caller.into_caller(), write.origin());
    write.delete(&database, move |connection| writes.delete(connection, &id, &if_match)).await
}

/// Restore a nomination
///
/// Brings a deleted draft back, with the same identifier, its parts and its history, as a new version. What is not deleted
/// is a 409 `not_deleted`; a subject that is nominated for the edition again by now, a 409 `already_exists`.
#[utoipa::path(
    operation_id = "create_nomination_restoration",
    tag = "nominations",
    params(("id" = Id, Path, description = "Identifier of the nomination.")),
    request_body(content = RestorationInput, description = "Why it comes back."),
    responses((status = 201, description = "The draft is back.", body = PublicNomination)),
)]
#[post("/v1/nominations/{id}/restorations")]
async fn create_nomination_restoration(
    caller: Authorized<RestoreNomination>,
    write: WriteRequest,
    id: web::Path<String>,
    input: Valid<RestorationInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::restore(connection, actor, &id, &content.reason)
        })
        .await
}
