//! Merges over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, post, web};

use super::model::{MergeInput, PublicMerge, ReversalInput};
use super::queries;
use crate::access::Authorized;
use crate::access::policy::{
    CreateAssociationMerge, CreateAssociationMergeReversal, GetAssociationMerge, ListAssociationMerges,
};
use crate::database::Database;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;
use crate::keeping::Estate;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_association_merges)
        .service(create_association_merge)
        .service(get_association_merge)
        .service(create_association_merge_reversal);
}

/// List the merges into an association
///
/// The duplicates that were merged into an association, the latest first, with what has gone over; those that were undone
/// stay in the list.
#[utoipa::path(
    operation_id = "list_association_merges",
    tag = "associations",
    params(("id" = Id, Path, description = "Identifier of the association."), ListQuery<PublicMerge>),
    responses((status = 200, description = "A page of merges.", body = List<PublicMerge>)),
)]
#[get("/v1/associations/{id}/merges")]
async fn list_association_merges(
    _caller: Authorized<ListAssociationMerges>,
    id: web::Path<String>,
    query: ListQuery<PublicMerge>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, move |connection, request| queries::list(connection, &id, request)).await
}

/// Merge a duplicate into an association
///
/// Joins two entries of the register that are one association. The one of the path stays: nominations, honours and accounts
/// of the duplicate become its own, and so does what other systems call the duplicate, where they have no name for it yet.
/// Both keep their own descriptions, their internal records and their histories. From then on reading the duplicate leads
/// to the association that stays (308), and writing it is refused (410 `merged`).
///
/// A merge moves nobody's nomination while it counts: it is refused (409 `merge_obstacle`) while either of the two is
/// nominated, were it in a draft, for an edition that is neither archived nor cancelled; and where both were nominated for
/// one edition or honoured by one. Then set the status of the duplicate to `dissolved` instead.
#[utoipa::path(
    operation_id = "create_association_merge",
    tag = "associations",
    params(("id" = Id, Path, description = "Identifier of the association that stays.")),
    request_body(content = MergeInput, description = "The duplicate, and why it is one."),
    responses((status = 201, description = "The associations are merged.", body = PublicMerge)),
)]
#[post("/v1/associations/{id}/merges")]
async fn create_association_merge(
    caller: Authorized<CreateAssociationMerge>,
    write: WriteRequest,
    id: web::Path<String>,
    input: Valid<MergeInput>,
    (database, estate): (web::Data<Database>, web::Data<Estate>),
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::merge(connection, actor, **estate, &id, &content)
        })
        .await
}

/// Get a merge
///
/// One merge of a duplicate into an association.
#[utoipa::path(
    operation_id = "get_association_merge",
    tag = "associations",
    params(
        ("id" = Id, Path, description = "Identifier of the association that stays."),
        ("merge_id" = Id, Path, description = "Identifier of the merge."),
        ItemQuery<PublicMerge>,
    ),
    responses((status = 200, description = "The merge.", body = PublicMerge)),
)]
#[get("/v1/associations/{id}/merges/{merge_id}")]
async fn get_association_merge(
    _caller: Authorized<GetAssociationMerge>,
    path: web::Path<(String, String)>,
    query: ItemQuery<PublicMerge>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let merge = database.read(move |connection| queries::get(connection, &path.0, &path.1)).await?;
    Ok(query.answer(&merge))
}

/// Undo a merge
///
/// The duplicate stands for itself again, and exactly what had gone over goes back; what was added since stays with the
/// association that took it over. Refused (409 `merge_obstacle`) while either is nominated for an edition that is neither
/// archived nor cancelled, or when something of it belongs elsewhere by now; 409 `already_exists` when another association
/// has the duplicate's name in its seat. The merge stays in the list. What was undone is not undone again (409
/// `merge_reversed`).
#[utoipa::path(
    operation_id = "create_association_merge_reversal",
    tag = "associations",
    params(
        ("id" = Id, Path, description = "Identifier of the association that stays."),
        ("merge_id" = Id, Path, description = "Identifier of the merge."),
    ),
    request_body(content = ReversalInput, description = "Why they are two after all."),
    responses((status = 201, description = "The merge is undone; `Location` is the merge.", body = PublicMerge)),
)]
#[post("/v1/associations/{id}/merges/{merge_id}/reversals")]
async fn create_association_merge_reversal(
    caller: Authorized<CreateAssociationMergeReversal>,
    write: WriteRequest,
    path: web::Path<(String, String)>,
    input: Valid<ReversalInput>,
    (database, estate): (web::Data<Database>, web::Data<Estate>),
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::reverse(connection, actor, **estate, (&path.0, &path.1), &content.reason)
        })
        .await
}
