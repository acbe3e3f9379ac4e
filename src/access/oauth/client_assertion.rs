//! Client assertions (RFC 7523, 3): JWTs of a few minutes by which an account proves that it has a private key. Pure.

use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;

use super::super::accounts::{KeyType, PublicKey, SignatureAlgorithm};
use super::super::jwt::{LEEWAY, Unverified};
use crate::database::types::{Id, UtcTime};

/// The `client_assertion_type` (RFC 7523, 2.2).
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The algorithms that assertions may be signed with. Which one, the family of the account's key says.
pub(in crate::access) const SIGNATURE_ALGORITHMS: [SignatureAlgorithm; 4] = [
    SignatureAlgorithm::ES256,
    SignatureAlgorithm::EdDSA,
    SignatureAlgorithm::PS256,
    SignatureAlgorithm::RS256,
];

/// How far ahead an assertion may expire, in seconds.
const LONGEST_LIFE: i64 = 600;

/// How long after its first use an assertion may still have been good, in seconds.
pub(super) const LONGEST_MEMORY: i64 = LONGEST_LIFE + 2 * LEEWAY;

/// Characters of the longest `jti`.
const LONGEST_JTI: usize = 255;

/// Whom an assertion may be meant for: the issuer of our tokens, which is preferred (RFC 7523bis), or the URL of the
/// endpoint that it is shown to.
pub(super) struct Audiences {
    pub(super) issuer: String,
    pub(super) endpoint: String,
}

/// A well-formed assertion that is good now. Its signature is not verified.
pub(super) struct ClientAssertion<'a> {
    token: Unverified<'a>,
    header: Header,
    client_id: String,
    single_use: SingleUse,
}

/// What is read of the header.
#[derive(Deserialize)]
struct Header {
    alg: SignatureAlgorithm,
    typ: Option<String>,
    kid: Option<String>,
}

/// What is read of the claims (RFC 7523, 3).
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: Option<i64>,
    nbf: Option<i64>,
    jti: String,
}

/// A single audience, in either of the forms of RFC 7519, 4.1.3.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    Plain(String),
    Listed([String; 1]),
}

/// What makes an assertion good only once: its account has used this identifier until `expires_at`.
#[derive(Clone)]
pub(super) struct SingleUse {
    pub(super) account_id: Id,
    pub(super) jti: String,
    pub(super) expires_at: UtcTime,
}

impl<'a> ClientAssertion<'a> {
    /// Reads an assertion; `None` unless it is well-formed, meant for one of `audiences` and good at `now`.
    pub(super) fn read(assertion: &'a str, audiences: &Audiences, now: UtcTime) -> Option<Self> {
        let token = Unverified::parse(assertion)?;
        let (header, claims): (Header, Claims) = (token.header.read()?, token.claims.read()?);
        let good = !token.has_forbidden_header()
            && header.typ.as_deref().is_none_or(is_assertion_type)
            && claims.iss == claims.sub
            && claims.aud.is_one_of(audiences)
            && claims.is_current(now.unix_seconds())
            && is_identifier(&claims.jti);
        let single_use = SingleUse {
            account_id: claims.sub.parse().ok()?,
            jti: claims.jti,
            expires_at: UtcTime::from_unix_seconds(claims.exp.saturating_add(LEEWAY))?,
        };
        good.then_some(Self { token, header, client_id: claims.sub, single_use })
    }

    /// The client that the assertion is said to be of, as it writes its identifier.
    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// What makes it good only once, and its account.
    pub(super) fn single_use(&self) -> &SingleUse {
        &self.single_use
    }

    /// Whether one of the account's keys signed it: the one that the header names, or any.
    pub(super) fn is_signed_by_one_of(&self, keys: &[PublicKey]) -> bool {
        keys.iter()
            .filter(|key| self.header.kid.as_ref().is_none_or(|kid| *kid == key.kid))
            .filter_map(|key| Some((algorithm(key, self.header.alg)?, decoding_key(key)?)))
            .any(|(algorithm, key)| self.token.is_signed_by(&key, algorithm))
    }
}

impl Claims {
    /// Whether it is neither too early nor too late, at `now` in seconds since 1970.
    fn is_current(&self, now: i64) -> bool {
        let begun = |time: Option<i64>| time.is_none_or(|time| time <= now + LEEWAY);
        let ends = now - LEEWAY < self.exp && self.exp <= now + LONGEST_LIFE + LEEWAY;
        ends && begun(self.iat) && begun(self.nbf)
    }
}

impl Audience {
    fn is_one_of(&self, audiences: &Audiences) -> bool {
        let (Self::Plain(audience) | Self::Listed([audience])) = self;
        *audience == audiences.issuer || *audience == audiences.endpoint
    }
}

/// What a `jti` may be: the database keeps it.
fn is_identifier(jti: &str) -> bool {
    (1..=LONGEST_JTI).contains(&jti.chars().count()) && !jti.contains(char::is_control)
}

/// `JWT`, or the type of its own that RFC 7523bis gives (RFC 8725, 3.11).
fn is_assertion_type(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    matches!(typ.strip_prefix("application/").unwrap_or(&typ), "jwt" | "client-authentication+jwt")
}

/// How `key` verifies an assertion that says it is signed with `alg`: the key decides, not the assertion (RFC 8725,
/// 3.1).
fn algorithm(key: &PublicKey, alg: SignatureAlgorithm) -> Option<Algorithm> {
    if key.alg.is_some_and(|own| own != alg) {
        return None;
    }
    match (key.kty, alg) {
        (KeyType::EC, SignatureAlgorithm::ES256) => Some(Algorithm::ES256),
        (KeyType::OKP, SignatureAlgorithm::EdDSA) => Some(Algorithm::EdDSA),
        (KeyType::RSA, SignatureAlgorithm::PS256) => Some(Algorithm::PS256),
        (KeyType::RSA, SignatureAlgorithm::RS256) => Some(Algorithm::RS256),
        _ => None,
    }
}

fn decoding_key(key: &PublicKey) -> Option<DecodingKey> {
    let (x, y) = (key.x.as_deref(), key.y.as_deref());
    match key.kty {
        KeyType::EC => DecodingKey::from_ec_components(x?, y?),
        KeyType::OKP => DecodingKey::from_ed_components(x?),
        KeyType::RSA => DecodingKey::from_rsa_components(key.n.as_deref()?, key.e.as_deref()?),
    }
    .ok()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jsonwebtoken::EncodingKey;
    use serde_json::{Value as JsonValue, json};

    use super::*;

    const CLIENT: &str = "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11";
    const NOW: i64 = 1_795_424_400;

    fn audiences() -> Audiences {
        let issuer = "https://nasij.example".to_owned();
        Audiences { endpoint: format!("{issuer}/oauth/token"), issuer }
    }

    fn header() -> JsonValue {
        json!({"typ": "JWT", "alg": "EdDSA", "kid": "first"})
    }

    fn claims() -> JsonValue {
        json!({"iss": CLIENT, "sub": CLIENT, "aud": "https://nasij.example", "exp": NOW + 60, "jti": "one"})
    }

    fn with(mut object: JsonValue, name: &str, value: JsonValue) -> JsonValue {
        object[name] = value;
        object
    }

    fn without(mut object: JsonValue, name: &str) -> JsonValue {
        object.as_object_mut().unwrap().remove(name);
        object
    }

    fn is_read(header: &JsonValue, claims: &JsonValue) -> bool {
        let encoded = |part: &JsonValue| URL_SAFE_NO_PAD.encode(part.to_string());
        let assertion = format!("{}.{}.c2ln", encoded(header), encoded(claims));
        let now = UtcTime::from_unix_seconds(NOW).unwrap();
        ClientAssertion::read(&assertion, &audiences(), now).is_some()
    }

    #[test]
    fn a_good_assertion_is_read() {
        assert!(is_read(&header(), &claims()));
        for typ in ["jwt", "client-authentication+jwt", "application/client-authentication+jwt"] {
            assert!(is_read(&with(header(), "typ", typ.into()), &claims()), "{typ}");
        }
        assert!(is_read(&without(without(header(), "typ"), "kid"), &claims()));
        for (name, value) in [
            ("aud", json!("https://nasij.example/oauth/token")),
            ("aud", json!(["https://nasij.example"])),
            ("exp", json!(NOW - 29)),
            ("exp", json!(NOW + 630)),
            ("iat", json!(NOW + 30)),
            ("nbf", json!(NOW - 1000)),
            ("jti", json!("é".repeat(255))),
        ] {
            assert!(is_read(&header(), &with(claims(), name, value.clone())), "{name} = {value}");
        }
    }

    #[test]
    fn every_rule_of_the_claims_holds() {
        for name in ["iss", "sub", "aud", "exp", "jti"] {
            assert!(!is_read(&header(), &without(claims(), name)), "without {name}");
        }
        for (name, value) in [
            ("iss", json!("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e12")),
            ("sub", json!("somebody")),
            ("aud", json!("https://nasij.example/")),
            ("aud", json!("https://nasij.example/oauth/revoke")),
            ("aud", json!("https://other.example")),
            ("aud", json!(["https://nasij.example", "https://other.example"])),
            ("aud", json!([])),
            ("exp", json!(NOW - 30)),
            ("exp", json!(NOW + 631)),
            ("exp", json!(i64::MAX)),
            ("exp", json!(NOW.to_string())),
            ("iat", json!(NOW + 31)),
            ("nbf", json!(NOW + 31)),
            ("jti", json!("")),
            ("jti", json!("x".repeat(256))),
            ("jti", json!("é".repeat(256))),
            ("jti", json!("a\u{0}b")),
            ("jti", json!(7)),
        ] {
            assert!(!is_read(&header(), &with(claims(), name, value.clone())), "{name} = {value}");
        }
    }

    #[test]
    fn every_rule_of_the_header_holds() {
        assert!(!is_read(&without(header(), "alg"), &claims()));
        for (name, value) in [
            ("alg", json!("none")),
            ("alg", json!("HS256")),
            ("alg", json!("ES384")),
            ("typ", json!("at+jwt")),
            ("kid", json!(7)),
            ("jwk", json!({})),
            ("jku", json!("https://evil.example")),
            ("x5u", json!("https://evil.example")),
            ("x5c", json!([])),
            ("crit", json!(["exp"])),
        ] {
            assert!(!is_read(&with(header(), name, value.clone()), &claims()), "{name} = {value}");
        }
    }

    fn public_key(pair: &Ed25519KeyPair, kid: &str, alg: &str) -> PublicKey {
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let jwk = json!({"kid": kid, "kty": "OKP", "crv": "Ed25519", "x": x, "alg": alg});
        serde_json::from_value(jwk).unwrap()
    }

    #[test]
    fn the_key_that_is_named_verifies_with_its_own_algorithm() {
        let pair = Ed25519KeyPair::generate().unwrap();
        let pkcs8 = pair.to_pkcs8v1().unwrap();
        let message = [header(), claims()].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let key = EncodingKey::from_ed_der(pkcs8.as_ref());
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::EdDSA).unwrap();
        let assertion = format!("{message}.{signature}");
        let now = UtcTime::from_unix_seconds(NOW).unwrap();
        let assertion = ClientAssertion::read(&assertion, &audiences(), now).unwrap();
        let (own, misnamed) = (public_key(&pair, "first", "EdDSA"), public_key(&pair, "second", "EdDSA"));
        let foreign = public_key(&Ed25519KeyPair::generate().unwrap(), "first", "EdDSA");
        let other_algorithm = public_key(&pair, "first", "ES256");
        assert!(assertion.is_signed_by_one_of(&[misnamed.clone(), own]));
        for keys in [vec![], vec![misnamed], vec![foreign], vec![other_algorithm]] {
            assert!(!assertion.is_signed_by_one_of(&keys), "{keys:?}");
        }
    }
}
