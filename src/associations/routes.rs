//! The register of associations over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, patch, post, put, web};

use super::access::sees_internal;
use super::input::AssociationInput;
use super::internal::InternalAssociation;
use super::model::PublicAssociation;
use super::writes::AssociationWrites;
use super::{activity_fields, keeping, matching, merges, personal_data, queries};
use crate::access::policy::{
    CreateAssociation, CreateAssociationBatch, ReplaceAssociation, UpdateAssociation,
};
use crate::access::{Authorized, MaybeCaller};
use crate::database::Database;
use crate::database::types::Id;
use crate::error::{Code, Result};
use crate::http::batch::{BatchAnswer, BatchInput, IncomingBatch};
use crate::http::body::{Change, MergePatch, Valid};
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::parameters::Parameters;
use crate::http::representation::List;
use crate::http::transfers::Transfers;
use crate::http::write::{WriteParameters, WriteRequest, WriteWith};
use crate::http::writes::Writes as _;
use crate::keeping::References;

/// Registers the operations of the register and of its fields of activity.
pub fn routes(config: &mut Routes<'_>) {
    config
        .configure(activity_fields::routes)
        .configure(matching::routes::routes)
        .service(list_associations)
        .service(create_association)
        .service(get_association)
        .service(replace_association)
        .service(update_association)
        .service(create_association_batch)
        .configure(keeping::routes::routes)
        .configure(merges::routes::routes)
        .configure(personal_data::routes::routes);
}

/// Whether an association is added of which a twin is nearly certainly there.
struct AllowDuplicate(bool);

impl WriteParameters for AllowDuplicate {
    const NAMES: &'static [&'static str] = &["allow_duplicate"];

    fn take(parameters: &mut Parameters) -> Option<Self> {
        Some(Self(parameters.take_flag("allow_duplicate")))
    }
}

const ALLOW_DUPLICATE: &str = "Add an association of which a twin is nearly certainly in the register.";

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
/// gets its internal record, in `internal`, and an `ETag` and a `Last-Modified` that tell of its changes, too. The address
/// of a duplicate that was merged into another association leads to that (308).
#[utoipa::path(
    operation_id = "get_association",
    tag = "associations",
    params(
        ("id" = Id, Path, description = "Identifier of the association."),
        ItemQuery<PublicAssociation>,
    ),
    responses(
        (status = 200, description = "The association.", body = PublicAssociation),
        (
            status = 308,
            description = "It was merged into another association, which `Location` names.",
            headers(("Location" = String, description = "Where the association that stays is read.")),
        ),
    ),
)]
#[get("/v1/associations/{id}")]
async fn get_association(
    caller: MaybeCaller,
    id: web::Path<String>,
    query: ItemQuery<PublicAssociation>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let merged = id.clone();
    match answer_association(caller, id.into_inner(), &query, &database).await {
        Err(error) if error.code == Code::Merged => {
            let into =
                database.read(move |connection| merges::queries::forwarded(connection, &merged)).await?;
            into.map(|path| query.redirect(&path)).ok_or(error)
        }
        answer => answer,
    }
}

async fn answer_association(
    caller: MaybeCaller,
    id: String,
    query: &ItemQuery<PublicAssociation>,
    database: &Database,
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

/// Create an association
///
/// Adds an association to the register. Two associations of the same names in the same city are refused (409
/// `already_exists`). One that is nearly certainly there already, under another spelling, is refused as well (409
/// `probable_duplicate`, which names it): `allow_duplicate=true` adds it all the same.
#[utoipa::path(
    operation_id = "create_association",
    tag = "associations",
    params(("allow_duplicate" = Option<bool>, Query, description = ALLOW_DUPLICATE)),
    request_body(content = AssociationInput, description = "The association."),
    responses((status = 201, description = "The association was created.", body = PublicAssociation)),
)]
#[post("/v1/associations")]
async fn create_association(
    caller: Authorized<CreateAssociation>,
    WriteWith { write, parameters: allowed }: WriteWith<AllowDuplicate>,
    input: Valid<AssociationInput>,
    references: web::Data<References>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let writes = AssociationWrites::new(caller.into_caller(), write.origin(), **references)
        .allowing_duplicates(allowed.0);
    let Valid { content, digest } = input;
    write
        .create(&database, writes.actor().clone(), digest, move |connection, _| {
            writes.create(connection, &content)
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
    let writes = AssociationWrites::new(caller.into_caller(), write.origin(), **references);
    change_association(writes, write, id, if_match, Change::Replace(Box::new(input.content)), database).await
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
    let writes = AssociationWrites::new(caller.into_caller(), write.origin(), **references);
    change_association(writes, write, id, if_match, Change::Merge(patch), database).await
}

async fn change_association(
    writes: AssociationWrites,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    change: Change<AssociationInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    write.update(&database, move |connection| writes.change(connection, &id, &if_match, &change)).await
}

/// Write many associations
///
/// Up to 1,000 writes of associations in one request of at most 8 MiB, each by the rules of its single operation: `create`,
/// `update` (a merge patch), `replace` and `delete`, in this order, each with what those before it have left. `atomic`
/// keeps all or nothing. 200 when all went well, else 207: the items say what became of each, in the same order.
///
/// A request that is malformed around the bodies of its items is refused as a whole (422). Only some batches are on their
/// way at a time, for each account (429) and in all (503): come back after `Retry-After`.
#[utoipa::path(
    operation_id = "create_association_batch",
    tag = "associations",
    params(("allow_duplicate" = Option<bool>, Query, description = ALLOW_DUPLICATE)),
    request_body(
        content = BatchInput,
        description = "The writes.",
        example = json!({"atomic": true, "items": [
            {"operation": "create", "body": {
                "name": {"ar": "جمعية قراء وجدة", "fr": "Association des lecteurs d'Oujda"},
                "city_code": "oujda", "status": "active", "volunteers": 25
            }},
            {"operation": "create", "body": {
                "name": {"fr": "Association des lecteurs de Berkane"}, "values": ["dialogue"]
            }}
        ]}),
    ),
    responses(
        (status = 200, description = "All items were done.", body = BatchAnswer<PublicAssociation>),
        (status = 207, description = "Some items were not done.", body = BatchAnswer<PublicAssociation>),
    ),
)]
#[post("/v1/associations/batch")]
async fn create_association_batch(
    caller: Authorized<CreateAssociationBatch>,
    WriteWith { write, parameters: allowed }: WriteWith<AllowDuplicate>,
    batch: IncomingBatch,
    references: web::Data<References>,
    (database, transfers): (web::Data<Database>, web::Data<Transfers<Id>>),
) -> Result<HttpResponse> {
    let _transfer = transfers.begin(caller.account_id)?;
    let writes = AssociationWrites::new(caller.into_caller(), write.origin(), **references)
        .allowing_duplicates(allowed.0);
    batch.answer(write, &database, writes).await
}
