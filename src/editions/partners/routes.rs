//! The partners of an edition over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, put, web};

use super::model::{PartnerInput, PublicPartner};
use super::queries;
use crate::access::policy::{CreatePartner, DeletePartner, ReplacePartner, UpdatePartner};
use crate::access::{Authorized, Caller};
use crate::database::Database;
use crate::database::types::Id;
use crate::editions::path::{ChildId, EditionKey, EditionYear};
use crate::error::Result;
use crate::http::body::{Change, MergePatch, Valid};
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;

/// Registers the operations of the partners.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_partners)
        .service(create_partner)
        .service(get_partner)
        .service(replace_partner)
        .service(update_partner)
        .service(delete_partner);
}

/// List partners
///
/// Who organises an edition and who takes part in it, the organisers first.
#[utoipa::path(
    operation_id = "list_partners",
    tag = "editions",
    params(("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."), ListQuery<PublicPartner>),
    responses((status = 200, description = "A page of partners.", body = List<PublicPartner>)),
)]
#[get("/v1/editions/{year}/partners")]
async fn list_partners(
    key: EditionKey,
    query: ListQuery<PublicPartner>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, move |connection, request| queries::list(connection, key, request)).await
}

/// Get a partner
///
/// One partner of an edition.
#[utoipa::path(
    operation_id = "get_partner",
    tag = "editions",
    params(
        ("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."),
        ("id" = Id, Path, description = "Identifier of the partner."),
        ItemQuery<PublicPartner>,
    ),
    responses((status = 200, description = "The partner.", body = PublicPartner)),
)]
#[get("/v1/editions/{year}/partners/{id}")]
async fn get_partner(
    key: EditionKey,
    ChildId(id): ChildId,
    query: ItemQuery<PublicPartner>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let partner = database.read(move |connection| queries::get(connection, key, &id)).await?;
    Ok(query.answer(&partner))
}

/// Create a partner
///
/// Adds a partner to an edition, after the others.
#[utoipa::path(
    operation_id = "create_partner",
    tag = "editions",
    params(("year" = i64, Path, description = "Year of the edition.", example = 2022)),
    request_body(content = PartnerInput, description = "The partner."),
    responses((status = 201, description = "The partner was created.", body = PublicPartner)),
)]
#[post("/v1/editions/{year}/partners")]
async fn create_partner(
    caller: Authorized<CreatePartner>,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    input: Valid<PartnerInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::create(connection, (&caller, actor), year, content.clone())
        })
        .await
}

/// Replace a partner
///
/// Replaces all that can be written of a partner.
#[utoipa::path(
    operation_id = "replace_partner",
    tag = "editions",
    params(
        ("year" = i64, Path, description = "Year of the edition.", example = 2022),
        ("id" = Id, Path, description = "Identifier of the partner."),
    ),
    request_body(content = PartnerInput, description = "The partner."),
    responses((status = 200, description = "The partner as it is now.", body = PublicPartner)),
)]
#[put("/v1/editions/{year}/partners/{id}")]
async fn replace_partner(
    caller: Authorized<ReplacePartner>,
    write: WriteRequest,
    year: EditionYear,
    id: ChildId,
    if_match: IfMatch,
    input: Valid<PartnerInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let change = Change::Replace(Box::new(input.content));
    change_partner(caller.into_caller(), write, (year, id), if_match, change, database).await
}

/// Update a partner
///
/// Changes some fields of a partner (RFC 7396): fields that are not named stay.
#[utoipa::path(
    operation_id = "update_partner",
    tag = "editions",
    params(
        ("year" = i64, Path, description = "Year of the edition.", example = 2022),
        ("id" = Id, Path, description = "Identifier of the partner."),
    ),
    request_body(
        content = Object,
        content_type = "application/merge-patch+json",
        description = "The fields to change.",
        example = json!({"kind": "local_partner"}),
    ),
    responses((status = 200, description = "The partner as it is now.", body = PublicPartner)),
)]
#[patch("/v1/editions/{year}/partners/{id}")]
async fn update_partner(
    caller: Authorized<UpdatePartner>,
    write: WriteRequest,
    year: EditionYear,
    id: ChildId,
    if_match: IfMatch,
    patch: MergePatch,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    change_partner(caller.into_caller(), write, (year, id), if_match, Change::Merge(patch), database).await
}

async fn change_partner(
    caller: Caller,
    write: WriteRequest,
    (EditionYear(year), ChildId(id)): (EditionYear, ChildId),
    if_match: IfMatch,
    change: Change<PartnerInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    write
        .update(&database, move |connection| {
            queries::update(connection, (&caller, &actor), (year, &id), &if_match, &change)
        })
        .await
}

/// Delete a partner
///
/// Deletes a partner of an edition; once its city is designated, only officers of the ministry do.
#[utoipa::path(
    operation_id = "delete_partner",
    tag = "editions",
    params(
        ("year" = i64, Path, description = "Year of the edition.", example = 2022),
        ("id" = Id, Path, description = "Identifier of the partner."),
    ),
    responses((status = 204, description = "The partner was deleted.")),
)]
#[delete("/v1/editions/{year}/partners/{id}")]
async fn delete_partner(
    caller: Authorized<DeletePartner>,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    ChildId(id): ChildId,
    if_match: IfMatch,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    write
        .delete(&database, move |connection| {
            queries::delete(connection, (&caller, &actor), (year, &id), &if_match)
        })
        .await
}
