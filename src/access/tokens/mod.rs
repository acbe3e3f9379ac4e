//! Access tokens: JWTs as RFC 9068 profiles them, signed and verified with ES256 and nothing else (RFC 8725).

mod queries;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use uuid::Uuid;

pub use queries::forget_expired_revocations;
pub(super) use queries::{holder, revoke};

use super::accounts::{Account, Credential};
use super::jwt::{self, LEEWAY, Unverified};
use super::keys::SigningKeys;
use super::scopes::{Role, Scope};
use crate::audit::Kept;
use crate::config::Config;
use crate::database::Database;
use crate::database::types::{Id, UtcTime};
use crate::error::{Code, Error, Result};

/// The challenge that every refusal repeats (RFC 6750, 3).
pub(super) const CHALLENGE: &str = "Bearer realm=\"nasij\"";

/// Seconds for which a token is good at most, however the service is configured.
const LONGEST_LIFE: i64 = 900;

const TYPE: &str = "at+jwt";

/// What a token says (RFC 9068, 2.2).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Claims {
    /// Who issued it: the public URL of the service.
    pub(super) iss: String,
    /// Whom it is for: the service itself.
    pub(super) aud: String,
    /// The account.
    pub(super) sub: Id,
    /// The client, which is the account again: there is no end user with client credentials.
    client_id: Id,
    /// When it ends, in seconds since 1970.
    pub(super) exp: i64,
    /// When it was issued.
    pub(super) iat: i64,
    /// When it begins, in seconds since 1970; ours begin at once.
    #[serde(default, skip_serializing)]
    nbf: Option<i64>,
    /// Its own identifier.
    pub(super) jti: Id,
    /// What it may be used for, with spaces between (RFC 8693, 4.2).
    scope: String,
    /// What the account is (RFC 7643, 4.1.2).
    pub(super) roles: Vec<Role>,
    /// The account's generation: tokens of an earlier one have ended.
    #[serde(rename = "gen")]
    pub(super) generation: i64,
    /// What the account has shown to get it.
    #[serde(rename = "nasij_credential", default)]
    pub(super) credential: Credential,
    /// The key that signed it, which the header of the token names.
    #[serde(skip)]
    pub(super) kid: String,
}

impl Kept for Claims {
    const KIND: &'static str = "token";

    fn name_in_trail(&self) -> String {
        self.jti.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!({"client_id": self.sub, "scope": self.scope, "exp": self.exp})
    }
}

impl Claims {
    /// What the token may be used for. Scopes that this version of the service does not know mean nothing to it.
    pub(super) fn scopes(&self) -> Vec<Scope> {
        self.scope.split(' ').filter_map(|word| word.parse().ok()).collect()
    }

    /// What is wrong with them at `now`, in seconds since 1970.
    fn check(&self, config: &Config, now: i64) -> Result<(), TokenFault> {
        let ahead = |time: i64| time > now + LEEWAY;
        if self.iss != config.public_url {
            return Err(TokenFault::WrongIssuer);
        }
        if self.aud != config.public_url {
            return Err(TokenFault::WrongAudience);
        }
        if self.exp <= now - LEEWAY {
            return Err(TokenFault::Expired);
        }
        if ahead(self.iat) || self.nbf.is_some_and(ahead) {
            return Err(TokenFault::NotYetValid);
        }
        let life = self.exp.saturating_sub(self.iat);
        if self.client_id != self.sub || !(1..=LONGEST_LIFE).contains(&life) {
            return Err(TokenFault::Malformed);
        }
        Ok(())
    }
}

/// Why a token is not accepted. The texts go into `error_description`, which is ASCII (RFC 6750, 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum TokenFault {
    #[error("the token is longer than 8 KB")]
    TooLong,
    #[error("the token is malformed")]
    Malformed,
    #[error("the token is not an access token of type at+jwt signed with ES256")]
    WrongType,
    #[error("the token is not an access token of the type and algorithm that is configured for its provider")]
    Unfit,
    #[error("the token is signed with an unknown key")]
    UnknownKey,
    #[error("the signature does not match")]
    BadSignature,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not valid yet")]
    NotYetValid,
    #[error("the token comes from another issuer")]
    WrongIssuer,
    #[error("the token is meant for another audience")]
    WrongAudience,
    #[error("the token is good for longer than is accepted of its provider")]
    TooLongLived,
    #[error("the token was revoked")]
    Revoked,
}

impl From<TokenFault> for Error {
    fn from(fault: TokenFault) -> Self {
        let challenge = format!("{CHALLENGE}, error=\"invalid_token\", error_description=\"{fault}\"");
        Self::new(Code::InvalidToken).with_header("WWW-Authenticate", challenge).caused_by(fault)
    }
}

/// Signs a token for `account`, which has shown this credential, and says for how many seconds it is good.
pub(super) fn issue(
    keys: &SigningKeys,
    config: &Config,
    (account, credential): (&Account, Credential),
    scopes: &[Scope],
) -> Result<(String, i64)> {
    let key = keys.current();
    let now = UtcTime::now().unix_seconds();
    let claims = Claims {
        iss: config.public_url.clone(),
        aud: config.public_url.clone(),
        sub: account.id,
        client_id: account.id,
        exp: now + config.token_seconds,
        iat: now,
        nbf: None,
        jti: Id(Uuid::new_v4()),
        scope: Scope::join(scopes),
        roles: account.roles.clone(),
        generation: account.generation,
        credential,
        kid: key.kid().to_owned(),
    };
    let header = jsonwebtoken::Header {
        typ: Some(TYPE.to_owned()),
        kid: Some(key.kid().to_owned()),
        ..jsonwebtoken::Header::new(Algorithm::ES256)
    };
    let message = format!("{}.{}", encoded(&header)?, encoded(&claims)?);
    let signature = URL_SAFE_NO_PAD.encode(key.sign(&message)?);
    Ok((format!("{message}.{signature}"), config.token_seconds))
}

fn encoded(part: &impl Serialize) -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(part).map_err(Error::internal)?))
}

/// The claims of a token that this service issued and that is good now, as far as the token alone tells; [`holder`]
/// knows the rest. The keys are read again when the token names an unknown one: another instance may have made it a
/// moment ago.
pub(super) async fn read(
    keys: &SigningKeys,
    config: &Config,
    database: &Database,
    token: &str,
) -> Result<Result<Claims, TokenFault>> {
    let verified = verify(keys, config, token);
    if verified.as_ref().err() != Some(&TokenFault::UnknownKey) {
        return Ok(verified);
    }
    keys.reload_if_stale(database).await?;
    Ok(verify(keys, config, token))
}

fn verify(keys: &SigningKeys, config: &Config, token: &str) -> Result<Claims, TokenFault> {
    if token.len() > jwt::LONGEST {
        return Err(TokenFault::TooLong);
    }
    let token = Unverified::parse(token).ok_or(TokenFault::Malformed)?;
    let header: TokenHeader = token.header.read().ok_or(TokenFault::WrongType)?;
    if header.alg != "ES256" || !is_access_token(&header.typ) {
        return Err(TokenFault::WrongType);
    }
    let key = keys.find(&header.kid).ok_or(TokenFault::UnknownKey)?;
    if !token.is_signed_by(&key.decoding, Algorithm::ES256) || !token.has_low_s() {
        return Err(TokenFault::BadSignature);
    }
    let claims: Claims = token.claims.read().ok_or(TokenFault::Malformed)?;
    claims.check(config, UtcTime::now().unix_seconds())?;
    Ok(Claims { kid: header.kid, ..claims })
}

/// The header of our tokens. Any other member (`jwk`, `jku`, `x5u`, `crit`, …) makes a token foreign: nothing in a
/// token ever says where its key comes from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenHeader {
    typ: String,
    alg: String,
    kid: String,
}

/// RFC 9068, 4: both forms of the media type count, in any case.
fn is_access_token(typ: &str) -> bool {
    typ.eq_ignore_ascii_case(TYPE) || typ.eq_ignore_ascii_case("application/at+jwt")
}

#[cfg(test)]
mod tests;
