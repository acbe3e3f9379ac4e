//! The public key of an institution as a JSON Web Key (RFC 7517): P-256 (RFC 7518, 6.2) or Ed25519 (RFC 8037, 2), under
//! the name that follows from it (RFC 7638).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value as JsonValue;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::access::accounts::Curve;
use crate::access::low_s;

/// Bytes of a coordinate on either curve.
const COORDINATE: usize = 32;

/// The family of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = InstitutionKeyType)]
pub enum Family {
    /// For the curve P-256.
    EC,
    /// For Ed25519.
    OKP,
}

/// The algorithm of its signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = InstitutionKeyAlgorithm)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256 (RFC 7518, 3.4).
    ES256,
    /// Ed25519 (RFC 8037, 3.1).
    EdDSA,
}

/// A public key of an institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstitutionJwk {
    /// Family of the key.
    pub kty: Family,
    /// Its curve.
    pub crv: Curve,
    /// First coordinate of the point, in base64url.
    #[schema(pattern = "^[A-Za-z0-9_-]{43}$", examples("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"))]
    pub x: String,
    /// Second coordinate of the point, in base64url; P-256 has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        pattern = "^[A-Za-z0-9_-]{43}$",
        examples("4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM")
    )]
    pub y: Option<String>,
    /// The algorithm of its signatures, which follows from the curve.
    pub alg: Algorithm,
    /// Name of the key: its thumbprint (RFC 7638).
    #[schema(pattern = "^[A-Za-z0-9_-]{43}$", examples("cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"))]
    pub kid: String,
}

impl InstitutionJwk {
    /// The key of a point in base64url, under its own name; `None` when that is no point, or one of a key with which
    /// anybody can sign.
    pub fn of_point(crv: Curve, x: String, y: Option<String>) -> Option<Self> {
        let (kty, alg) = match crv {
            Curve::P256 => (Family::EC, Algorithm::ES256),
            Curve::Ed25519 => (Family::OKP, Algorithm::EdDSA),
        };
        let kid = thumbprint(crv, &x, y.as_deref());
        let key = Self { kty, crv, x, y, alg, kid };
        ParsedPublicKey::new(key.algorithm(), key.point()?).is_ok().then_some(key)
    }

    /// The key of a point as keys are generated: 65 bytes on P-256 (SEC 1, 2.3.3), 32 on Ed25519.
    pub fn of_bytes(crv: Curve, point: &[u8]) -> Option<Self> {
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match crv {
            Curve::P256 => {
                let (x, y) = point.strip_prefix(&[4])?.split_at_checked(COORDINATE)?;
                Self::of_point(crv, encoded(x), Some(encoded(y)))
            }
            Curve::Ed25519 => Self::of_point(crv, encoded(point), None),
        }
    }

    /// The key that a JWK from anywhere holds, under its own name and whatever else stands there; `None` when it is none
    /// of these two kinds.
    pub fn read(jwk: &JsonValue) -> Option<Self> {
        let member = |name: &str| jwk[name].as_str();
        let crv = match (member("kty")?, member("crv")?) {
            ("EC", "P-256") => Curve::P256,
            ("OKP", "Ed25519") => Curve::Ed25519,
            _ => return None,
        };
        Self::of_point(crv, member("x")?.to_owned(), member("y").map(str::to_owned))
    }

    /// Whether all members fit together, as [`InstitutionJwk::of_point`] makes them.
    pub fn is_sound(&self) -> bool {
        Self::of_point(self.crv, self.x.clone(), self.y.clone()).as_ref() == Some(self)
    }

    /// Whether the owner of the key signed `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let Some(point) = self.point() else { return false };
        UnparsedPublicKey::new(self.algorithm(), point).verify(message, signature).is_ok()
    }

    /// Whether a signature that verifies is in the only form that is kept.
    pub fn is_only_form(&self, signature: &[u8]) -> bool {
        self.crv == Curve::Ed25519 || low_s::is_low(signature)
    }

    /// The form of a signature that is kept.
    pub fn only_form(&self, signature: Vec<u8>) -> Vec<u8> {
        if self.crv == Curve::P256 { low_s::lowered(signature) } else { signature }
    }

    fn algorithm(&self) -> &'static dyn VerificationAlgorithm {
        match self.crv {
            Curve::P256 => &ECDSA_P256_SHA256_FIXED,
            Curve::Ed25519 => &ED25519,
        }
    }

    /// The point as libraries take it.
    fn point(&self) -> Option<Vec<u8>> {
        let decoded = |text: &String| {
            URL_SAFE_NO_PAD.decode(text).ok().filter(|coordinate| coordinate.len() == COORDINATE)
        };
        let x = decoded(&self.x)?;
        match (self.crv, &self.y) {
            (Curve::P256, Some(y)) => Some([vec![4], x, decoded(y)?].concat()),
            (Curve::Ed25519, None) => Some(x).filter(|x| !is_weak(x)),
            _ => None,
        }
    }
}

/// RFC 7638, 3; RFC 8037, A.3: the digest of the required members in alphabetical order, without spaces.
fn thumbprint(crv: Curve, x: &str, y: Option<&str>) -> String {
    let members = match crv {
        Curve::P256 => {
            format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{}"}}"#, y.unwrap_or_default())
        }
        Curve::Ed25519 => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
    };
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}

/// The points of Ed25519 of a small order, but for the sign: with such a key everybody can sign everything
/// (RFC 8032, 8.9, leaves it to whoever needs more to refuse them).
const WEAK: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

fn is_weak(point: &[u8]) -> bool {
    let mut point = point.to_vec();
    if let Some(last) = point.last_mut() {
        *last &= 0x7f;
    }
    let written: String = point.iter().map(|byte| format!("{byte:02x}")).collect();
    WEAK.contains(&written.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The keys of RFC 7517, A.1 and RFC 8037, A.2.
    fn published() -> [InstitutionJwk; 2] {
        let x = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4".to_owned();
        let y = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM".to_owned();
        let edwards = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned();
        [
            InstitutionJwk::of_point(Curve::P256, x, Some(y)).unwrap(),
            InstitutionJwk::of_point(Curve::Ed25519, edwards, None).unwrap(),
        ]
    }

    #[test]
    fn the_thumbprints_of_published_keys_are_the_known_ones() {
        let kids = published().map(|key| key.kid);
        assert_eq!(
            kids,
            ["cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"]
        );
    }

    #[test]
    fn a_key_is_read_as_it_is_written_and_with_other_members() {
        for key in published() {
            assert_eq!(serde_json::from_value::<InstitutionJwk>(json!(key)).unwrap(), key);
            let mut jwk = json!(key);
            jwk["use"] = "sig".into();
            jwk["x5t"] = "c2hvcnQ".into();
            assert_eq!(InstitutionJwk::read(&jwk), Some(key));
        }
    }

    #[test]
    fn what_does_not_fit_together_is_no_key() {
        let [ec, okp] = published();
        for unsound in [
            InstitutionJwk { kid: okp.kid.clone(), ..ec.clone() },
            InstitutionJwk { alg: Algorithm::EdDSA, ..ec.clone() },
            InstitutionJwk { kty: Family::OKP, ..ec.clone() },
            InstitutionJwk { y: Some(ec.x.clone()), ..ec.clone() },
            InstitutionJwk { y: None, ..ec.clone() },
            InstitutionJwk { y: ec.y.clone(), ..okp.clone() },
            InstitutionJwk { x: format!("{}A", okp.x), ..okp.clone() },
        ] {
            assert!(!unsound.is_sound(), "{unsound:?}");
        }
        assert!(ec.is_sound() && okp.is_sound());
        for jwk in [json!({}), json!(null), json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"})] {
            assert_eq!(InstitutionJwk::read(&jwk), None);
        }
    }

    #[test]
    fn a_key_with_which_everybody_can_sign_is_refused() {
        for weak in WEAK {
            for sign in [0, 0x80] {
                let digits = weak.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
                let mut point: Vec<u8> = digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
                point[31] |= sign;
                assert_eq!(InstitutionJwk::of_bytes(Curve::Ed25519, &point), None, "{weak}");
            }
        }
    }
}
