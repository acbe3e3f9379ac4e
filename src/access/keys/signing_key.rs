//! One key that signs and verifies: P-256 for ES256 (RFC 7518, 3.4).

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

use super::encryption_key::EncryptionKey;
use super::jwk::Jwk;
use super::model::{KeyStatus, SigningKeyRow};
use crate::access::low_s;
use crate::database::types::{Json, Keyword, UtcTime};
use crate::error::{Error, Result};

/// A key in use. No `Debug`: it holds the private part.
pub(in crate::access) struct SigningKey {
    pub(in crate::access) encoding: EncodingKey,
    pub(in crate::access) decoding: DecodingKey,
    pub(super) jwk: Jwk,
}

impl SigningKey {
    /// The name of the key, which the header of its tokens repeats.
    pub(in crate::access) fn kid(&self) -> &str {
        &self.jwk.kid
    }

    /// Signs with ES256, in the form with the low s: 64 bytes (RFC 7518, 3.4).
    pub(in crate::access) fn sign(&self, message: &str) -> Result<Vec<u8>> {
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.encoding, Algorithm::ES256);
        let signature = URL_SAFE_NO_PAD.decode(signature.map_err(Error::internal)?);
        Ok(low_s::lowered(signature.map_err(Error::internal)?))
    }

    /// A new key, and the row that keeps it under `encryption_key`.
    pub(super) fn generate(
        encryption_key: &EncryptionKey,
        status: KeyStatus,
        now: UtcTime,
    ) -> Result<(Self, SigningKeyRow)> {
        let failed = |_| Error::internal("no signing key could be generated");
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?;
        let pkcs8 = pair.to_pkcs8v1().map_err(failed)?;
        let key = Self::from_pkcs8(pkcs8.as_ref()).ok_or_else(|| Error::internal("an unfit signing key"))?;
        let row = SigningKeyRow {
            kid: key.jwk.kid.clone(),
            public_jwk: Json(serde_json::to_value(&key.jwk).map_err(Error::internal)?),
            sealed_private_key: encryption_key.seal(pkcs8.as_ref(), &key.jwk.kid)?,
            status: Keyword(status),
            created_at: now,
            activated_at: (status == KeyStatus::Active).then_some(now),
            retired_at: None,
        };
        Ok((key, row))
    }

    /// The key of a row. Its public part is the one that belongs to the private part, whatever else the row says: who
    /// can write to the database alone cannot slip a key in.
    pub(super) fn open(encryption_key: &EncryptionKey, row: &SigningKeyRow) -> Option<Self> {
        let pkcs8 = encryption_key.open(&row.sealed_private_key, &row.kid)?;
        Self::from_pkcs8(&pkcs8).filter(|key| key.jwk.kid == row.kid)
    }

    fn from_pkcs8(pkcs8: &[u8]) -> Option<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).ok()?;
        let jwk = Jwk::of(pair.public_key().as_ref())?;
        let decoding = DecodingKey::from_ec_components(&jwk.x, &jwk.y).ok()?;
        Some(Self { encoding: EncodingKey::from_ec_der(pkcs8), decoding, jwk })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(encryption_key: &EncryptionKey) -> SigningKeyRow {
        SigningKey::generate(encryption_key, KeyStatus::Active, UtcTime::now()).unwrap().1
    }

    #[test]
    fn a_kept_key_is_the_same_key() {
        let encryption_key = EncryptionKey::generate();
        let (key, row) = SigningKey::generate(&encryption_key, KeyStatus::Next, UtcTime::now()).unwrap();
        let opened = SigningKey::open(&encryption_key, &row).unwrap();
        assert_eq!((opened.kid(), &opened.jwk), (row.kid.as_str(), &key.jwk));
        assert_eq!(opened.encoding.as_bytes(), key.encoding.as_bytes());
    }

    #[test]
    fn a_row_that_was_changed_is_no_key() {
        let (encryption_key, other) = (EncryptionKey::generate(), EncryptionKey::generate());
        let (good, second, foreign) = (row(&encryption_key), row(&encryption_key), row(&other));
        for changed in [
            SigningKeyRow { kid: second.kid.clone(), ..good.clone() },
            SigningKeyRow { sealed_private_key: second.sealed_private_key, ..good.clone() },
            SigningKeyRow { sealed_private_key: foreign.sealed_private_key.clone(), ..good.clone() },
            foreign,
        ] {
            assert!(SigningKey::open(&encryption_key, &changed).is_none());
        }
        assert!(SigningKey::open(&encryption_key, &good).is_some());
    }
}
