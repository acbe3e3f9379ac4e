//! The register of associations over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, patch, post, put, web};

use super::activity_fields;
use super::facts::Author;
use super::input::AssociationInput;
use super::internal::InternalAssociation;
use super::keeping;
use super::model::PublicAssociation;
use super::personal_data;
use super::queries::{self, Writer};
use crate::access::policy::{
    CreateAssociation, InternalRecords, ReplaceAssociation, Rule, UpdateAssociation,
};
use crate::access::{Authorized, Caller, MaybeCaller};
use crate::database::Database;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::body::{Change, MergePatch, Valid};
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;
use crate::keeping::References;

/// Registers the operations of the register and of its fields of activity.
pub fn routes(config: &mut Routes<'_>) {
    config
        .configure(activity_fields::routes)
        .service(list_associations)
        .service(create_association)
        .service(get_association)
        .service(replace_association)
        .service(update_association)
        .configure(keeping::routes::routes)
        .configure(personal_data::routes::routes);
}

/// List associations
///
/// The register of associations: filter by seat, field of activity, values, scope and status, search by name in any
/// language. Internal data is never in a list, whoever asks.
#[utoipa::path(
    operation_id = "list_associations",
    tag = "associations",
    params(ListQuery<PublicAssociation>),
    responses((status = 200, description = "A page of associations.", body = List<PublicAssociation>)),
)]
#[get("/v1/associations")]
async fn list_associations(
    query: ListQuery<PublicAssociation>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let expand = query.view.expand.clone();
    query.serve(&database, move |connection, request| queries::list(connection, request, &expand)).await
}

/// Get an association
///
/// One association. Who keeps the register (scope `associations:read_internal`) or represents the association also
/// gets its internal record, in `internal`, and an `ETag` and a `Last-Modified` that tell of its changes, too.
#[utoipa::path(
    operation_id = "get_association",
    tag = "associations",
    params(
        ("id" = Id, Path, description = "Identifier of the association."),
        ItemQuery<PublicAssociation>,
    ),
    responses((status = 200, description = "The association.", body = PublicAssociation)),
)]
#[get("/v1/associations/{id}")]
async fn get_association(
    caller: MaybeCaller,
    id: web::Path<String>,
    query: ItemQuery<PublicAssociation>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let expand = query.view.expand.clone();
    if caller.0.as_ref().is_some_and(|caller| sees_internal(caller, &id)) {
        let association: InternalAssociation =
            database.read(move |connection| queries::get_internal(connection, &id, &expand)).await?;
        return Ok(query.answer_as(&association));
    }
    let association = database.read(move |connection| queries::get(connection, &id, &expand)).await?;
    Ok(query.answer(&association))
}

/// Whether the caller sees the internal record of the association.
pub(super) fn sees_internal(caller: &Caller, id: &str) -> bool {
    InternalRecords::RULE.permits(caller, represents(caller, id))
}

/// Whether the caller speaks for the association.
pub(super) fn represents(caller: &Caller, id: &str) -> bool {
    id.parse().is_ok_and(|id: Id| caller.represents_association(id))
}

/// Create an association
///
/// Adds an association to the register. Two associations of the same names in the same city are refused (409).
#[utoipa::path(
    operation_id = "create_association",
    tag = "associations",
    request_body(content = AssociationInput, description = "The association."),
    responses((status = 201, description = "The association was created.", body = PublicAssociation)),
)]
#[post("/v1/associations")]
async fn create_association(
    caller: Authorized<CreateAssociation>,
    write: WriteRequest,
    input: Valid<AssociationInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let author = Author::of(&caller, None);
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::create(connection, actor, &author, &content)
        })
        .await
}

/// Replace an association
///
/// Replaces all that can be written of an association; what is left out becomes unknown. A writer who may not see the
/// internal record leaves it alone by leaving it out.
#[utoipa::path(
    operation_id = "replace_association",
    tag = "associations",
    params(("id" = Id, Path, description = "Identifier of the association.")),
    request_body(content = AssociationInput, description = "The association."),
    responses((status = 200, description = "The association as it is now.", body = PublicAssociation)),
)]
#[put("/v1/associations/{id}")]
async fn replace_association(
    caller: Authorized<ReplaceAssociation>,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    input: Valid<AssociationInput>,
    references: web::Data<References>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let change = Change::Replace(Box::new(input.content));
    change_association(ReplaceAssociation::RULE, &caller, write, id, if_match, change, (references, database))
        .await
}

/// Update an association
///
/// Changes some fields of an association (RFC 7396): fields that are not named stay, `null` makes a field unknown.
#[utoipa::path(
    operation_id = "update_association",
    tag = "associations",
    params(("id" = Id, Path, description = "Identifier of the association.")),
    request_body(
        content = Object,
        content_type = "application/merge-patch+json",
        description = "The fields to change.",
        example = json!({"volunteers": 55, "website": null}),
    ),
    responses((status = 200, description = "The association as it is now.", body = PublicAssociation)),
)]
#[patch("/v1/associations/{id}")]
async fn update_association(
    caller: Authorized<UpdateAssociation>,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    patch: MergePatch,
    references: web::Data<References>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let change = Change::Merge(patch);
    change_association(UpdateAssociation::RULE, &caller, write, id, if_match, change, (references, database))
        .await
}

async fn change_association(
    rule: Rule,
    caller: &Caller,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    change: Change<AssociationInput>,
    (references, database): (web::Data<References>, web::Data<Database>),
) -> Result<HttpResponse> {
    let represented = represents(caller, &id);
    caller.require(rule, represented)?;
    let writer = Writer {
        sees_internal: sees_internal(caller, &id),
        keeps_register: rule.permits(caller, false),
        author: Author::of(caller, id.parse().ok()),
    };
    let actor = caller.actor(write.origin());
    write
        .update(&database, move |connection| {
            queries::update(connection, **references, &actor, &id, &if_match, &change, &writer)
        })
        .await
}
