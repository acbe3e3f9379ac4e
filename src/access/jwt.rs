//! Signed tokens (JWS in compact form, RFC 7515) as they arrive from anybody: taken apart strictly, before anything in
//! them is believed.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value as JsonValue};

use super::low_s;

/// Bytes of the longest token that is looked at.
pub(super) const LONGEST: usize = 8 * 1024;

/// How far the clocks of two services may be apart, in seconds.
pub(super) const LEEWAY: i64 = 30;

/// How long after its end it is remembered that a token was revoked or used, in seconds: the clock of the instance that
/// forgets may be ahead of another's, where the token is still good.
pub(super) const REMEMBERED: i64 = 60;

/// Header members by which a token would bring its own key, or change what its signature means (RFC 7515, 4.1).
const NEVER_TAKEN: [&str; 5] = ["jwk", "jku", "x5u", "x5c", "crit"];

/// A token taken apart. Nothing in it is verified.
pub(super) struct Unverified<'a> {
    /// What its header says, which may be a lie.
    pub(super) header: Members,
    /// What it claims, which may be a lie.
    pub(super) claims: Members,
    message: &'a str,
    signature: &'a str,
}

impl<'a> Unverified<'a> {
    /// Takes a token apart: three parts in strict base64url, the first two JSON objects without repeated members.
    pub(super) fn parse(token: &'a str) -> Option<Self> {
        let (message, signature) = token.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        Some(Self { header: decoded(header)?, claims: decoded(claims)?, message, signature })
    }

    /// Whether the header has a member that is never taken: where a key comes from is not for the token to say
    /// (RFC 8725, 3.10), and extensions (`crit`) are unknown here.
    pub(super) fn has_forbidden_header(&self) -> bool {
        NEVER_TAKEN.iter().any(|name| self.header.0.contains_key(*name))
    }

    /// Whether the owner of `key` signed the token with `algorithm`, which is the choice of whoever asks.
    ///
    /// Others may have given their ECDSA signature in either of its two forms, as JOSE allows: what they sign is known by
    /// its `jti`. Of the service's own tokens one form alone is good ([`Unverified::has_low_s`]).
    pub(super) fn is_signed_by(&self, key: &DecodingKey, algorithm: Algorithm) -> bool {
        jsonwebtoken::crypto::verify(self.signature, self.message.as_bytes(), key, algorithm).unwrap_or(false)
    }

    /// Whether an ES256 signature has the form that this service gives: nobody makes a second token of one.
    pub(super) fn has_low_s(&self) -> bool {
        URL_SAFE_NO_PAD.decode(self.signature).is_ok_and(|signature| low_s::is_low(&signature))
    }
}

fn decoded(part: &str) -> Option<Members> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// The members of a JSON object, none of them repeated: of two, one parser takes the first and another the last
/// (RFC 7519, 4).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Members(Map<String, JsonValue>);

impl Members {
    /// The value of a member, if it is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// The members that `T` has; `None` when one is missing or of another type.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Option<T> {
        T::deserialize(&self.0).ok()
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object without repeated members")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members, A::Error> {
        let mut members = Map::new();
        while let Some((name, value)) = access.next_entry()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member is repeated"));
            }
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> String {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn a_token_is_taken_apart() {
        let token = token(r#"{"alg":"ES256","kid":"a"}"#, r#"{"iss":"x","exp":5}"#);
        let parts = Unverified::parse(&token).unwrap();
        assert_eq!((parts.header.text("kid"), parts.claims.text("iss")), (Some("a"), Some("x")));
        assert_eq!((parts.claims.text("exp"), parts.claims.text("sub")), (None, None));
        assert!(!parts.has_forbidden_header());
    }

    #[test]
    fn a_repeated_member_is_refused_whatever_it_is_called() {
        for (header, claims) in [
            (r#"{"alg":"none","alg":"ES256"}"#, "{}"),
            (r#"{"x":1,"x":1}"#, "{}"),
            ("{}", r#"{"sub":"a","sub":"b"}"#),
            ("{}", r#"{"unread":1,"\u0075nread":2}"#),
        ] {
            assert!(Unverified::parse(&token(header, claims)).is_none(), "{header} {claims}");
        }
    }

    #[test]
    fn other_texts_are_no_tokens() {
        let good = token("{}", "{}");
        assert!(Unverified::parse(&good).is_some());
        for text in [
            "".to_owned(),
            "..".to_owned(),
            "a.b".to_owned(),
            format!("{good}.x"),
            format!(" {good}"),
            good.replacen('.', "=.", 1),
            token("[]", "{}"),
            token("{}", "null"),
            token("{} {}", "{}"),
        ] {
            assert!(Unverified::parse(&text).is_none(), "{text}");
        }
    }

    #[test]
    fn what_would_bring_a_key_along_is_seen() {
        for name in NEVER_TAKEN {
            let token = token(&format!(r#"{{"{name}":null}}"#), "{}");
            assert!(Unverified::parse(&token).unwrap().has_forbidden_header(), "{name}");
        }
    }
}
