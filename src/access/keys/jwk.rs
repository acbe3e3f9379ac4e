//! The public keys as others read them: JSON Web Keys (RFC 7517).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

/// A public key (RFC 7517, 4; RFC 7518, 6.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Jwk {
    /// Kind of key.
    #[schema(examples("EC"))]
    pub kty: String,
    /// Elliptic curve.
    #[schema(examples("P-256"))]
    pub crv: String,
    /// First coordinate of the point, in base64url.
    #[schema(examples("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"))]
    pub x: String,
    /// Second coordinate of the point, in base64url.
    #[schema(examples("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"))]
    pub y: String,
    /// What the key is for: signatures.
    #[serde(rename = "use")]
    #[schema(examples("sig"))]
    pub usage: String,
    /// The algorithm that it is used with.
    #[schema(examples("ES256"))]
    pub alg: String,
    /// Name of the key: its thumbprint (RFC 7638). A token's header repeats it.
    #[schema(examples("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"))]
    pub kid: String,
}

/// A set of public keys (RFC 7517, 5).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JwkSet {
    /// The keys: first the one that signs new tokens, then the one that will sign next, then those that have been
    /// replaced and whose tokens may still be good.
    pub keys: Vec<Jwk>,
}

impl Jwk {
    /// The key of an uncompressed point (SEC 1, 2.3.3): 4, then both coordinates.
    pub(super) fn of(point: &[u8]) -> Option<Self> {
        const COORDINATE: usize = 32;
        let coordinates = point.strip_prefix(&[4]).filter(|rest| rest.len() == 2 * COORDINATE)?;
        let (x, y) = coordinates.split_at(COORDINATE);
        Some(Self::of_coordinates(URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y)))
    }

    /// The key of a point's coordinates in base64url, under its own name.
    pub(super) fn of_coordinates(x: String, y: String) -> Self {
        let kid = thumbprint(&x, &y);
        let [kty, crv, usage, alg] = ["EC", "P-256", "sig", "ES256"].map(str::to_owned);
        Self { kty, crv, x, y, usage, alg, kid }
    }
}

/// RFC 7638, 3: the digest of the required members in alphabetical order, without spaces.
fn thumbprint(x: &str, y: &str) -> String {
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The point of RFC 7517, appendix A.1.
    #[test]
    fn the_thumbprint_of_a_published_key_is_the_known_one() {
        let jwk_x = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
        let jwk_y = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";
        assert_eq!(thumbprint(jwk_x, jwk_y), "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
    }

    #[test]
    fn only_a_whole_uncompressed_point_is_a_key() {
        assert!(Jwk::of(&[[4].as_slice(), &[7; 64]].concat()).is_some());
        for point in [vec![], vec![2; 33], vec![4; 64], vec![4; 97]] {
            assert!(Jwk::of(&point).is_none(), "{point:?}");
        }
    }
}
