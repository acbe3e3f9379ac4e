//! Getting tokens, and finding out how, over HTTP.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use futures_util::StreamExt as _;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::accounts::{self, Account, Authenticated};
use super::keys::{JwkSet, SigningKeys};
use super::metadata::{AuthorizationServerMetadata, ProtectedResourceMetadata};
use super::scopes::Scope;
use super::token_request::{ClientCredentials, TokenError, TokenErrorCode, TokenRequest, granted_scopes};
use super::tokens;
use crate::config::Config;
use crate::database::{Database, Outcome};
use crate::error::{Code, Error, Result};
use crate::http::representation::{self, View};

const LARGEST_FORM: usize = 8 * 1024;
const FORM_TIME: Duration = Duration::from_secs(15);
const FORM: &str = "application/x-www-form-urlencoded";

/// Registers the operations of access.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_token)
        .service(get_jwks)
        .service(get_authorization_server_metadata)
        .service(get_protected_resource_metadata);
}

/// An access token (RFC 6749, 5.1).
#[derive(Serialize, ToSchema)]
pub struct TokenResponse {
    /// The token, to be sent as `Authorization: Bearer`.
    #[schema(examples("eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl"))]
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(examples("Bearer"))]
    pub token_type: &'static str,
    /// For how many seconds the token is good.
    #[schema(minimum = 60, maximum = 900, examples(600))]
    pub expires_in: i64,
    /// What the token may be used for, with spaces between.
    #[schema(examples("cities:write editions:write"))]
    pub scope: String,
}

/// Get an access token
///
/// Exchanges the identifier and the secret of an account for a token that is good for a few minutes (OAuth 2.0, client
/// credentials). The credentials stand in `Authorization: Basic` or in the form, not in both. There is no refresh
/// token: ask again when `expires_in` has passed. With `scope` the token can do less than the account may.
///
/// Errors have the form of OAuth 2.0 (RFC 6749, 5.2), not that of the rest of the API.
#[utoipa::path(
    operation_id = "create_token",
    tag = "access",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded", description = "The grant, the scopes wanted and, unless in the header, the credentials."),
    responses(
        (status = 200, description = "The token.", body = TokenResponse, headers(("Cache-Control" = String, description = "Always `no-store`."))),
        (status = 400, description = "The request is malformed, or asks for a scope that the account does not have.", body = TokenError),
        (status = 401, description = "The credentials are missing or wrong.", body = TokenError, headers(("WWW-Authenticate" = String, description = "`Basic` (RFC 7617)."))),
    ),
    security(()),
)]
#[post("/oauth/token")]
async fn create_token(
    request: HttpRequest,
    payload: web::Payload,
    keys: web::Data<SigningKeys>,
    config: web::Data<Config>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    match grant(&request, payload, &database).await {
        Ok((account, scopes)) => {
            let (access_token, expires_in) = tokens::issue(&keys, &config, &account, &scopes)?;
            let scope = Scope::join(&scopes);
            Ok(answer(
                HttpResponse::Ok(),
                &TokenResponse { access_token, token_type: "Bearer", expires_in, scope },
            ))
        }
        Err(Refusal::Client(error)) => Ok(refuse(&error)),
        Err(Refusal::Service(error)) => Err(error),
    }
}

/// Get the public keys
///
/// The keys that verify access tokens, as a JWK set (RFC 7517). The first signs new tokens; the others have been
/// replaced, and their tokens are good until they expire.
#[utoipa::path(
    operation_id = "get_jwks",
    tag = "access",
    responses((status = 200, description = "The public keys.", body = JwkSet)),
    security(()),
)]
#[get("/.well-known/jwks.json")]
async fn get_jwks(request: HttpRequest, keys: web::Data<SigningKeys>) -> Result<HttpResponse> {
    document(&request, &keys.jwks())
}

/// Find out how to get tokens
///
/// The metadata of the authorisation server (RFC 8414): clients read it to configure themselves.
#[utoipa::path(
    operation_id = "get_authorization_server_metadata",
    tag = "access",
    responses((status = 200, description = "The metadata.", body = AuthorizationServerMetadata)),
    security(()),
)]
#[get("/.well-known/oauth-authorization-server")]
async fn get_authorization_server_metadata(
    request: HttpRequest,
    config: web::Data<Config>,
) -> Result<HttpResponse> {
    document(&request, &AuthorizationServerMetadata::of(&config))
}

/// Find out how the API is protected
///
/// The metadata of the API as a protected resource (RFC 9728): who issues tokens for it and which scopes there are.
#[utoipa::path(
    operation_id = "get_protected_resource_metadata",
    tag = "access",
    responses((status = 200, description = "The metadata.", body = ProtectedResourceMetadata)),
    security(()),
)]
#[get("/.well-known/oauth-protected-resource")]
async fn get_protected_resource_metadata(
    request: HttpRequest,
    config: web::Data<Config>,
) -> Result<HttpResponse> {
    document(&request, &ProtectedResourceMetadata::of(&config))
}

/// Why there is no token: by the client's fault, in the form of OAuth, or by ours, as a problem document.
enum Refusal {
    Client(TokenError),
    Service(Error),
}

impl From<TokenError> for Refusal {
    fn from(error: TokenError) -> Self {
        Self::Client(error)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

/// The account that asks for a token, and the scopes that the token gets.
async fn grant(
    request: &HttpRequest,
    payload: web::Payload,
    database: &Database,
) -> Result<(Account, Vec<Scope>), Refusal> {
    if !request.query_string().is_empty() {
        // Addresses end up in logs: credentials never belong there (RFC 6749, 2.3.1).
        return Err(TokenError::invalid_request("parameters belong in the body").into());
    }
    check_media_type(request)?;
    let authorization = authorization(request)?;
    let form = read_form(payload).await?;
    let credentials = ClientCredentials::read(&form, authorization)?;
    let scope = credentials.scope.clone();
    let authenticated = database
        .read(move |connection| {
            accounts::authenticate(connection, &credentials.client_id, &credentials.client_secret)
        })
        .await?
        .ok_or_else(TokenError::invalid_client)?;
    let scopes = granted_scopes(scope.as_deref(), &authenticated.account.scopes)?;
    note_use(database, &authenticated).await;
    Ok((authenticated.account, scopes))
}

fn check_media_type(request: &HttpRequest) -> Result<(), TokenError> {
    let given =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(FORM) {
        return Ok(());
    }
    Err(TokenError::invalid_request("the body must be application/x-www-form-urlencoded"))
}

fn authorization(request: &HttpRequest) -> Result<Option<&str>, TokenError> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let first = headers.next();
    if headers.next().is_some() {
        return Err(TokenError::invalid_request("one Authorization header only"));
    }
    first.map(|header| header.to_str().map_err(|_| TokenError::invalid_client())).transpose()
}

async fn read_form(mut payload: web::Payload) -> Result<web::BytesMut, Refusal> {
    let reading = async {
        let mut form = web::BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| TokenError::invalid_request("the body breaks off"))?;
            if form.len() + chunk.len() > LARGEST_FORM {
                return Err(TokenError::invalid_request("the body is larger than 8 KB"));
            }
            form.extend_from_slice(&chunk);
        }
        Ok(form)
    };
    match tokio::time::timeout(FORM_TIME, reading).await {
        Ok(form) => Ok(form?),
        Err(_) => Err(Error::new(Code::RequestTimeout).with_header("Connection", "close").into()),
    }
}

/// Notes when the secret was used last, as well as it goes: a token is not refused because of it.
async fn note_use(database: &Database, authenticated: &Authenticated) {
    let Some(secret) = authenticated.unnoted_secret() else {
        return;
    };
    let noted = database.write(Outcome::Keep, move |connection| accounts::note_use(connection, secret)).await;
    if let Err(error) = noted {
        log::warn!("the use of a client secret could not be noted: {error}");
    }
}

fn refuse(error: &TokenError) -> HttpResponse {
    if error.error != TokenErrorCode::InvalidClient {
        return answer(HttpResponse::BadRequest(), error);
    }
    let mut response = HttpResponse::Unauthorized();
    response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"nasij\""));
    answer(response, error)
}

/// Tokens and refusals are kept by nobody (RFC 6749, 5.1).
fn answer(mut response: actix_web::HttpResponseBuilder, body: &impl Serialize) -> HttpResponse {
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::PRAGMA, "no-cache"))
        .json(body)
}

fn document(request: &HttpRequest, content: &impl Serialize) -> Result<HttpResponse> {
    let body = serde_json::to_string(content).map_err(Error::internal)?;
    Ok(representation::document(request, &View::default(), "application/json", body, None))
}
