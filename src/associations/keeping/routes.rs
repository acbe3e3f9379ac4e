//! Deleting and restoring associations over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, delete, post, web};

use super::queries;
use crate::access::Authorized;
use crate::access::policy::{DeleteAssociation, RestoreAssociation};
use crate::associations::model::PublicAssociation;
use crate::associations::writes::AssociationWrites;
use crate::database::Database;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::conditional::IfMatch;
use crate::http::write::WriteRequest;
use crate::http::writes::Writes as _;
use crate::keeping::{References, RestorationInput};

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config.service(delete_association).service(create_association_restoration);
}

/// Delete an association
///
/// Deletes an association that nothing refers to. One that was nominated or honoured, or that an account speaks for,
/// stays (409 `in_use`, with what refers to it): when it is no more, its status is `dissolved`. A deleted association is
/// no longer shown (410); those who keep the register can restore it.
#[utoipa::path(
    operation_id = "delete_association",
    tag = "associations",
    params(("id" = Id, Path, description = "Identifier of the association.")),
    responses((status = 204, description = "The association was deleted.")),
)]
#[delete("/v1/associations/{id}")]
async fn delete_association(
    caller: Authorized<DeleteAssociation>,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    references: web::Data<References>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let writes = AssociationWrites::new(caller.into_caller(), write.origin(), **references);
    write.delete(&database, move |connection| writes.delete(connection, &id, &if_match)).await
}

/// Restore an association
///
/// Brings a deleted association back, with the same identifier and its history, as a new version. Its internal record
/// comes back as far as it was not erased since. What is not deleted is a 409 `not_deleted`; a name in the same seat, or
/// an ICE, that another association has by now, a 409 `already_exists`; a seat in a deleted city, a 409 `restore_first`.
#[utoipa::path(
    operation_id = "create_association_restoration",
    tag = "associations",
    params(("id" = Id, Path, description = "Identifier of the association.")),
    request_body(content = RestorationInput, description = "Why it comes back."),
    responses((status = 201, description = "The association is back.", body = PublicAssociation)),
)]
#[post("/v1/associations/{id}/restorations")]
async fn create_association_restoration(
    caller: Authorized<RestoreAssociation>,
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
