//! The keys that sign access tokens: P-256 for ES256 (RFC 7518, 3.4), published as a JWK set (RFC 7517).

use aws_lc_rs::encoding::{AsBigEndian as _, EcPrivateKeyBin};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::key_file;
use crate::config::Config;
use crate::error::{Error, Result};

/// The keys of the service. The first of its PEM text signs; tokens of the others stay good until they expire, so a
/// key is changed by putting a new one before it, and later taking the old one away.
pub struct SigningKeys {
    current: SigningKey,
    retired: Vec<SigningKey>,
}

/// One key.
pub(super) struct SigningKey {
    pub(super) encoding: EncodingKey,
    pub(super) decoding: DecodingKey,
    jwk: Jwk,
    cursor_secret: [u8; 32],
}

/// A public key (RFC 7517, 4; RFC 7518, 6.2).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Jwk {
    /// Kind of key.
    #[schema(examples("EC"))]
    pub kty: &'static str,
    /// Elliptic curve.
    #[schema(examples("P-256"))]
    pub crv: &'static str,
    /// First coordinate of the point, in base64url.
    #[schema(examples("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"))]
    pub x: String,
    /// Second coordinate of the point, in base64url.
    #[schema(examples("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"))]
    pub y: String,
    /// What the key is for: signatures.
    #[serde(rename = "use")]
    #[schema(examples("sig"))]
    pub usage: &'static str,
    /// The algorithm that it is used with.
    #[schema(examples("ES256"))]
    pub alg: &'static str,
    /// Name of the key: its thumbprint (RFC 7638). A token's header repeats it.
    #[schema(examples("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"))]
    pub kid: String,
}

/// A set of public keys (RFC 7517, 5).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JwkSet {
    /// The keys; the first signs new tokens.
    pub keys: Vec<Jwk>,
}

impl SigningKeys {
    /// The configured keys: from the configuration itself, from the configured file, or from the file in the data
    /// directory, which the first start makes.
    pub fn load(config: &Config) -> Result<Self> {
        if let Some(pem) = config.signing_key.as_deref().filter(|pem| !pem.trim().is_empty()) {
            return Self::from_pem(pem).ok_or_else(|| unfit("NASIJ_SIGNING_KEY"));
        }
        let configured = config.signing_key_file.clone().filter(|path| !path.as_os_str().is_empty());
        let path = match configured {
            Some(path) => path,
            None => {
                let path = config.data_dir.join("signing-key.pem");
                key_file::create_if_missing(&path, new_pem)?;
                path
            }
        };
        Self::from_pem(&key_file::read(&path)?).ok_or_else(|| unfit(&path.display().to_string()))
    }

    /// New keys that are kept nowhere.
    #[cfg(test)]
    pub(super) fn generate() -> Option<Self> {
        Self::from_pem(&new_pem().ok()?)
    }

    /// One or more `PRIVATE KEY` blocks; `None` unless all are P-256 keys in PKCS#8 form (RFC 5958).
    fn from_pem(pem: &str) -> Option<Self> {
        const END: &str = "-----END PRIVATE KEY-----";
        let mut keys = pem
            .split_inclusive(END)
            .map(str::trim)
            .filter(|block| !block.is_empty())
            .map(SigningKey::from_pem)
            .collect::<Option<Vec<_>>>()?
            .into_iter();
        Some(Self { current: keys.next()?, retired: keys.collect() })
    }

    /// The public keys, for whoever verifies tokens.
    pub fn jwks(&self) -> JwkSet {
        JwkSet { keys: self.all().map(|key| key.jwk.clone()).collect() }
    }

    /// A secret for sealing cursors that all instances with the same key share.
    pub fn cursor_secret(&self) -> [u8; 32] {
        self.current.cursor_secret
    }

    pub(super) fn current(&self) -> &SigningKey {
        &self.current
    }

    pub(super) fn find(&self, kid: &str) -> Option<&SigningKey> {
        self.all().find(|key| key.kid() == kid)
    }

    fn all(&self) -> impl Iterator<Item = &SigningKey> {
        std::iter::once(&self.current).chain(&self.retired)
    }
}

impl SigningKey {
    fn from_pem(pem: &str) -> Option<Self> {
        let encoding = EncodingKey::from_ec_pem(pem.as_bytes()).ok()?;
        // Also refuses the other curves, which jsonwebtoken would only find out when it signs.
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, encoding.as_bytes()).ok()?;
        let jwk = Jwk::of(pair.public_key().as_ref())?;
        let decoding = DecodingKey::from_ec_components(&jwk.x, &jwk.y).ok()?;
        let cursor_secret = derive_cursor_secret(&pair)?;
        Some(Self { encoding, decoding, jwk, cursor_secret })
    }

    pub(super) fn kid(&self) -> &str {
        &self.jwk.kid
    }
}

impl Jwk {
    /// The key of an uncompressed point (SEC 1, 2.3.3): 4, then both coordinates.
    fn of(point: &[u8]) -> Option<Self> {
        const COORDINATE: usize = 32;
        let coordinates = point.strip_prefix(&[4]).filter(|rest| rest.len() == 2 * COORDINATE)?;
        let (x, y) = coordinates.split_at(COORDINATE);
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let kid = thumbprint(&x, &y);
        Some(Self { kty: "EC", crv: "P-256", x, y, usage: "sig", alg: "ES256", kid })
    }
}

/// RFC 7638, 3: the digest of the required members in alphabetical order, without spaces.
fn thumbprint(x: &str, y: &str) -> String {
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}

/// Derived from the private number itself, so that it does not depend on how the file writes the key.
fn derive_cursor_secret(pair: &EcdsaKeyPair) -> Option<[u8; 32]> {
    let number: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().ok()?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, number.as_ref());
    hmac::sign(&key, b"nasij cursor secret").as_ref().try_into().ok()
}

fn new_pem() -> Result<String> {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
        .map_err(|_| Error::internal("no signing key could be generated"))?;
    Ok(pem_of(pkcs8.as_ref()))
}

/// PEM text (RFC 7468), 64 letters a line.
fn pem_of(pkcs8: &[u8]) -> String {
    const LINE: usize = 64;
    let mut letters = STANDARD.encode(pkcs8);
    let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
    while !letters.is_empty() {
        let rest = letters.split_off(LINE.min(letters.len()));
        pem.push_str(&letters);
        pem.push('\n');
        letters = rest;
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    pem
}

fn unfit(place: &str) -> Error {
    Error::configuration(format!(
        "{place} holds no P-256 private key as PKCS#8 PEM text; \
         `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` makes one"
    ))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::ECDSA_P384_SHA384_FIXED_SIGNING;

    use super::*;

    #[test]
    fn the_same_key_gives_the_same_names_and_secrets() {
        let pem = new_pem().unwrap();
        let (one, other) = (SigningKeys::from_pem(&pem).unwrap(), SigningKeys::from_pem(&pem).unwrap());
        assert_eq!(one.current().kid(), other.current().kid());
        assert_eq!(one.cursor_secret(), other.cursor_secret());
        assert_ne!(one.cursor_secret(), SigningKeys::generate().unwrap().cursor_secret());
    }

    #[test]
    fn the_first_key_signs_and_the_others_are_still_known() {
        let (new, old) = (new_pem().unwrap(), new_pem().unwrap());
        let alone = SigningKeys::from_pem(&old).unwrap();
        let both = SigningKeys::from_pem(&format!("{new}\n{old}")).unwrap();
        assert_ne!(both.current().kid(), alone.current().kid());
        assert!(both.find(alone.current().kid()).is_some());
        assert_eq!(both.jwks().keys.len(), 2);
    }

    #[test]
    fn other_curves_and_texts_are_no_keys() {
        let p384 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let whole = new_pem().unwrap();
        for pem in ["", "secret", &pem_of(p384.as_ref()), &pem_of(b"\x30\x00"), &whole[..80]] {
            assert!(SigningKeys::from_pem(pem).is_none(), "{pem}");
        }
    }

    /// The point of RFC 7517, appendix A.1.
    #[test]
    fn the_thumbprint_of_a_published_key_is_the_known_one() {
        let jwk_x = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
        let jwk_y = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";
        assert_eq!(thumbprint(jwk_x, jwk_y), "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
    }
}
