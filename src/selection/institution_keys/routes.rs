//! The institutions' keys over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, post, web};

use super::input::{KeyInput, TransitionInput};
use super::model::{PublicKey, Transition};
use super::queries;
use crate::access::Authorized;
use crate::access::policy::{ChangeInstitutionKeyState, CreateInstitutionKey};
use crate::database::Database;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_institution_keys)
        .service(create_institution_key)
        .service(get_institution_key)
        .service(create_institution_key_transition);
}

/// List the institutions' keys
///
/// All keys with which officers of the ministry and of ICSO sign designations, or once did, with the times from when and
/// until when. None is ever deleted.
///
/// This list is the word of the service. Whoever verifies a result takes the keys from the institutions themselves, and
/// finds here only whether both say the same.
#[utoipa::path(
    operation_id = "list_institution_keys",
    tag = "institution-keys",
    params(ListQuery<PublicKey>),
    responses((status = 200, description = "A page of keys.", body = List<PublicKey>)),
)]
#[get("/v1/institution-keys")]
async fn list_institution_keys(
    query: ListQuery<PublicKey>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, queries::list).await
}

/// Get a key of an institution
///
/// One key, with the times from when and until when it is signed with.
#[utoipa::path(
    operation_id = "get_institution_key",
    tag = "institution-keys",
    params(("id" = Id, Path, description = "Identifier of the key."), ItemQuery<PublicKey>),
    responses((status = 200, description = "The key.", body = PublicKey)),
)]
#[get("/v1/institution-keys/{id}")]
async fn get_institution_key(
    id: web::Path<String>,
    query: ItemQuery<PublicKey>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let key = database.read(move |connection| queries::get(connection, &id)).await?;
    Ok(query.answer(&key))
}

/// Register a key
///
/// Registers the public part of a key with which the caller will sign for its institution. The private part stays with the
/// officer: `nasij institution-key key.pem` prints what to send here. Nobody registers a key for somebody else: it takes a
/// token with which the caller could sign (403 `foreign_credential`, `several_credentials`, `credential_rests`,
/// `office_rests`). No key is registered twice, for whomever (409 `already_exists`). An account has at most 5 keys that
/// are not revoked (409 `too_many_keys`).
///
/// The key counts once another account has confirmed it. From the first confirmed key of an institution on, nothing is
/// signed for it without one.
#[utoipa::path(
    operation_id = "create_institution_key",
    tag = "institution-keys",
    request_body(content = KeyInput, description = "The public key."),
    responses((status = 201, description = "The key was registered.", body = PublicKey)),
)]
#[post("/v1/institution-keys")]
async fn create_institution_key(
    caller: Authorized<CreateInstitutionKey>,
    write: WriteRequest,
    input: Valid<KeyInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::create(connection, &caller, actor, &content)
        })
        .await
}

/// Confirm or revoke a key
///
/// - `confirmed`, from `registered`, by another officer of the same institution or an administrator, never by the account
///   of the key: compare the thumbprint (`kid`) with the owner first, on the telephone or face to face.
/// - `revoked`, with a reason that everybody reads, by any officer of the institution or an administrator: the key is lost,
///   somebody else may have it, or its owner has left. What was signed before stays good; annul a designation that the
///   owner did not sign.
///
/// Both take a credential of an officer's own (403 `foreign_credential`, `several_credentials`, `credential_rests`,
/// `office_rests`). `If-Match` takes the `ETag` of the key.
#[utoipa::path(
    operation_id = "create_institution_key_transition",
    tag = "institution-keys",
    params(("id" = Id, Path, description = "Identifier of the key.")),
    request_body(content = TransitionInput, description = "The state to go to, and why."),
    responses((
        status = 201,
        description = "The state changed; `Location` is the key.",
        body = Transition,
    )),
)]
#[post("/v1/institution-keys/{id}/transitions")]
async fn create_institution_key_transition(
    caller: Authorized<ChangeInstitutionKeyState>,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    input: Valid<TransitionInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::change(connection, &caller, actor, &id, &if_match, &content)
        })
        .await
}
