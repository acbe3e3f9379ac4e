//! What clients can find out about the authorisation by themselves (RFC 8414, RFC 9728).

use std::iter;

use serde::Serialize;
use utoipa::ToSchema;

use super::accounts::SignatureAlgorithm;
use super::oauth::SIGNATURE_ALGORITHMS;
use super::providers::IdentityProviders;
use super::scopes::Scope;
use crate::config::Config;

/// How clients may show who they are, at every endpoint alike.
const AUTHENTICATION_METHODS: [&str; 3] = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

/// How to get tokens, end them and ask about them (RFC 8414, 2).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuthorizationServerMetadata {
    /// Who issues the tokens: their `iss`.
    #[schema(format = "uri", examples("http://127.0.0.1:8080"))]
    pub issuer: String,
    /// Where to ask for a token.
    #[schema(format = "uri", examples("http://127.0.0.1:8080/oauth/token"))]
    pub token_endpoint: String,
    /// Where the public keys are.
    #[schema(format = "uri", examples("http://127.0.0.1:8080/.well-known/jwks.json"))]
    pub jwks_uri: String,
    /// All scopes.
    pub scopes_supported: &'static [Scope],
    /// Empty: nobody is sent to a log-in page.
    pub response_types_supported: [&'static str; 0],
    /// The grants: client credentials alone.
    #[schema(value_type = Vec<String>, examples(json!(["client_credentials"])))]
    pub grant_types_supported: [&'static str; 1],
    /// How clients may show who they are when they ask for a token.
    #[schema(value_type = Vec<String>, examples(json!(AUTHENTICATION_METHODS)))]
    pub token_endpoint_auth_methods_supported: [&'static str; 3],
    /// The algorithms of client assertions there.
    pub token_endpoint_auth_signing_alg_values_supported: [SignatureAlgorithm; 4],
    /// Where to end a token (RFC 7009).
    #[schema(format = "uri", examples("http://127.0.0.1:8080/oauth/revoke"))]
    pub revocation_endpoint: String,
    /// How clients may show who they are when they end a token.
    #[schema(value_type = Vec<String>, examples(json!(AUTHENTICATION_METHODS)))]
    pub revocation_endpoint_auth_methods_supported: [&'static str; 3],
    /// The algorithms of client assertions there.
    pub revocation_endpoint_auth_signing_alg_values_supported: [SignatureAlgorithm; 4],
    /// Where to ask about a token (RFC 7662).
    #[schema(format = "uri", examples("http://127.0.0.1:8080/oauth/introspect"))]
    pub introspection_endpoint: String,
    /// How clients may show who they are when they ask about a token.
    #[schema(value_type = Vec<String>, examples(json!(AUTHENTICATION_METHODS)))]
    pub introspection_endpoint_auth_methods_supported: [&'static str; 3],
    /// The algorithms of client assertions there.
    pub introspection_endpoint_auth_signing_alg_values_supported: [SignatureAlgorithm; 4],
    /// The documentation of the service.
    #[schema(format = "uri", examples("http://127.0.0.1:8080/docs"))]
    pub service_documentation: String,
}

impl AuthorizationServerMetadata {
    pub(super) fn of(config: &Config) -> Self {
        let issuer = config.public_url.clone();
        Self {
            token_endpoint: format!("{issuer}/oauth/token"),
            jwks_uri: format!("{issuer}/.well-known/jwks.json"),
            scopes_supported: Scope::ALL,
            response_types_supported: [],
            grant_types_supported: ["client_credentials"],
            token_endpoint_auth_methods_supported: AUTHENTICATION_METHODS,
            token_endpoint_auth_signing_alg_values_supported: SIGNATURE_ALGORITHMS,
            revocation_endpoint: format!("{issuer}/oauth/revoke"),
            revocation_endpoint_auth_methods_supported: AUTHENTICATION_METHODS,
            revocation_endpoint_auth_signing_alg_values_supported: SIGNATURE_ALGORITHMS,
            introspection_endpoint: format!("{issuer}/oauth/introspect"),
            introspection_endpoint_auth_methods_supported: AUTHENTICATION_METHODS,
            introspection_endpoint_auth_signing_alg_values_supported: SIGNATURE_ALGORITHMS,
            service_documentation: format!("{issuer}/docs"),
            issuer,
        }
    }
}

/// How the API is protected (RFC 9728, 2).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProtectedResourceMetadata {
    /// The API: the `aud` of its tokens.
    #[schema(format = "uri", examples("http://127.0.0.1:8080"))]
    pub resource: String,
    /// Name of the API.
    #[schema(examples("Nasij"))]
    pub resource_name: &'static str,
    /// Who issues tokens for it: the service itself, and the identity providers whose tokens it takes.
    #[schema(examples(json!(["http://127.0.0.1:8080"])))]
    pub authorization_servers: Vec<String>,
    /// All scopes.
    pub scopes_supported: &'static [Scope],
    /// How tokens are shown: in the `Authorization` header alone.
    #[schema(value_type = Vec<String>, examples(json!(["header"])))]
    pub bearer_methods_supported: [&'static str; 1],
    /// The documentation of the API.
    #[schema(format = "uri", examples("http://127.0.0.1:8080/docs"))]
    pub resource_documentation: String,
}

impl ProtectedResourceMetadata {
    pub(super) fn of(config: &Config, providers: &IdentityProviders) -> Self {
        let issuer = config.public_url.clone();
        Self {
            resource: issuer.clone(),
            resource_name: "Nasij",
            scopes_supported: Scope::ALL,
            bearer_methods_supported: ["header"],
            resource_documentation: format!("{issuer}/docs"),
            authorization_servers: iter::once(issuer).chain(providers.issuers()).collect(),
        }
    }
}
