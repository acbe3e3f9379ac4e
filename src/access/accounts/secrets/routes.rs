//! The client secrets of accounts over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};

use super::model::{NewSecret, PublicSecret, SecretInput};
use super::queries;
use crate::access::policy::{CreateAccountSecret, DeleteAccountSecret, GetAccountSecret, ListAccountSecrets};
use crate::access::{Authorized, Caller};
use crate::database::Database;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;

/// Registers the operations of client secrets.
pub(in crate::access::accounts) fn routes(config: &mut Routes<'_>) {
    config
        .service(list_account_secrets)
        .service(create_account_secret)
        .service(get_account_secret)
        .service(delete_account_secret);
}

/// Whether an account asks about itself.
fn is_own(caller: &Caller, account_id: &str) -> bool {
    account_id.parse() == Ok(caller.account_id)
}

/// List the secrets of an account
///
/// When each secret was made and by whom, when it ends and when it was used last; those that have ended are among them until they
/// are deleted. Nobody can read a secret itself. An account reads the list of its own secrets: one that somebody else has
/// made, or used, stands there.
#[utoipa::path(
    operation_id = "list_account_secrets",
    tag = "accounts",
    params(("id" = Id, Path, description = "Identifier of the account."), ListQuery<PublicSecret>),
    responses((status = 200, description = "A page of secrets.", body = List<PublicSecret>)),
)]
#[get("/v1/accounts/{id}/secrets")]
async fn list_account_secrets(
    caller: Authorized<ListAccountSecrets>,
    id: web::Path<String>,
    query: ListQuery<PublicSecret>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    caller.require(ListAccountSecrets::RULE, is_own(&caller, &id))?;
    query.serve(&database, move |connection, request| queries::list(connection, &id, request)).await
}

/// Create a secret
///
/// Gives an account another client secret and shows it, this once. An account has at most 10 that are good at the same
/// time (409), so that one can be replaced while the other is still in use: create the new one, put it in place, delete
/// the old one.
///
/// An account makes secrets for itself, with a token that may do all that the account may. Only such a secret can sign a
/// designation: whoever was given a credential replaces it first. Once the account has made one, only a token that was got
/// with a secret of its own makes and deletes further ones in its name (else 403 `foreign_credential`).
///
/// A retry with the same `Idempotency-Key` repeats everything but `client_secret`, which is kept nowhere: if the first
/// answer was lost, delete that secret and create another.
#[utoipa::path(
    operation_id = "create_account_secret",
    tag = "accounts",
    params(("id" = Id, Path, description = "Identifier of the account.")),
    request_body(content = SecretInput, description = "The secret."),
    responses((status = 201, description = "The secret was created; this is the only time it is shown.", body = NewSecret)),
)]
#[post("/v1/accounts/{id}/secrets")]
async fn create_account_secret(
    caller: Authorized<CreateAccountSecret>,
    write: WriteRequest,
    id: web::Path<String>,
    input: Valid<SecretInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    caller.require(CreateAccountSecret::RULE, is_own(&caller, &id))?;
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::create(connection, &caller, actor, &id, &content)
        })
        .await
}

/// Get a secret
///
/// When a secret was made, when it ends and when it was used last. Nobody can read the secret itself.
#[utoipa::path(
    operation_id = "get_account_secret",
    tag = "accounts",
    params(
        ("id" = Id, Path, description = "Identifier of the account."),
        ("secret_id" = Id, Path, description = "Identifier of the secret."),
        ItemQuery<PublicSecret>,
    ),
    responses((status = 200, description = "The secret.", body = PublicSecret)),
)]
#[get("/v1/accounts/{id}/secrets/{secret_id}")]
async fn get_account_secret(
    caller: Authorized<GetAccountSecret>,
    path: web::Path<(String, String)>,
    query: ItemQuery<PublicSecret>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    caller.require(GetAccountSecret::RULE, is_own(&caller, &path.0))?;
    let secret = database.read(move |connection| queries::get_secret(connection, &path.0, &path.1)).await?;
    Ok(query.answer(&secret))
}

/// Delete a secret
///
/// Ends a secret at once, and all tokens of its account with it, whichever secret they were got with. The last
/// credential of the last administrator stays (409). An account deletes its own secrets as it makes them.
#[utoipa::path(
    operation_id = "delete_account_secret",
    tag = "accounts",
    params(
        ("id" = Id, Path, description = "Identifier of the account."),
        ("secret_id" = Id, Path, description = "Identifier of the secret."),
    ),
    responses((status = 204, description = "The secret has ended.")),
)]
#[delete("/v1/accounts/{id}/secrets/{secret_id}")]
async fn delete_account_secret(
    caller: Authorized<DeleteAccountSecret>,
    write: WriteRequest,
    path: web::Path<(String, String)>,
    if_match: IfMatch,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    caller.require(DeleteAccountSecret::RULE, is_own(&caller, &path.0))?;
    let actor = caller.actor(write.origin());
    write
        .delete(&database, move |connection| {
            queries::delete(connection, &caller, &actor, (&path.0, &path.1), &if_match)
        })
        .await
}
