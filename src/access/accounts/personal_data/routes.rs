//! The personal data of accounts over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, delete, get, web};

use super::model::AccountPersonalData;
use super::queries;
use crate::access::Authorized;
use crate::access::policy::{DeleteAccountPersonalData, GetAccountPersonalData};
use crate::database::Database;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::conditional::IfMatch;
use crate::http::document::DocumentQuery;
use crate::http::write::WriteRequest;

/// Registers the operations of personal data.
pub(in crate::access::accounts) fn routes(config: &mut Routes<'_>) {
    config.service(get_account_personal_data).service(delete_account_personal_data);
}

/// Get the personal data of an account
///
/// All that is held about the person behind an account (law 09-08, article 7): the account with its identities, where it
/// belonged before, when its secrets were made and used, the nominations that it made, and what the audit trail keeps about it.
#[utoipa::path(
    operation_id = "get_account_personal_data",
    tag = "accounts",
    params(("id" = Id, Path, description = "Identifier of the account.")),
    responses((status = 200, description = "The personal data.", body = AccountPersonalData)),
)]
#[get("/v1/accounts/{id}/personal-data")]
async fn get_account_personal_data(
    _caller: Authorized<GetAccountPersonalData>,
    id: web::Path<String>,
    query: DocumentQuery,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let data = database.read(move |connection| queries::collect(connection, &id)).await?;
    Ok(query.answer_record(&data))
}

/// Erase the personal data of an account
///
/// Takes from an account what says whose it was (law 09-08, articles 8 and 9): it is disabled, its tokens end, its name
/// becomes `—`, its organisations, identities, public keys and secrets are gone, and so is what the audit trail kept about
/// the person. The account, its roles and its affiliation stay, for others refer to it. Of each identity a salted digest
/// stays, so that nobody erased gets a new account by signing in again. This cannot be undone. The last administrator
/// who is able to sign in stays (409).
#[utoipa::path(
    operation_id = "delete_account_personal_data",
    tag = "accounts",
    params(("id" = Id, Path, description = "Identifier of the account.")),
    responses((status = 204, description = "The personal data is erased.")),
)]
#[delete("/v1/accounts/{id}/personal-data")]
async fn delete_account_personal_data(
    caller: Authorized<DeleteAccountPersonalData>,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    write.delete(&database, move |connection| queries::erase(connection, &actor, &id, &if_match)).await
}
