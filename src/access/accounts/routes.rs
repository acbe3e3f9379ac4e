//! Accounts over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, patch, post, put, web};

use super::input::AccountInput;
use super::model::InternalAccount;
use super::{personal_data, queries, secrets};
use crate::access::policy::{CreateAccount, GetAccount, ListAccounts, ReplaceAccount, UpdateAccount};
use crate::access::{Authorized, Caller};
use crate::database::Database;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::body::{Change, MergePatch, Valid};
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;

/// Registers the operations of accounts, their secrets and their personal data.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_accounts)
        .service(create_account)
        .service(get_account)
        .service(replace_account)
        .service(update_account)
        .configure(secrets::routes::routes)
        .configure(personal_data::routes::routes);
}

/// List accounts
///
/// The people and systems that the service knows, by name: filter by role, kind, status and affiliation, search by name.
#[utoipa::path(
    operation_id = "list_accounts",
    tag = "accounts",
    params(ListQuery<InternalAccount>),
    responses((status = 200, description = "A page of accounts.", body = List<InternalAccount>)),
)]
#[get("/v1/accounts")]
async fn list_accounts(
    _caller: Authorized<ListAccounts>,
    query: ListQuery<InternalAccount>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, queries::list).await
}

/// Get an account
///
/// One account. Everybody may read the own account; its identifier is the `client_id`.
#[utoipa::path(
    operation_id = "get_account",
    tag = "accounts",
    params(
        ("id" = Id, Path, description = "Identifier of the account."),
        ItemQuery<InternalAccount>,
    ),
    responses((status = 200, description = "The account.", body = InternalAccount)),
)]
#[get("/v1/accounts/{id}")]
async fn get_account(
    caller: Authorized<GetAccount>,
    id: web::Path<String>,
    query: ItemQuery<InternalAccount>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    caller.require(GetAccount::RULE, id.parse() == Ok(caller.account_id))?;
    let account = database.read(move |connection| queries::get(connection, &id)).await?;
    Ok(query.answer(&account))
}

/// Create an account
///
/// Makes an account of a person or a system. It has no credential yet: give it a secret
/// (`/v1/accounts/{id}/secrets`), a public key, or an identity at a trusted provider.
#[utoipa::path(
    operation_id = "create_account",
    tag = "accounts",
    request_body(content = AccountInput, description = "The account."),
    responses((status = 201, description = "The account was created.", body = InternalAccount)),
)]
#[post("/v1/accounts")]
async fn create_account(
    caller: Authorized<CreateAccount>,
    write: WriteRequest,
    input: Valid<AccountInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| queries::add(connection, actor, &content))
        .await
}

/// Replace an account
///
/// Replaces all that can be written of an account; what is left out gets its default or becomes unknown. The change
/// holds at once, for tokens that are out as well. The last administrator who is able to sign in stays one (409).
#[utoipa::path(
    operation_id = "replace_account",
    tag = "accounts",
    params(("id" = Id, Path, description = "Identifier of the account.")),
    request_body(content = AccountInput, description = "The account."),
    responses((status = 200, description = "The account as it is now.", body = InternalAccount)),
)]
#[put("/v1/accounts/{id}")]
async fn replace_account(
    caller: Authorized<ReplaceAccount>,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    input: Valid<AccountInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let change = Change::Replace(Box::new(input.content));
    change_account(caller.into_caller(), write, id.into_inner(), if_match, change, database).await
}

/// Update an account
///
/// Changes some fields of an account (RFC 7396): fields that are not named stay, lists are replaced as a whole. With
/// other `roles`, give `scopes` too, or `null` for those of the roles. The change holds at once, for tokens that are out
/// as well: roles and scopes that are taken away are gone, and `"status": "disabled"` ends all tokens. There is no
/// deleting: others refer to an account. The last administrator who is able to sign in stays one (409).
#[utoipa::path(
    operation_id = "update_account",
    tag = "accounts",
    params(("id" = Id, Path, description = "Identifier of the account.")),
    request_body(
        content = Object,
        content_type = "application/merge-patch+json",
        description = "The fields to change.",
        example = json!({"status": "disabled"}),
    ),
    responses((status = 200, description = "The account as it is now.", body = InternalAccount)),
)]
#[patch("/v1/accounts/{id}")]
async fn update_account(
    caller: Authorized<UpdateAccount>,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    patch: MergePatch,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    change_account(caller.into_caller(), write, id.into_inner(), if_match, Change::Merge(patch), database)
        .await
}

async fn change_account(
    caller: Caller,
    write: WriteRequest,
    id: String,
    if_match: IfMatch,
    change: Change<AccountInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    write
        .update(&database, move |connection| queries::update(connection, &actor, &id, &if_match, &change))
        .await
}
