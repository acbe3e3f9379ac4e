//! Finding out how to get access, and the operations of the rooms within.

use crate::http::routes::Routes;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;

use super::keys::{self, JwkSet, SigningKeys};
use super::metadata::{AuthorizationServerMetadata, ProtectedResourceMetadata};
use super::oauth;
use super::providers::IdentityProviders;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::http::representation::{self, View};

/// Registers the operations of access.
pub fn routes(config: &mut Routes<'_>) {
    config
        .configure(oauth::routes::routes)
        .service(get_jwks)
        .service(get_authorization_server_metadata)
        .service(get_protected_resource_metadata);
}

/// Get the public keys
///
/// The keys that verify access tokens, as a JWK set (RFC 7517). The first signs new tokens. The second will sign next:
/// it is published ahead, so that a cache knows it in time. The others have been replaced, and their tokens are good
/// until they expire.
#[utoipa::path(
    operation_id = "get_jwks",
    tag = "access",
    responses((status = 200, description = "The public keys.", body = JwkSet)),
)]
#[get("/.well-known/jwks.json")]
async fn get_jwks(request: HttpRequest, keys: web::Data<SigningKeys>) -> Result<HttpResponse> {
    let mut response = document(&request, &keys.jwks())?;
    let caching = HeaderValue::try_from(keys::cache_control()).map_err(Error::internal)?;
    response.headers_mut().insert(CACHE_CONTROL, caching);
    Ok(response)
}

/// Find out how to get tokens
///
/// The metadata of the authorisation server (RFC 8414): where tokens are got, ended and asked about, and how clients
/// show who they are there. Clients read it to configure themselves.
#[utoipa::path(
    operation_id = "get_authorization_server_metadata",
    tag = "access",
    responses((status = 200, description = "The metadata.", body = AuthorizationServerMetadata)),
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
)]
#[get("/.well-known/oauth-protected-resource")]
async fn get_protected_resource_metadata(
    request: HttpRequest,
    config: web::Data<Config>,
    providers: web::Data<IdentityProviders>,
) -> Result<HttpResponse> {
    document(&request, &ProtectedResourceMetadata::of(&config, &providers))
}

fn document(request: &HttpRequest, content: &impl Serialize) -> Result<HttpResponse> {
    let body = serde_json::to_string(content).map_err(Error::internal)?;
    Ok(representation::document(request, &View::default(), "application/json", body, None))
}
