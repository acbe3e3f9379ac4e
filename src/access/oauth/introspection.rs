//! What a client learns about a token (RFC 7662, 2.2).

use serde::Serialize;
use utoipa::ToSchema;

use super::super::accounts::Account;
use super::super::caller::Caller;
use super::super::policy::ForeignTokens;
use super::super::scopes::{Role, Scope};
use super::super::tokens::Claims;
use crate::database::types::Id;

/// What is to be known about a token.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Introspection {
    /// It is good now.
    Active(Box<ActiveToken>),
    /// It is not good, or not the client's business: nobody learns which.
    Inactive(InactiveToken),
}

/// A token that is good now (RFC 7662, 2.2).
#[derive(Serialize, ToSchema)]
pub(super) struct ActiveToken {
    /// Always `true`.
    pub active: bool,
    /// What it may be used for now, with spaces between.
    #[schema(examples("cities:write editions:write"))]
    pub scope: String,
    /// The account that it was issued to.
    pub client_id: Id,
    /// The name of the account.
    #[schema(examples("Portal of the region"))]
    pub username: String,
    /// Always `Bearer`.
    #[schema(examples("Bearer"))]
    pub token_type: &'static str,
    /// When it ends, in seconds since 1970.
    #[schema(examples(1_795_424_400))]
    pub exp: i64,
    /// When it was issued, in seconds since 1970.
    #[schema(examples(1_795_423_800))]
    pub iat: i64,
    /// The account again: it acts for itself.
    pub sub: Id,
    /// Whom it is for.
    #[schema(format = "uri", examples("http://127.0.0.1:8080"))]
    pub aud: String,
    /// Who issued it.
    #[schema(format = "uri", examples("http://127.0.0.1:8080"))]
    pub iss: String,
    /// Its own identifier.
    pub jti: Id,
    /// What the account is.
    pub roles: Vec<Role>,
}

/// A token that is not good, or that the client may not ask about.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InactiveToken {
    /// Always `false`.
    pub active: bool,
}

impl Introspection {
    /// What `client` learns about a token with these claims, whose account is `holder`: all about its own tokens, and
    /// about those of others when the [table](crate::access::policy) permits.
    pub(super) fn of(client: &Caller, claims: Claims, holder: Account) -> Self {
        let owned = client.account_id == holder.id;
        if !owned && !ForeignTokens::RULE.permits(client, owned) {
            return Self::inactive();
        }
        let caller = Caller::new(holder, &claims.roles, &claims.scopes(), claims.credential);
        Self::Active(Box::new(ActiveToken {
            active: true,
            scope: Scope::join(&caller.scopes),
            client_id: caller.account_id,
            username: caller.name,
            token_type: "Bearer",
            exp: claims.exp,
            iat: claims.iat,
            sub: claims.sub,
            aud: claims.aud,
            iss: claims.iss,
            jti: claims.jti,
            roles: caller.roles,
        }))
    }

    pub(super) fn inactive() -> Self {
        Self::Inactive(InactiveToken { active: false })
    }
}
