//! What a key is registered with, and what a change of its state is asked for with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::jwk::{Algorithm, Family, InstitutionJwk};
use super::rules::Status;
use crate::access::accounts::{Curve, KeyUse, Private};
use crate::validation::{self, at};

/// What a key is registered with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = InstitutionKeyInput, example = json!({"jwk": {
    "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
}}))]
pub struct KeyInput {
    /// The public key.
    #[validate(nested)]
    pub jwk: JwkInput,
}

/// A public key: `EC` on P-256 (`x`, `y`) or `OKP` on Ed25519 (`x`). Members of a private key are refused.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check", skip_on_field_errors = true))]
#[schema(as = InstitutionJwkInput)]
pub struct JwkInput {
    /// Family of the key.
    pub kty: Family,
    /// Its curve.
    pub crv: Curve,
    /// First coordinate of the point, in base64url.
    #[schema(min_length = 1, max_length = 100)]
    pub x: String,
    /// Second coordinate of the point, in base64url; P-256 has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 100)]
    pub y: Option<String>,
    /// The algorithm of its signatures. It follows from the curve and can be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub alg: Option<Algorithm>,
    /// Name of the key: its thumbprint (RFC 7638). It follows from the key and can be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 100)]
    pub kid: Option<String>,
    /// What it is for: signatures alone.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub usage: Option<KeyUse>,
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    d: Private,
}

impl JwkInput {
    /// The key; `None` when it is none.
    pub fn key(&self) -> Option<InstitutionJwk> {
        InstitutionJwk::of_point(self.crv, self.x.clone(), self.y.clone())
    }
}

fn check(input: &JwkInput) -> Result<(), ValidationError> {
    let fault = |pointer: &str, code| at(pointer.to_owned(), ValidationError::new(code));
    if input.d.is_given() {
        return Err(fault("/d", "private_key"));
    }
    match (input.crv, &input.y) {
        (Curve::P256, None) => return Err(validation::required("/y")),
        (Curve::Ed25519, Some(_)) => return Err(validation::inapplicable("/y", "crv")),
        _ => {}
    }
    let key = input.key().ok_or_else(|| fault("/x", "institution_public_key"))?;
    if input.kty != key.kty {
        return Err(validation::inapplicable("/kty", "crv"));
    }
    if input.alg.is_some_and(|alg| alg != key.alg) {
        return Err(validation::inapplicable("/alg", "crv"));
    }
    if input.kid.as_ref().is_some_and(|kid| *kid != key.kid) {
        let mut error = ValidationError::new("thumbprint");
        error.add_param("expected".into(), &key.kid);
        return Err(at("/kid".to_owned(), error));
    }
    Ok(())
}

/// What a change of state is asked for with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = InstitutionKeyTransitionInput, example = json!({"to": "confirmed"}))]
pub struct TransitionInput {
    /// The state to go to: `confirmed` or `revoked`.
    pub to: Status,
    /// Why, for everybody to read. Needed for `revoked`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::not_blank"))]
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::error::{Place, Violation};
    use crate::http::body::read_valid;

    const X: &str = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
    const Y: &str = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";

    fn ec() -> Value {
        json!({"kty": "EC", "crv": "P-256", "x": X, "y": Y})
    }

    fn okp() -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    }

    fn with(mut key: Value, name: &str, member: impl Into<Value>) -> Value {
        key[name] = member.into();
        key
    }

    fn refusal(key: &Value) -> (String, &'static str) {
        let error = read_valid::<KeyInput>(json!({"jwk": key})).expect_err(&key.to_string());
        let Violation { place: Place::Body(pointer), reason, .. } = error.violations[0].clone() else {
            panic!("{:?}", error.violations)
        };
        (pointer, reason.code())
    }

    #[test]
    fn public_keys_are_taken_with_and_without_what_follows_from_them() {
        for key in [ec(), okp(), with(ec(), "use", "sig"), with(okp(), "alg", "EdDSA")] {
            let input: KeyInput = read_valid(json!({"jwk": key})).unwrap();
            let whole = json!(input.jwk.key().unwrap());
            read_valid::<KeyInput>(json!({"jwk": whole})).unwrap();
        }
    }

    #[test]
    fn what_is_no_such_key_is_refused_at_its_member() {
        for (key, pointer, code) in [
            (with(ec(), "d", "c2VjcmV0"), "/jwk/d", "private_key"),
            (with(okp(), "d", Value::Null), "/jwk/d", "private_key"),
            (with(ec(), "y", X), "/jwk/x", "institution_public_key"),
            (with(okp(), "x", "AQAB"), "/jwk/x", "institution_public_key"),
            (with(okp(), "x", "A".repeat(43)), "/jwk/x", "institution_public_key"),
            (with(okp(), "y", Y), "/jwk/y", "inapplicable"),
            (with(ec(), "kty", "OKP"), "/jwk/kty", "inapplicable"),
            (with(ec(), "kty", "RSA"), "/jwk/kty", "one_of"),
            (with(ec(), "crv", "P-384"), "/jwk/crv", "one_of"),
            (with(ec(), "alg", "EdDSA"), "/jwk/alg", "inapplicable"),
            (with(ec(), "kid", "ministry-2027"), "/jwk/kid", "thumbprint"),
            (with(ec(), "x5u", "https://evil.example"), "/jwk/x5u", "unknown_field"),
        ] {
            assert_eq!(refusal(&key), (pointer.to_owned(), code), "{key}");
        }
    }
}
