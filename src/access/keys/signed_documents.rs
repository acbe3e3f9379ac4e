//! Documents that the service signs with the keys of its tokens: a JWS whose payload stands beside it (RFC 7515,
//! appendix F). The header's type keeps such a signature from ever being taken for a token, and a token for one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::{Deserialize, Serialize};
use serde_json::Value as JsonValue;
use utoipa::ToSchema;

pub use super::detached_jws::SignatureFault;
use super::detached_jws::{Unsigned, Unverified};
use super::signing_key::SigningKey;
use super::{Jwk, KnownKeys, SigningKeys};
use crate::access::low_s;
use crate::database::Connection;
use crate::error::Result;

const ALGORITHM: &str = "ES256";

/// A signature of the service and the key that verifies it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentSignature {
    /// The public key. Whether it is the service's, its published keys say: `/.well-known/jwks.json`, or a copy of them
    /// from the time of the signature.
    pub jwk: Jwk,
    /// The signature: a JWS in compact form without its payload, which is the canonical JSON (RFC 8785) of the
    /// document (RFC 7515, appendix F).
    #[schema(pattern = "^[A-Za-z0-9_-]+\\.\\.[A-Za-z0-9_-]{86}$")]
    pub jws: String,
}

impl SigningKeys {
    /// Signs `payload` as a document of the type `typ`, with the key that signs as of this transaction: another
    /// instance may have rotated or revoked the one known here a moment ago.
    pub fn sign_document(
        &self,
        connection: &mut Connection,
        typ: &str,
        payload: &str,
    ) -> Result<DocumentSignature> {
        KnownKeys::read(connection, &self.encryption_key)?.current.sign_document(typ, payload)
    }

    /// As [`SigningKeys::sign_document`], with keys that are kept nowhere.
    #[cfg(test)]
    pub(crate) fn sign_document_unkept(&self, typ: &str, payload: &str) -> Result<DocumentSignature> {
        self.current().sign_document(typ, payload)
    }
}

impl SigningKey {
    fn sign_document(&self, typ: &str, payload: &str) -> Result<DocumentSignature> {
        let unsigned = Unsigned::new(ALGORITHM, self.kid(), typ, payload);
        let signature = self.sign(&unsigned.message)?;
        Ok(DocumentSignature { jwk: self.jwk.clone(), jws: unsigned.signed(&signature) })
    }
}

impl DocumentSignature {
    /// Verifies that the owner of `key` signed `payload` as a document of the type `typ`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn verify(&self, typ: &str, payload: &str, key: &Jwk) -> Result<(), SignatureFault> {
        let jws = Unverified::read(&self.jws, typ, payload)?;
        if jws.alg != ALGORITHM {
            return Err(SignatureFault::WrongType);
        }
        if jws.kid != key.kid || *key != Jwk::of_coordinates(key.x.clone(), key.y.clone()) {
            return Err(SignatureFault::WrongKey);
        }
        let key = DecodingKey::from_ec_components(&key.x, &key.y).map_err(|_| SignatureFault::WrongKey)?;
        let signature = URL_SAFE_NO_PAD.encode(&jws.signature);
        match jsonwebtoken::crypto::verify(&signature, jws.message.as_bytes(), &key, Algorithm::ES256) {
            Ok(true) if low_s::is_low(&jws.signature) => Ok(()),
            Ok(true) => Err(SignatureFault::HighS),
            Ok(false) | Err(_) => Err(SignatureFault::Forged),
        }
    }

    /// The key of this name in a published set of keys (RFC 7517, 5), whatever else stands in the set.
    pub fn key_in(jwks: &JsonValue, kid: &str) -> Option<Jwk> {
        let published = jwks["keys"].as_array()?.iter().find(|key| key["kid"] == kid)?;
        let member = |name: &str| published[name].as_str().unwrap_or_default().to_owned();
        let key = Jwk::of_coordinates(member("x"), member("y"));
        (key.kid == kid && member("kty") == key.kty && member("crv") == key.crv).then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TYPE: &str = "test+jws";

    fn signed(payload: &str) -> DocumentSignature {
        SigningKeys::generate().unwrap().sign_document_unkept(TYPE, payload).unwrap()
    }

    #[test]
    fn a_signature_holds_for_its_document_type_and_key_alone() {
        let (signature, other) = (signed("{}"), signed("{}"));
        assert_eq!(signature.verify(TYPE, "{}", &signature.jwk), Ok(()));
        assert_eq!(signature.verify(TYPE, "{ }", &signature.jwk), Err(SignatureFault::Forged));
        assert_eq!(signature.verify("at+jwt", "{}", &signature.jwk), Err(SignatureFault::WrongType));
        assert_eq!(signature.verify(TYPE, "{}", &other.jwk), Err(SignatureFault::WrongKey));
        let disguised = Jwk { kid: signature.jwk.kid.clone(), ..other.jwk };
        assert_eq!(signature.verify(TYPE, "{}", &disguised), Err(SignatureFault::WrongKey));
    }

    #[test]
    fn the_other_form_of_a_signature_is_refused() {
        let signature = signed("{}");
        let (header, encoded) = signature.jws.split_once("..").unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(encoded).unwrap();
        let twin = p256::ecdsa::Signature::from_slice(&bytes).unwrap();
        let twin = p256::ecdsa::Signature::from_scalars(twin.r(), -*twin.s()).unwrap();
        let twin = format!("{header}..{}", URL_SAFE_NO_PAD.encode(twin.to_bytes()));
        let forged = DocumentSignature { jws: twin, ..signature.clone() };
        assert_eq!(forged.verify(TYPE, "{}", &signature.jwk), Err(SignatureFault::HighS));
    }

    #[test]
    fn other_headers_are_refused() {
        let signature = signed("{}");
        let (_, tail) = signature.jws.split_once("..").unwrap();
        let kid = &signature.jwk.kid;
        for (header, fault) in [
            (json!({"alg": "none", "kid": kid, "typ": TYPE}), SignatureFault::WrongType),
            (json!({"alg": "HS256", "kid": kid, "typ": TYPE}), SignatureFault::WrongType),
            (json!({"alg": "ES256", "kid": kid, "typ": "at+jwt"}), SignatureFault::WrongType),
            (json!({"alg": "ES256", "kid": kid}), SignatureFault::Malformed),
            (json!({"alg": "ES256", "kid": kid, "typ": TYPE, "b64": false}), SignatureFault::Malformed),
        ] {
            let jws = format!("{}..{tail}", URL_SAFE_NO_PAD.encode(header.to_string()));
            let forged = DocumentSignature { jws, ..signature.clone() };
            assert_eq!(forged.verify(TYPE, "{}", &signature.jwk), Err(fault), "{header}");
        }
        for jws in ["", "..", "a.b.c", "e30.e30.AA"] {
            let forged = DocumentSignature { jws: jws.to_owned(), ..signature.clone() };
            assert_eq!(forged.verify(TYPE, "{}", &signature.jwk), Err(SignatureFault::Malformed), "{jws}");
        }
    }

    #[test]
    fn a_published_key_is_found_by_its_name() {
        let keys = SigningKeys::generate().unwrap();
        let signature = keys.sign_document_unkept(TYPE, "{}").unwrap();
        let kid = &signature.jwk.kid;
        let mut jwks = serde_json::to_value(keys.jwks()).unwrap();
        assert_eq!(DocumentSignature::key_in(&jwks, kid), Some(signature.jwk.clone()));
        assert_eq!(DocumentSignature::key_in(&jwks, "another"), None);
        jwks["keys"][0]["x"] = jwks["keys"][1]["x"].clone();
        assert_eq!(DocumentSignature::key_in(&jwks, kid), None, "a key under a false name");
        assert_eq!(DocumentSignature::key_in(&json!({}), kid), None);
    }
}
