//! The public keys of accounts, as JSON Web Keys (RFC 7517): with one an account proves itself without a secret
//! (`private_key_jwt`).

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::error::FieldRule;
use crate::validation::{self, at, breaks};

/// The family of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum KeyType {
    /// Elliptic curve P-256 (RFC 7518, 6.2).
    EC,
    /// Ed25519 (RFC 8037, 2).
    OKP,
    /// RSA of 2048 to 4096 bits (RFC 7518, 6.3).
    RSA,
}

/// A curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Curve {
    /// For `EC`.
    #[serde(rename = "P-256")]
    P256,
    /// For `OKP`.
    Ed25519,
}

/// The algorithm of a signature (RFC 7518, 3.1; RFC 8037, 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)] // they are registered names
pub enum SignatureAlgorithm {
    ES256,
    EdDSA,
    PS256,
    RS256,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyUse {
    /// Signatures.
    Sig,
}

/// A public key: `EC` on P-256 (`x`, `y`), `OKP` on Ed25519 (`x`) or `RSA` of 2048 to 4096 bits (`n`, `e`). Members of
/// a private key are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check", skip_on_field_errors = true))]
#[schema(as = AccountPublicKey)]
pub struct PublicKey {
    /// Name of the key, as the headers of the account's assertions repeat it; each has another.
    #[validate(custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 200, examples("portal-2026"))]
    pub kid: String,
    /// Family of the key.
    pub kty: KeyType,
    /// The curve, for `EC` and `OKP`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub crv: Option<Curve>,
    /// First coordinate of the point, in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100, examples("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"))]
    pub x: Option<String>,
    /// Second coordinate of the point, in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100, examples("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"))]
    pub y: Option<String>,
    /// Modulus of an `RSA` key, in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 700)]
    pub n: Option<String>,
    /// Exponent of an `RSA` key: always `AQAB`, which is 65537.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 10, examples("AQAB"))]
    pub e: Option<String>,
    /// The algorithm that it is used with; left out, every one that fits the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub alg: Option<SignatureAlgorithm>,
    /// What it is for: signatures alone.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub usage: Option<KeyUse>,
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    d: Private,
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    p: Private,
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    q: Private,
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    dp: Private,
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    dq: Private,
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    qi: Private,
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    oth: Private,
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    k: Private,
}

/// A member of a private key (RFC 7518, 6.2.2, 6.3.2, 6.4.1): that it was given is noticed, its value is not read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Private {
    given: bool,
}

impl Private {
    /// Whether the member was given.
    pub fn is_given(self) -> bool {
        self.given
    }
}

impl<'de> Deserialize<'de> for Private {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self { given: true })
    }
}

fn check(key: &PublicKey) -> Result<(), ValidationError> {
    let private = [
        ("/d", key.d),
        ("/p", key.p),
        ("/q", key.q),
        ("/dp", key.dp),
        ("/dq", key.dq),
        ("/qi", key.qi),
        ("/oth", key.oth),
        ("/k", key.k),
    ];
    if let Some((pointer, _)) = private.iter().find(|(_, member)| member.given) {
        return Err(fault(pointer, FieldRule::PrivateKey));
    }
    check_members(key)?;
    let sound = match key.kty {
        KeyType::EC => is_point(key),
        KeyType::OKP => decoded(&key.x).is_some_and(|x| ParsedPublicKey::new(&ED25519, x).is_ok()),
        KeyType::RSA => return check_rsa(key),
    };
    if sound { Ok(()) } else { Err(fault("/x", FieldRule::PublicKey)) }
}

/// Each family has its members, its curve and its algorithms.
fn check_members(key: &PublicKey) -> Result<(), ValidationError> {
    use SignatureAlgorithm::{ES256, EdDSA, PS256, RS256};
    let (curve, members, algorithms): (_, &[&str], &[_]) = match key.kty {
        KeyType::EC => (Some(Curve::P256), &["/x", "/y"], &[ES256]),
        KeyType::OKP => (Some(Curve::Ed25519), &["/x"], &[EdDSA]),
        KeyType::RSA => (None, &["/n", "/e"], &[PS256, RS256]),
    };
    if key.crv != curve {
        return Err(fault(
            "/crv",
            if key.crv.is_none() { FieldRule::Required } else { FieldRule::PublicKey },
        ));
    }
    for (pointer, member) in [("/x", &key.x), ("/y", &key.y), ("/n", &key.n), ("/e", &key.e)] {
        match (members.contains(&pointer), member) {
            (true, None) => return Err(fault(pointer, FieldRule::Required)),
            (false, Some(_)) => return Err(validation::inapplicable(pointer, "kty")),
            _ => {}
        }
    }
    match key.alg {
        Some(given) if !algorithms.contains(&given) => Err(validation::inapplicable("/alg", "kty")),
        _ => Ok(()),
    }
}

/// Whether both coordinates are those of a point of P-256 (SEC 1, 2.3.3).
fn is_point(key: &PublicKey) -> bool {
    const COORDINATE: usize = 32;
    let coordinate = |text| decoded(text).filter(|bytes| bytes.len() == COORDINATE);
    let (Some(x), Some(y)) = (coordinate(&key.x), coordinate(&key.y)) else { return false };
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [vec![4], x, y].concat()).is_ok()
}

/// Other exponents than the usual one only serve attacks on careless implementations.
fn check_rsa(key: &PublicKey) -> Result<(), ValidationError> {
    const EXPONENT: &str = "AQAB";
    const SIZES: std::ops::RangeInclusive<usize> = 256..=512;
    let modulus = decoded(&key.n).unwrap_or_default();
    let whole = |first: &u8| first.leading_zeros() == 0;
    let odd = |last: &u8| last % 2 == 1;
    if !SIZES.contains(&modulus.len())
        || !modulus.first().is_some_and(whole)
        || !modulus.last().is_some_and(odd)
    {
        return Err(fault("/n", FieldRule::PublicKey));
    }
    if key.e.as_deref() == Some(EXPONENT) { Ok(()) } else { Err(fault("/e", FieldRule::PublicKey)) }
}

fn decoded(text: &Option<String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.as_ref()?).ok()
}

fn fault(pointer: &str, rule: FieldRule) -> ValidationError {
    at(pointer.to_owned(), breaks(rule))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
    use serde_json::{Value, json};

    use super::*;
    use crate::error::{Place, Violation};
    use crate::http::body::read_valid;

    fn ec() -> Value {
        let pair = EcdsaKeyPair::generate(&aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        json!({"kid": "1", "kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y)})
    }

    fn okp() -> Value {
        let pair = Ed25519KeyPair::generate().unwrap();
        json!({"kid": "1", "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(pair.public_key().as_ref())})
    }

    fn rsa(bytes: usize) -> Value {
        json!({"kid": "1", "kty": "RSA", "n": URL_SAFE_NO_PAD.encode(vec![0xC1; bytes]), "e": "AQAB"})
    }

    fn with(mut key: Value, name: &str, member: impl Into<Value>) -> Value {
        key[name] = member.into();
        key
    }

    fn refusal(key: Value) -> (String, &'static str) {
        let error = read_valid::<PublicKey>(key.clone()).expect_err(&key.to_string());
        let Violation { place: Place::Body(pointer), reason, .. } = error.violations[0].clone() else {
            panic!("{:?}", error.violations)
        };
        (pointer, reason.code())
    }

    #[test]
    fn public_keys_of_three_families_are_taken_and_given_back_as_they_came() {
        for key in [ec(), with(ec(), "alg", "ES256"), okp(), with(okp(), "use", "sig"), rsa(256), rsa(512)] {
            let read: PublicKey = read_valid(key.clone()).unwrap_or_else(|error| panic!("{key}: {error}"));
            assert_eq!(serde_json::to_value(read).unwrap(), key);
        }
    }

    #[test]
    fn private_members_are_refused_and_never_repeated() {
        for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            for key in [ec(), okp(), rsa(256)] {
                let key = with(key, name, "c2VjcmV0");
                assert_eq!(refusal(key.clone()), (format!("/{name}"), "private_key"));
                assert!(!format!("{:?}", read_valid::<PublicKey>(key)).contains("c2VjcmV0"));
            }
        }
    }

    #[test]
    fn what_is_no_such_key_is_refused_at_its_member() {
        let zeros = URL_SAFE_NO_PAD.encode([0; 32]);
        for (key, pointer, code) in [
            (with(ec(), "y", zeros.clone()), "/x", "public_key"),
            (with(ec(), "x", "!"), "/x", "public_key"),
            (with(ec(), "crv", "Ed25519"), "/crv", "public_key"),
            (with(ec(), "crv", "P-384"), "/crv", "one_of"),
            (with(ec(), "crv", Value::Null), "/crv", "required"),
            (with(ec(), "y", Value::Null), "/y", "required"),
            (with(okp(), "y", zeros), "/y", "inapplicable"),
            (with(okp(), "x", "AQAB"), "/x", "public_key"),
            (with(ec(), "alg", "RS256"), "/alg", "inapplicable"),
            (with(rsa(256), "alg", "ES256"), "/alg", "inapplicable"),
            (rsa(255), "/n", "public_key"),
            (rsa(513), "/n", "public_key"),
            (with(rsa(256), "e", "Aw"), "/e", "public_key"),
            (with(ec(), "use", "enc"), "/use", "one_of"),
            (with(ec(), "kid", ""), "/kid", "blank"),
            (json!({"kid": "1", "kty": "oct"}), "/kty", "one_of"),
            // Both are told, by the order of their places.
            (json!({"kid": "1", "kty": "oct", "k": "c2VjcmV0"}), "/k", "unknown_field"),
            (with(ec(), "x5u", "https://evil.example"), "/x5u", "unknown_field"),
        ] {
            assert_eq!(refusal(key.clone()), (pointer.to_owned(), code), "{key}");
        }
    }
}
