//! Access tokens: JWTs as RFC 9068 profiles them, signed and verified with ES256 and nothing else (RFC 8725).

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::accounts::Account;
use super::keys::SigningKeys;
use super::scopes::{Role, Scope};
use crate::config::Config;
use crate::database::types::{Id, UtcTime};
use crate::error::{Code, Error, Result};

/// The challenge that every refusal repeats (RFC 6750, 3).
pub(super) const CHALLENGE: &str = "Bearer realm=\"nasij\"";

const LONGEST_TOKEN: usize = 8 * 1024;
/// How far the clocks of two instances may be apart, in seconds.
const LEEWAY: i64 = 30;
const TYPE: &str = "at+jwt";

/// What a token says (RFC 9068, 2.2).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Claims {
    /// Who issued it: the public URL of the service.
    iss: String,
    /// Whom it is for: the service itself.
    aud: String,
    /// The account.
    pub(super) sub: Id,
    /// The client, which is the account again: there is no end user with client credentials.
    client_id: Id,
    /// When it ends, in seconds since 1970.
    exp: i64,
    /// When it was issued.
    iat: i64,
    /// Its own identifier.
    jti: Uuid,
    /// What it may be used for, with spaces between (RFC 8693, 4.2).
    scope: String,
    /// What the account is (RFC 7643, 4.1.2).
    roles: [Role; 1],
    /// The account's generation: tokens of an earlier one have ended.
    #[serde(rename = "gen")]
    pub(super) generation: i64,
}

impl Claims {
    /// What the token may be used for. Scopes that this version of the service does not know mean nothing to it.
    pub(super) fn scopes(&self) -> Vec<Scope> {
        self.scope.split(' ').filter_map(|word| word.parse().ok()).collect()
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
    #[error("the token was revoked")]
    Revoked,
}

impl From<TokenFault> for Error {
    fn from(fault: TokenFault) -> Self {
        let challenge = format!("{CHALLENGE}, error=\"invalid_token\", error_description=\"{fault}\"");
        Self::new(Code::InvalidToken).with_header("WWW-Authenticate", challenge).caused_by(fault)
    }
}

/// Signs a token for `account`, and says for how many seconds it is good.
pub(super) fn issue(
    keys: &SigningKeys,
    config: &Config,
    account: &Account,
    scopes: &[Scope],
) -> Result<(String, i64)> {
    let now = UtcTime::now().unix_seconds();
    let claims = Claims {
        iss: config.public_url.clone(),
        aud: config.public_url.clone(),
        sub: account.id,
        client_id: account.id,
        exp: now + config.token_seconds,
        iat: now,
        jti: Uuid::new_v4(),
        scope: Scope::join(scopes),
        roles: [account.role],
        generation: account.generation,
    };
    let key = keys.current();
    let header = jsonwebtoken::Header {
        typ: Some(TYPE.to_owned()),
        kid: Some(key.kid().to_owned()),
        ..jsonwebtoken::Header::new(Algorithm::ES256)
    };
    let token = jsonwebtoken::encode(&header, &claims, &key.encoding).map_err(Error::internal)?;
    Ok((token, config.token_seconds))
}

/// The claims of a token that this service issued and that is good now, as far as the token alone tells.
pub(super) fn verify(keys: &SigningKeys, config: &Config, token: &str) -> Result<Claims, TokenFault> {
    if token.len() > LONGEST_TOKEN {
        return Err(TokenFault::TooLong);
    }
    let header = read_header(token)?;
    if header.alg != "ES256" || !is_access_token(&header.typ) {
        return Err(TokenFault::WrongType);
    }
    let key = keys.find(&header.kid).ok_or(TokenFault::UnknownKey)?;
    let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation(config))?.claims;
    let now = UtcTime::now().unix_seconds();
    if claims.iat > now + LEEWAY {
        return Err(TokenFault::NotYetValid);
    }
    if claims.client_id != claims.sub || claims.exp <= claims.iat {
        return Err(TokenFault::Malformed);
    }
    Ok(claims)
}

/// The header of our tokens. Any other member (`jwk`, `jku`, `x5u`, `crit`, …) and any repeated one makes a token
/// foreign: nothing in a token ever says where its key comes from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenHeader {
    typ: String,
    alg: String,
    kid: String,
}

fn read_header(token: &str) -> Result<TokenHeader, TokenFault> {
    let (header, _) = token.split_once('.').ok_or(TokenFault::Malformed)?;
    let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| TokenFault::Malformed)?;
    serde_json::from_slice(&header).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => TokenFault::WrongType,
        _ => TokenFault::Malformed,
    })
}

/// RFC 9068, 4: both forms of the media type count, in any case.
fn is_access_token(typ: &str) -> bool {
    typ.eq_ignore_ascii_case(TYPE) || typ.eq_ignore_ascii_case("application/at+jwt")
}

fn validation(config: &Config) -> Validation {
    let issuer = HashSet::from([config.public_url.clone()]);
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.leeway = LEEWAY.unsigned_abs();
    validation.validate_nbf = true;
    validation.aud = Some(issuer.clone());
    validation.iss = Some(issuer);
    validation
}

impl From<jsonwebtoken::errors::Error> for TokenFault {
    fn from(error: jsonwebtoken::errors::Error) -> Self {
        match error.kind() {
            ErrorKind::InvalidSignature => Self::BadSignature,
            ErrorKind::ExpiredSignature => Self::Expired,
            ErrorKind::ImmatureSignature => Self::NotYetValid,
            ErrorKind::InvalidIssuer => Self::WrongIssuer,
            ErrorKind::InvalidAudience => Self::WrongAudience,
            ErrorKind::InvalidAlgorithm => Self::WrongType,
            _ => Self::Malformed,
        }
    }
}

#[cfg(test)]
mod tests;
