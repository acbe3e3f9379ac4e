//! What clients can find out about the authorisation by themselves (RFC 8414, RFC 9728).

use serde::Serialize;
use utoipa::ToSchema;

use super::scopes::Scope;
use crate::config::Config;

/// How to get tokens (RFC 8414, 2).
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
    /// How clients may show their credentials.
    #[schema(value_type = Vec<String>, examples(json!(["client_secret_basic", "client_secret_post"])))]
    pub token_endpoint_auth_methods_supported: [&'static str; 2],
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
            token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
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
    /// Who issues tokens for it.
    #[schema(value_type = Vec<String>, examples(json!(["http://127.0.0.1:8080"])))]
    pub authorization_servers: [String; 1],
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
    pub(super) fn of(config: &Config) -> Self {
        let issuer = config.public_url.clone();
        Self {
            resource: issuer.clone(),
            resource_name: "Nasij",
            scopes_supported: Scope::ALL,
            bearer_methods_supported: ["header"],
            resource_documentation: format!("{issuer}/docs"),
            authorization_servers: [issuer],
        }
    }
}
