//! The public keys of a provider (RFC 7517): those alone that its pinned algorithms can use.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};

use super::fault::FetchFault;
use super::rules;
use crate::database::types::UtcTime;

/// More than any provider publishes: a longer list is a mistake, or meant to keep us busy.
const MOST_KEYS: usize = 50;

/// What only a private or a shared key has: whoever publishes it has lost the key.
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Bits of an RSA modulus that are taken.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The keys of a provider as they were fetched.
pub(super) struct KeySet {
    keys: Vec<ProviderKey>,
    /// When.
    pub(super) fetched_at: UtcTime,
}

/// One public key.
pub(super) struct ProviderKey {
    jwk: PublicJwk,
    algorithms: Vec<Algorithm>,
    /// What verifies.
    pub(super) decoding: DecodingKey,
}

impl KeySet {
    /// The usable keys of a JWK set (RFC 7517, 5) for the algorithms `pinned`; what is of no use is left out.
    pub(super) fn read(
        document: &JsonValue,
        pinned: &[Algorithm],
        fetched_at: UtcTime,
    ) -> Result<Self, FetchFault> {
        let keys = document["keys"].as_array().ok_or(FetchFault::NoKeys)?;
        if keys.len() > MOST_KEYS {
            return Err(FetchFault::TooManyKeys);
        }
        Ok(Self { keys: keys.iter().filter_map(|jwk| ProviderKey::read(jwk, pinned)).collect(), fetched_at })
    }

    /// The set as it is kept: public members alone.
    pub(super) fn document(&self) -> JsonValue {
        json!({"keys": self.keys.iter().map(|key| &key.jwk).collect::<Vec<_>>()})
    }

    /// The keys that a token may mean: those of its `kid`; without one, the only key that there is.
    pub(super) fn named(&self, kid: Option<&str>) -> Vec<&ProviderKey> {
        match kid {
            Some(_) => self.keys.iter().filter(|key| key.jwk.kid.as_deref() == kid).collect(),
            None if self.keys.len() == 1 => self.keys.iter().collect(),
            None => Vec::new(),
        }
    }

    /// Whether a key that a token may mean is here.
    pub(super) fn knows(&self, kid: Option<&str>) -> bool {
        !self.named(kid).is_empty()
    }

    /// Whether the keys need not be fetched again yet.
    pub(super) fn is_fresh(&self) -> bool {
        rules::is_fresh(self.fetched_at, UtcTime::now())
    }

    /// Whether the keys may still verify tokens.
    pub(super) fn is_usable(&self) -> bool {
        rules::is_usable(self.fetched_at, UtcTime::now())
    }
}

impl ProviderKey {
    fn read(jwk: &JsonValue, pinned: &[Algorithm]) -> Option<Self> {
        if PRIVATE_MEMBERS.iter().any(|name| jwk.get(name).is_some()) {
            return None;
        }
        let jwk = PublicJwk::deserialize(jwk).ok().filter(PublicJwk::is_for_signatures)?;
        let (able, decoding) = jwk.material()?;
        let meant = |algorithm: &Algorithm| jwk.alg.as_ref().is_none_or(|alg| alg.parse() == Ok(*algorithm));
        let algorithms: Vec<Algorithm> =
            able.iter().copied().filter(|algorithm| pinned.contains(algorithm) && meant(algorithm)).collect();
        (!algorithms.is_empty()).then_some(Self { jwk, algorithms, decoding })
    }

    /// Whether the key may verify signatures of this algorithm: the key says so, not the token (RFC 8725, 3.1).
    pub(super) fn may_verify(&self, algorithm: Algorithm) -> bool {
        self.algorithms.contains(&algorithm)
    }
}

/// The members of a JWK that are read (RFC 7517, 4; RFC 7518, 6; RFC 8037, 2).
#[derive(Debug, Clone, Serialize, Deserialize)]
struct PublicJwk {
    kty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    usage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_ops: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
}

impl PublicJwk {
    fn is_for_signatures(&self) -> bool {
        let verifies = |operations: &Vec<String>| operations.iter().any(|operation| operation == "verify");
        self.usage.as_ref().is_none_or(|usage| usage == "sig") && self.key_ops.as_ref().is_none_or(verifies)
    }

    /// The key itself, and the algorithms that it can be used with.
    fn material(&self) -> Option<(&'static [Algorithm], DecodingKey)> {
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", None) => {
                let (n, e) = (self.n.as_ref()?, self.e.as_ref()?);
                RSA_BITS.contains(&bits(&decoded(n)?)).then_some(())?;
                Some((&[Algorithm::RS256, Algorithm::PS256], DecodingKey::from_rsa_components(n, e).ok()?))
            }
            ("EC", Some("P-256")) => {
                let (x, y) = (coordinate(&self.x)?, coordinate(&self.y)?);
                Some((&[Algorithm::ES256], DecodingKey::from_ec_components(x, y).ok()?))
            }
            ("OKP", Some("Ed25519")) => {
                let x = coordinate(&self.x)?;
                Some((&[Algorithm::EdDSA], DecodingKey::from_ed_components(x).ok()?))
            }
            _ => None,
        }
    }
}

/// A coordinate of a point of P-256 or Ed25519, which has 32 bytes.
fn coordinate(text: &Option<String>) -> Option<&str> {
    let text = text.as_deref()?;
    (decoded(text)?.len() == 32).then_some(text)
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The bits of a number, leading zeros left out.
fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    match number.get(zeros) {
        Some(first) => (number.len() - zeros) * 8 - first.leading_zeros() as usize,
        None => 0,
    }
}

#[cfg(test)]
mod tests;
