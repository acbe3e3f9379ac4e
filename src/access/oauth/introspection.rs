//! What a client learns about a token (RFC 7662, 2.2).

use serde::Serialize;
use utoipa::ToSchema;

use super::super::accounts::Account;
use super::super::caller::Caller;
use super::super::policy::ForeignTokens;
use super::super::scopes::{Role, Scope};
use super::super::tokens::Claims;
use crate::database::types::Id;

/// What is to be known about a token (RFC 7662, 2.2). Of one that is not good, or not the client's business, nothing but that:
/// nobody learns which.
#[derive(Default, Serialize, ToSchema)]
pub(super) struct Introspection {
    /// Whether it is good now, and known to the client.
    pub active: bool,
    /// What it may be used for now, with spaces between.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("cities:write editions:write"))]
    pub scope: Option<String>,
    /// The account that it was issued to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub client_id: Option<Id>,
    /// The name of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("Portal of the region"))]
    pub username: Option<String>,
    /// Always `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("Bearer"))]
    pub token_type: Option<&'static str>,
    /// When it ends, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples(1_795_424_400))]
    pub exp: Option<i64>,
    /// When it was issued, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples(1_795_423_800))]
    pub iat: Option<i64>,
    /// The account again: it acts for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub sub: Option<Id>,
    /// Whom it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri", examples("http://127.0.0.1:8080"))]
    pub aud: Option<String>,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri", examples("http://127.0.0.1:8080"))]
    pub iss: Option<String>,
    /// Its own identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub jti: Option<Id>,
    /// What the account is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub roles: Option<Vec<Role>>,
}

impl Introspection {
    /// What `client` learns about a token with these claims, whose account is `holder`: all about its own tokens, and
    /// about those of others when the [table](crate::access::policy) permits.
    pub(super) fn of(client: &Caller, claims: Claims, holder: Account) -> Self {
        let owned = client.account_id == holder.id;
        if !owned && !ForeignTokens::RULE.permits(client, owned) {
            return Self::default();
        }
        let caller = Caller::new(holder, &claims.roles, &claims.scopes(), claims.credential);
        Self {
            active: true,
            scope: Some(Scope::join(&caller.scopes)),
            client_id: Some(caller.account_id),
            username: Some(caller.name),
            token_type: Some("Bearer"),
            exp: Some(claims.exp),
            iat: Some(claims.iat),
            sub: Some(claims.sub),
            aud: Some(claims.aud),
            iss: Some(claims.iss),
            jti: Some(claims.jti),
            roles: Some(caller.roles),
        }
    }
}
