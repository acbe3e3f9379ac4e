//! Files with public keys, as institutions publish them: a JWK, a set of them (RFC 7517) or PEM (RFC 7468).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as JsonValue;

use super::jwk::InstitutionJwk;
use crate::access::accounts::Curve;

/// What stands before the point in the `SubjectPublicKeyInfo` of a key on P-256 (RFC 5480) and on Ed25519 (RFC 8410).
const BEFORE_POINT: [(Curve, &[u8]); 2] = [
    (Curve::P256, b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00"),
    (Curve::Ed25519, b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"),
];

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

/// The keys of a file's text: of a set all those on P-256 and Ed25519.
///
/// # Errors
/// Why it holds none, in words.
pub fn keys(text: &str) -> Result<Vec<InstitutionJwk>, String> {
    if text.contains("PRIVATE KEY-----") {
        return Err("it holds a private key, which nobody else may have; give the public one".to_owned());
    }
    let keys = if text.contains("-----BEGIN ") { of_pem(text) } else { of_json(text)? };
    if keys.is_empty() { Err("it holds no public key on P-256 or Ed25519".to_owned()) } else { Ok(keys) }
}

fn of_json(text: &str) -> Result<Vec<InstitutionJwk>, String> {
    let value = crate::selection::results::verification::read_json(text)
        .map_err(|error| format!("it is neither PEM nor JSON: {error}"))?;
    let jwks: Vec<&JsonValue> = match value["keys"].as_array() {
        Some(keys) => keys.iter().collect(),
        None => vec![&value],
    };
    if jwks.iter().any(|jwk| !jwk["d"].is_null()) {
        return Err("it holds a private key, which nobody else may have; give the public one".to_owned());
    }
    Ok(jwks.into_iter().filter_map(InstitutionJwk::read).collect())
}

fn of_pem(text: &str) -> Vec<InstitutionJwk> {
    let blocks = text.split(BEGIN).skip(1).filter_map(|rest| Some(rest.split_once(END)?.0));
    blocks.filter_map(of_block).collect()
}

fn of_block(base64: &str) -> Option<InstitutionJwk> {
    let base64: String = base64.split_ascii_whitespace().collect();
    let der = STANDARD.decode(base64).ok()?;
    BEFORE_POINT
        .iter()
        .find_map(|(curve, before)| InstitutionJwk::of_bytes(*curve, der.strip_prefix(*before)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::selection::institution_keys::private_key::PrivateKey;

    #[test]
    fn a_key_is_the_same_in_every_form() {
        for algorithm in [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ED25519] {
            let pair = rcgen::KeyPair::generate_for(algorithm).unwrap();
            let key = PrivateKey::of_pem(&pair.serialize_pem()).unwrap().jwk().clone();
            let unknown = json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"});
            for text in [
                pair.public_key_pem(),
                format!("Key of the ministry:\n{}", pair.public_key_pem()),
                json!(key).to_string(),
                json!({"keys": [unknown, key]}).to_string(),
            ] {
                assert_eq!(keys(&text).as_deref(), Ok(&[key.clone()][..]), "{text}");
            }
        }
    }

    #[test]
    fn private_keys_and_other_files_are_refused() {
        let pair = rcgen::KeyPair::generate().unwrap();
        let (private, other) = (pair.serialize_pem(), json!({"keys": []}).to_string());
        let with_d = json!({"kty": "OKP", "crv": "Ed25519", "x": "AA", "d": "c2VjcmV0"}).to_string();
        for (text, told) in [
            (private.as_str(), "private key"),
            (&with_d, "private key"),
            (&other, "no public key"),
            ("-----BEGIN CERTIFICATE-----", "no public key"),
            ("sesame", "neither PEM nor JSON"),
        ] {
            assert!(keys(text).unwrap_err().contains(told), "{text}");
        }
    }
}
