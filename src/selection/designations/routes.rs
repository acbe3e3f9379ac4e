//! Designations and signatures over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;

use super::input::{DesignationInput, SignatureInput, TransitionInput};
use super::model::Designation;
use super::publication::model::Transition;
use super::signatures::model::GivenSignature;
use super::{publication, queries, signatures};
use crate::access::policy::{
    ChangeDesignationState, CreateDesignation, CreateSignature, GetDesignation, ListDesignations,
};
use crate::access::{Authorized, SigningKeys};
use crate::database::Database;
use crate::database::types::Id;
use crate::editions::path::{EditionKey, EditionYear};
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;
use crate::selection::institution_keys::KeysRequired;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_designations)
        .service(create_designation)
        .service(get_designation)
        .service(create_signature)
        .service(create_designation_transition);
}

/// What the path says beside the year.
#[derive(Deserialize)]
struct InPath {
    designation_id: String,
}

/// List designations
///
/// The decisions on the title and on the honours of an edition, whatever their state, the latest first. They are under
/// embargo until they are published; what was published is in the results.
#[utoipa::path(
    operation_id = "list_designations",
    tag = "designations",
    params(("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."), ListQuery<Designation>),
    responses((status = 200, description = "A page of designations.", body = List<Designation>)),
)]
#[get("/v1/editions/{year}/designations")]
async fn list_designations(
    _caller: Authorized<ListDesignations>,
    key: EditionKey,
    query: ListQuery<Designation>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, move |connection, request| queries::list(connection, key, request)).await
}

/// Get a designation
///
/// One decision with its signatures, and the `digest` that a signature names.
#[utoipa::path(
    operation_id = "get_designation",
    tag = "designations",
    params(
        ("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."),
        ("designation_id" = Id, Path, description = "Identifier of the designation."),
        ItemQuery<Designation>,
    ),
    responses((status = 200, description = "The designation.", body = Designation)),
)]
#[get("/v1/editions/{year}/designations/{designation_id}")]
async fn get_designation(
    _caller: Authorized<GetDesignation>,
    key: EditionKey,
    path: web::Path<InPath>,
    query: ItemQuery<Designation>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let id = path.into_inner().designation_id;
    let designation = database.read(move |connection| queries::get(connection, key, &id)).await?;
    Ok(query.answer(&designation))
}

/// Propose a designation
///
/// Proposes who gets the title (`city`) or the honours (`association`) of an edition, for the ministry and ICSO to sign.
///
/// - `ranking`: from the jury's ranking, once the jury has closed. One city, or any number of associations with the title
///   of their honour; whoever leaves the order of the ranking says why. Level nominations are first put in order by the
///   chair (409 `tie_undecided`). When the title of the edition was taken back, a city of the reserve gets it, with the
///   reason.
/// - `direct`: a city for an edition that is still a draft, with reasons, without a call.
/// - `withheld`: nobody, with reasons; not while a nomination is on its way to the jury or can be appealed for (409
///   `not_ready`).
///
/// One decision stands at a time (409 `already_exists`). Who belongs to a nominee, or to the city that is named, or did
/// since the call opened, neither proposes nor signs, nor takes a decision back (403 `interested_office`).
#[utoipa::path(
    operation_id = "create_designation",
    tag = "designations",
    params(("year" = i64, Path, description = "Year of the edition.", example = 2027)),
    request_body(content = DesignationInput, description = "The decision."),
    responses((status = 201, description = "The designation was proposed.", body = Designation)),
)]
#[post("/v1/editions/{year}/designations")]
async fn create_designation(
    caller: Authorized<CreateDesignation>,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    input: Valid<DesignationInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::create(connection, &caller, actor, year, &content)
        })
        .await
}

/// Sign a designation
///
/// Signs a proposed designation for the institution of the caller: the ministry or ICSO. `digest` is that of the
/// designation as it was read, so that nobody signs what they have not seen. Nobody signs for both (409
/// `signed_already`).
///
/// Only a token that was got with a secret which the account has made itself signs (403
/// `foreign_credential`), and only while it is the only such one (403 `several_credentials`); one that has taken the
/// place of such a secret a day ago or less does not (403
/// `credential_rests`), nor does an account whose roles, or what it belongs to, were changed a day ago or less (403
/// `office_rests`). The designation shows where the credential comes from. `jws` is the signature with a key of the
/// institution, made away from the service: with it the proof shows that the institution signed itself; without, the
/// service vouches for it. When the ranking has changed since the proposal, nothing is signed (409 `result_changed`).
///
/// With the second signature it is decided, in one transaction and under embargo: what becomes of every nomination, until
/// it is published or annulled.
#[utoipa::path(
    operation_id = "create_signature",
    tag = "designations",
    params(
        ("year" = i64, Path, description = "Year of the edition.", example = 2027),
        ("designation_id" = Id, Path, description = "Identifier of the designation."),
    ),
    request_body(content = SignatureInput, description = "What is signed."),
    responses((
        status = 201,
        description = "The signature was given; `Location` is the designation.",
        body = GivenSignature,
    )),
)]
#[post("/v1/editions/{year}/designations/{designation_id}/signatures")]
async fn create_signature(
    caller: Authorized<CreateSignature>,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    path: web::Path<InPath>,
    input: Valid<SignatureInput>,
    keys_required: web::Data<KeysRequired>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    let id = path.into_inner().designation_id;
    write
        .create(&database, actor, digest, move |connection, actor| {
            let caller = (&*caller, **keys_required);
            signatures::queries::create(connection, caller, actor, (year, &id), &content)
        })
        .await
}

/// Change the state of a designation
///
/// - `published`, from `signed`: everything that was decided becomes public in one transaction: the states of the
///   nominations, the city of the edition or its honours, the result and its proof. Not when the ranking has changed since
///   the signatures (409 `result_changed`).
/// - `withdrawn`, from `proposed`, with a reason.
/// - `annulled`, from `signed`, with a reason: what the jury found stands again.
///
/// A way that there is not is a 409 `wrong_state` that names the allowed ones. `If-Match` takes the `ETag` of the
/// designation.
#[utoipa::path(
    operation_id = "create_designation_transition",
    tag = "designations",
    params(
        ("year" = i64, Path, description = "Year of the edition.", example = 2027),
        ("designation_id" = Id, Path, description = "Identifier of the designation."),
    ),
    request_body(content = TransitionInput, description = "The state to go to, and why."),
    responses((
        status = 201,
        description = "The state changed; `Location` is the designation.",
        body = Transition,
    )),
)]
#[post("/v1/editions/{year}/designations/{designation_id}/transitions")]
#[allow(clippy::too_many_arguments)] // what the request consists of
async fn create_designation_transition(
    caller: Authorized<ChangeDesignationState>,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    path: web::Path<InPath>,
    if_match: IfMatch,
    input: Valid<TransitionInput>,
    keys: web::Data<SigningKeys>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    let id = path.into_inner().designation_id;
    write
        .create(&database, actor, digest, move |connection, actor| {
            let place = (year, id.as_str());
            publication::queries::change(connection, (&caller, &keys), actor, place, &if_match, &content)
        })
        .await
}
