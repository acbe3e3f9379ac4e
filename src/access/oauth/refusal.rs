//! How the OAuth endpoints refuse a client (RFC 6749, 5.2).

use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Error;

/// What a client is refused for (RFC 6749, 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OAuthErrorCode {
    /// The request is malformed.
    InvalidRequest,
    /// The credentials are missing or wrong, or the account is disabled.
    InvalidClient,
    /// A scope is malformed or unknown, or the account does not have it.
    InvalidScope,
    /// Two roles of the account do not go together.
    UnauthorizedClient,
    /// Another grant than `client_credentials`.
    UnsupportedGrantType,
}

/// The refusal of a request to an OAuth endpoint (RFC 6749, 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct OAuthError {
    /// Stable word for programs.
    #[schema(examples("invalid_client"))]
    pub error: OAuthErrorCode,
    /// A sentence for developers.
    #[schema(examples("the client credentials are missing or wrong"))]
    pub error_description: &'static str,
}

impl OAuthError {
    pub(super) fn invalid_request(error_description: &'static str) -> Self {
        Self { error: OAuthErrorCode::InvalidRequest, error_description }
    }

    /// One text for whatever is wrong with the credentials: nobody learns which part was right.
    pub(super) fn invalid_client() -> Self {
        let error_description = "the client credentials are missing or wrong";
        Self { error: OAuthErrorCode::InvalidClient, error_description }
    }

    pub(super) fn unauthorized_client() -> Self {
        let error_description =
            "two roles of the account do not go together: an administrator has to take one away";
        Self { error: OAuthErrorCode::UnauthorizedClient, error_description }
    }

    pub(super) fn invalid_scope() -> Self {
        let error_description = "a scope is unknown or not granted to the client";
        Self { error: OAuthErrorCode::InvalidScope, error_description }
    }

    pub(super) fn unsupported_grant_type() -> Self {
        let error_description = "grant_type must be client_credentials";
        Self { error: OAuthErrorCode::UnsupportedGrantType, error_description }
    }
}

/// Why a client does not get what it asks for: by its own fault, told in the form of OAuth, or by ours, told in a
/// problem document.
#[derive(Debug)]
pub(super) enum Refusal {
    Client(OAuthError),
    Service(Error),
}

impl From<OAuthError> for Refusal {
    fn from(error: OAuthError) -> Self {
        Self::Client(error)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}
