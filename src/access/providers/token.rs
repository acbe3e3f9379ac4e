//! What a token of a provider must be (RFC 9068, 4; RFC 8725, 3): an access token for this service, signed with a pinned
//! algorithm, in its time.

use jsonwebtoken::Algorithm;
use serde::Deserialize;
use serde_json::{Map, Value as JsonValue};

use super::keys::KeySet;
use super::settings::ProviderSettings;
use crate::access::jwt::{LEEWAY, Unverified};
use crate::access::tokens::TokenFault;
use crate::http::body::is_forbidden;

/// The `typ` that only access tokens have (RFC 9068, 2.1).
const RFC_9068_TYPE: &str = "at+jwt";

const LONGEST_SUBJECT: usize = 255;

/// Claims that only ID tokens (OpenID Connect Core 1.0, 3.3.2.11) and logout tokens (Back-Channel Logout 1.0, 2.4) have.
const OF_OTHER_TOKENS: [&str; 3] = ["at_hash", "c_hash", "events"];

/// What the header of a token asks for.
pub(super) struct Wanted {
    algorithm: Algorithm,
    /// The key that it names.
    pub(super) kid: Option<String>,
}

/// A token that its provider has issued and that is good now.
pub(super) struct ProviderToken {
    /// Who it speaks of, at the provider.
    pub(super) subject: String,
    /// When it was issued, in seconds since 1970.
    pub(super) issued_at: i64,
    /// All its claims.
    pub(super) claims: Map<String, JsonValue>,
}

/// The claims that every token needs. Instants may have fractions (RFC 7519, 2).
#[derive(Deserialize)]
struct RegisteredClaims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
}

/// RFC 7519, 4.1.3.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn contains(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Several(several) => several.iter().any(|one| one == audience),
        }
    }
}

/// Reads the header: type and algorithm are those of the configuration, whatever the token would like.
pub(super) fn read_header(settings: &ProviderSettings, token: &Unverified<'_>) -> Result<Wanted, TokenFault> {
    let algorithm = token.header.text("alg").and_then(|alg| alg.parse().ok());
    let algorithm = algorithm.filter(|algorithm| settings.algorithms.contains(algorithm));
    let typed = token.header.text("typ").is_some_and(|typ| is_of_type(typ, &settings.token_type));
    match algorithm {
        Some(algorithm) if typed && !token.has_forbidden_header() => {
            Ok(Wanted { algorithm, kid: token.header.text("kid").map(str::to_owned) })
        }
        _ => Err(TokenFault::Unfit),
    }
}

/// Verifies signature and claims at the instant `now`, in seconds since 1970.
pub(super) fn verify(
    settings: &ProviderSettings,
    keys: &KeySet,
    token: &Unverified<'_>,
    wanted: &Wanted,
    now: i64,
) -> Result<ProviderToken, TokenFault> {
    let named = keys.named(wanted.kid.as_deref());
    if named.is_empty() {
        return Err(TokenFault::UnknownKey);
    }
    let key = named.iter().find(|key| key.may_verify(wanted.algorithm)).ok_or(TokenFault::Unfit)?;
    if !token.is_signed_by(&key.decoding, wanted.algorithm) {
        return Err(TokenFault::BadSignature);
    }
    let registered: RegisteredClaims = token.claims.read().ok_or(TokenFault::Malformed)?;
    let claims: Map<String, JsonValue> = token.claims.read().ok_or(TokenFault::Malformed)?;
    check_claims(settings, &registered, now)?;
    if is_other_token(&claims)
        || !(is_of_type(&settings.token_type, RFC_9068_TYPE) || is_access_token(&claims))
    {
        return Err(TokenFault::Unfit);
    }
    Ok(ProviderToken { subject: registered.sub, issued_at: registered.iat as i64, claims })
}

fn check_claims(settings: &ProviderSettings, claims: &RegisteredClaims, now: i64) -> Result<(), TokenFault> {
    let (now, leeway) = (now as f64, LEEWAY as f64);
    if claims.iss != settings.issuer {
        return Err(TokenFault::WrongIssuer);
    }
    if !claims.aud.contains(&settings.audience) {
        return Err(TokenFault::WrongAudience);
    }
    if claims.exp + leeway <= now {
        return Err(TokenFault::Expired);
    }
    if claims.iat - leeway > now || claims.nbf.is_some_and(|nbf| nbf - leeway > now) {
        return Err(TokenFault::NotYetValid);
    }
    if claims.exp <= claims.iat || !is_subject(&claims.sub) {
        return Err(TokenFault::Malformed);
    }
    if claims.exp - claims.iat > settings.longest_token_seconds as f64 {
        return Err(TokenFault::TooLongLived);
    }
    Ok(())
}

/// Whether an account here can be linked to the subject (OpenID Connect Core 1.0, 2, bounds its length).
fn is_subject(subject: &str) -> bool {
    let unreadable = |character: char| character.is_control() || is_forbidden(character);
    !subject.trim().is_empty()
        && subject.chars().count() <= LONGEST_SUBJECT
        && !subject.chars().any(unreadable)
}

/// Both forms of a media type count, in any case (RFC 7515, 4.1.9).
fn is_of_type(typ: &str, expected: &str) -> bool {
    const PREFIX: &str = "application/";
    let short = match typ.get(..PREFIX.len()) {
        Some(start) if start.eq_ignore_ascii_case(PREFIX) => &typ[PREFIX.len()..],
        _ => typ,
    };
    short.eq_ignore_ascii_case(expected)
}

/// Whether the token is one for something else. Where all tokens of a provider have one `typ`, their claims tell;
/// Keycloak says it in a claim.
fn is_other_token(claims: &Map<String, JsonValue>) -> bool {
    let said = claims.get("typ").and_then(JsonValue::as_str);
    OF_OTHER_TOKENS.iter().any(|name| claims.contains_key(*name))
        || said.is_some_and(|typ| !["bearer", RFC_9068_TYPE].contains(&typ.to_ascii_lowercase().as_str()))
}

/// Whether a token whose `typ` does not tell is an access token by its claims: it says so (Keycloak), or what it may be
/// used for, and does not answer the `nonce` of a sign-in (OpenID Connect Core 1.0, 2).
fn is_access_token(claims: &Map<String, JsonValue>) -> bool {
    let says_so = claims.get("typ").is_some_and(JsonValue::is_string)
        || claims.contains_key("scope")
        || claims.contains_key("scp");
    says_so && !claims.contains_key("nonce")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_known_in_both_forms_and_any_case() {
        for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt"] {
            assert!(is_of_type(typ, "at+jwt"), "{typ}");
        }
        for typ in
            ["", "JWT", "application/", "at+jwt ", "text/at+jwt", "application/application/at+jwt", "ééééééé"]
        {
            assert!(!is_of_type(typ, "at+jwt"), "{typ}");
        }
    }

    #[test]
    fn id_refresh_and_logout_tokens_are_told_from_access_tokens() {
        let claims = |text: &str| serde_json::from_str::<Map<String, JsonValue>>(text).unwrap();
        for access in ["{}", r#"{"typ": "Bearer"}"#, r#"{"nonce": "a"}"#] {
            assert!(!is_other_token(&claims(access)), "{access}");
        }
        for other in [r#"{"at_hash": "a"}"#, r#"{"events": {}}"#, r#"{"typ": "ID"}"#, r#"{"typ": "Refresh"}"#]
        {
            assert!(is_other_token(&claims(other)), "{other}");
        }
    }

    #[test]
    fn a_token_whose_type_does_not_tell_needs_the_claims_of_an_access_token() {
        let claims = |text: &str| serde_json::from_str::<Map<String, JsonValue>>(text).unwrap();
        for access in [r#"{"typ": "Bearer"}"#, r#"{"scope": "openid"}"#, r#"{"scp": ["openid"]}"#] {
            assert!(is_access_token(&claims(access)), "{access}");
        }
        for other in [
            "{}",
            r#"{"typ": 5}"#,
            r#"{"nonce": "a"}"#,
            r#"{"nonce": "a", "scope": "a"}"#,
            r#"{"email": "a@b.ma"}"#,
        ] {
            assert!(!is_access_token(&claims(other)), "{other}");
        }
    }

    #[test]
    fn a_subject_is_one_readable_line() {
        for good in ["248289761001", "f:1:amina", "أمينة", &"x".repeat(255)] {
            assert!(is_subject(good), "{good}");
        }
        for bad in ["", " ", "\u{a0}", "a\0", "a\nb", "a\tb", "a\u{7f}", "a\u{202e}b", &"x".repeat(256)] {
            assert!(!is_subject(bad), "{bad:?}");
        }
    }
}
