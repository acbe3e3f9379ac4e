//! Getting tokens, ending them and asking about them, over HTTP.

use std::time::Duration;

use crate::http::routes::Routes;
use actix_web::http::header;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder, post, web};
use futures_util::StreamExt as _;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::accounts::{Account, Credential};
use super::super::caller::Caller;
use super::super::keys::SigningKeys;
use super::super::scopes::Scope;
use super::super::tokens::{self, Claims};
use super::client_assertion::Audiences;
use super::client_authentication::{ClientParameters, Credentials, authenticate};
use super::form::Form;
use super::introspection::Introspection;
use super::refusal::{OAuthError, OAuthErrorCode, Refusal};
use super::token_request::{PresentedToken, TokenRequest};
use crate::audit::refusals::NamedAccount;
use crate::config::Config;
use crate::database::types::keyword;
use crate::database::{Database, Outcome};
use crate::error::{Code, Error, Result};
use crate::http::origin::Origin;
use crate::http::parameters::accepted_language;
use crate::http::refusal::RefusedClient;
use crate::language::Language;

const LARGEST_FORM: usize = 8 * 1024;
const FORM_TIME: Duration = Duration::from_secs(15);
const FORM: &str = "application/x-www-form-urlencoded";

/// Registers the operations of clients.
pub(in crate::access) fn routes(config: &mut Routes<'_>) {
    config.service(create_token).service(revoke_token).service(introspect_token);
}

/// An access token (RFC 6749, 5.1).
#[derive(Serialize, ToSchema)]
pub(super) struct TokenResponse {
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
/// An account shows who it is and gets a token that is good for a few minutes (OAuth 2.0, client credentials). There
/// is no refresh token: ask again when `expires_in` has passed. With `scope` the token can do less than the account
/// may.
///
/// The account shows who it is in exactly one of three ways: with its identifier and a secret in `Authorization:
/// Basic`, with the same as `client_id` and `client_secret` in the form, or with a `client_assertion`, a JWT that it
/// signed with a key of which the service has the public part (RFC 7523). Its claims: `iss` and `sub` (both the
/// account's identifier), `aud` (the issuer of the metadata, which is preferred, or the URL of this operation, and
/// nothing else), `exp` (at most 10 minutes ahead) and `jti` (never used before, at most 255 characters). Signed with
/// ES256, EdDSA, PS256 or RS256, whichever fits the key; `kid` in the header chooses the key.
///
/// Errors have the form of OAuth 2.0 (RFC 6749, 5.2), not that of the rest of the API.
#[utoipa::path(
    operation_id = "create_token",
    tag = "access",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded", description = "The grant, the scopes wanted and, unless in the header, the credentials."),
    responses(
        (status = 200, description = "The token.", body = TokenResponse, headers(("Cache-Control" = String, description = "Always `no-store`."))),
        (status = 400, description = "The request is malformed, or asks for a scope that the account does not have.", body = OAuthError),
        (status = 401, description = "The credentials are missing or wrong.", body = OAuthError, headers(("WWW-Authenticate" = String, description = "`Basic` (RFC 7617)."))),
    ),
)]
#[post("/oauth/token")]
async fn create_token(
    request: HttpRequest,
    payload: web::Payload,
    keys: web::Data<SigningKeys>,
    config: web::Data<Config>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let granted = grant(&request, payload, &config, &database).await;
    let ((account, credential), scopes) = match granted {
        Ok(granted) => granted,
        Err(refusal) => return refuse(&request, refusal),
    };
    keys.confirm_current(&database).await?;
    let (access_token, expires_in) = tokens::issue(&keys, &config, (&account, credential), &scopes)?;
    let scope = Scope::join(&scopes);
    Ok(kept_by_nobody(HttpResponse::Ok()).json(TokenResponse {
        access_token,
        token_type: "Bearer",
        expires_in,
        scope,
    }))
}

/// End an access token
///
/// A token of the client's own is good no more, at once (RFC 7009): for when it got into wrong hands, or is not needed
/// any longer. The answer is 200 as well when there was nothing to end: the token is unknown, malformed, expired, or
/// another client's.
///
/// The client shows who it is as it does for a token. Errors have the form of OAuth 2.0 (RFC 6749, 5.2).
#[utoipa::path(
    operation_id = "revoke_token",
    tag = "access",
    request_body(content = PresentedToken, content_type = "application/x-www-form-urlencoded", description = "The token and, unless in the header, the credentials."),
    responses(
        (status = 200, description = "The token is not good, or not the client's.", headers(("Cache-Control" = String, description = "Always `no-store`."))),
        (status = 400, description = "The request is malformed.", body = OAuthError),
        (status = 401, description = "The credentials are missing or wrong.", body = OAuthError, headers(("WWW-Authenticate" = String, description = "`Basic` (RFC 7617)."))),
    ),
)]
#[post("/oauth/revoke")]
async fn revoke_token(
    request: HttpRequest,
    payload: web::Payload,
    keys: web::Data<SigningKeys>,
    config: web::Data<Config>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let asked = presented(&request, payload, &keys, &config, &database).await;
    let (client, claims) = match asked {
        Ok(asked) => asked,
        Err(refusal) => return refuse(&request, refusal),
    };
    if let Some(claims) = claims {
        let client = client.actor(&Origin::of(&request.extensions()));
        database.write(Outcome::Keep, move |connection| tokens::revoke(connection, &client, &claims)).await?;
    }
    Ok(kept_by_nobody(HttpResponse::Ok()).finish())
}

/// Ask about an access token
///
/// Tells whether a token is good now, and what it allows (RFC 7662): for clients that look at their own tokens, and
/// for other services, whose account has the scope `tokens:introspect` and asks about any token.
/// Of a token that is unknown, malformed, expired, revoked or none of the client's business, or whose account is
/// disabled, the answer is `active: false` and no more.
///
/// The client shows who it is as it does for a token. Errors have the form of OAuth 2.0 (RFC 6749, 5.2).
#[utoipa::path(
    operation_id = "introspect_token",
    tag = "access",
    request_body(content = PresentedToken, content_type = "application/x-www-form-urlencoded", description = "The token and, unless in the header, the credentials."),
    responses(
        (status = 200, description = "What is to be known about the token.", body = Introspection, headers(("Cache-Control" = String, description = "Always `no-store`."))),
        (status = 400, description = "The request is malformed.", body = OAuthError),
        (status = 401, description = "The credentials are missing or wrong.", body = OAuthError, headers(("WWW-Authenticate" = String, description = "`Basic` (RFC 7617)."))),
    ),
)]
#[post("/oauth/introspect")]
async fn introspect_token(
    request: HttpRequest,
    payload: web::Payload,
    keys: web::Data<SigningKeys>,
    config: web::Data<Config>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let asked = presented(&request, payload, &keys, &config, &database).await;
    let (client, claims) = match asked {
        Ok(asked) => asked,
        Err(refusal) => return refuse(&request, refusal),
    };
    let introspection = introspect(&database, client, claims).await?;
    Ok(kept_by_nobody(HttpResponse::Ok()).json(introspection))
}

async fn introspect(database: &Database, client: Caller, claims: Option<Claims>) -> Result<Introspection> {
    let Some(claims) = claims else { return Ok(Introspection::default()) };
    let read = claims.clone();
    let holder = database.read(move |connection| tokens::holder(connection, &read)).await?;
    Ok(holder.map_or_else(Introspection::default, |holder| Introspection::of(&client, claims, holder)))
}

/// The account that asks for a token, what it has shown, and the scopes that the token gets.
async fn grant(
    request: &HttpRequest,
    payload: web::Payload,
    config: &Config,
    database: &Database,
) -> Result<((Account, Credential), Vec<Scope>), Refusal> {
    let mut asked = TokenRequest::of(read_form(request, payload).await?)?;
    let client = std::mem::take(&mut asked.client);
    let (account, credential) = client_of(request, config, database, client).await?;
    let caller = Caller::itself(account.clone(), credential);
    let usable = caller.check_roles();
    request.extensions_mut().insert(caller);
    usable.map_err(|_| OAuthError::unauthorized_client())?;
    let scopes = asked.granted_scopes(&account.scopes)?;
    Ok(((account, credential), scopes))
}

/// The client that presents a token, with all that its account may do, and what the token claims unless it is not one of ours.
async fn presented(
    request: &HttpRequest,
    payload: web::Payload,
    keys: &SigningKeys,
    config: &Config,
    database: &Database,
) -> Result<(Caller, Option<Claims>), Refusal> {
    let presented = PresentedToken::of(read_form(request, payload).await?)?;
    let (account, credential) = client_of(request, config, database, presented.client).await?;
    let claims = tokens::read(keys, config, database, &presented.token).await?;
    Ok((Caller::itself(account, credential), claims.ok()))
}

/// The account that shows who it is, and what it shows.
async fn client_of(
    request: &HttpRequest,
    config: &Config,
    database: &Database,
    client: ClientParameters,
) -> Result<(Account, Credential), Refusal> {
    let credentials = Credentials::read(authorization(request)?, client)?;
    if let Some(id) = credentials.account_id() {
        request.extensions_mut().insert(NamedAccount(id));
    }
    let issuer = config.public_url.clone();
    let audiences = Audiences { endpoint: format!("{issuer}{}", request.path()), issuer };
    authenticate(database, credentials, audiences).await
}

fn authorization(request: &HttpRequest) -> Result<Option<&str>, OAuthError> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let first = headers.next();
    if headers.next().is_some() {
        return Err(OAuthError::invalid_request("one Authorization header only"));
    }
    first.map(|header| header.to_str().map_err(|_| OAuthError::invalid_client())).transpose()
}

async fn read_form(request: &HttpRequest, payload: web::Payload) -> Result<Form, Refusal> {
    if !request.query_string().is_empty() {
        // Addresses end up in logs: credentials never belong there (RFC 6749, 2.3.1).
        return Err(OAuthError::invalid_request("parameters belong in the body").into());
    }
    check_media_type(request)?;
    match tokio::time::timeout(FORM_TIME, read_body(payload)).await {
        Ok(body) => Ok(Form::parse(&body?)?),
        Err(_) => Err(Error::new(Code::RequestTimeout).with_header("Connection", "close").into()),
    }
}

fn check_media_type(request: &HttpRequest) -> Result<(), OAuthError> {
    let given =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(FORM) {
        return Ok(());
    }
    Err(OAuthError::invalid_request("the body must be application/x-www-form-urlencoded"))
}

async fn read_body(mut payload: web::Payload) -> Result<web::BytesMut, OAuthError> {
    let mut body = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| OAuthError::invalid_request("the body breaks off"))?;
        if body.len() + chunk.len() > LARGEST_FORM {
            return Err(OAuthError::invalid_request("the body is larger than 8 KB"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn refuse(request: &HttpRequest, refusal: Refusal) -> Result<HttpResponse> {
    let language = accepted_language(request).unwrap_or(Language::En);
    let error = match refusal {
        Refusal::Client(error) => error.told_in(language),
        Refusal::Service(error) => return Err(error),
    };
    let mut response = match error.error {
        OAuthErrorCode::InvalidClient => HttpResponse::Unauthorized(),
        _ => HttpResponse::BadRequest(),
    };
    if error.error == OAuthErrorCode::InvalidClient {
        response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"nasij\""));
    }
    if matches!(
        error.error,
        OAuthErrorCode::InvalidClient | OAuthErrorCode::InvalidScope | OAuthErrorCode::UnauthorizedClient
    ) {
        response.extensions_mut().insert(RefusedClient(keyword(&error.error)));
    }
    Ok(kept_by_nobody(response).json(error))
}

/// What is said here is stored nowhere on its way (RFC 6749, 5.1).
fn kept_by_nobody(mut response: HttpResponseBuilder) -> HttpResponseBuilder {
    response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache"));
    response
}
