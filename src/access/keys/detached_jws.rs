//! A JWS in compact form whose payload stands beside it (RFC 7515, appendix F), written and taken apart. Its header has
//! `alg`, `kid` and `typ` alone: nothing else in it would be believed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What is not signed yet: a header and the payload beside it.
pub struct Unsigned {
    header: String,
    /// What is signed (RFC 7515, 5.1).
    pub message: String,
}

impl Unsigned {
    /// A payload to be signed with the key `kid` as a document of the type `typ`.
    pub fn new(alg: &str, kid: &str, typ: &str, payload: &str) -> Self {
        let header = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "kid": kid, "typ": typ}).to_string());
        Self { message: message(&header, payload), header }
    }

    /// With its signature.
    pub fn signed(&self, signature: &[u8]) -> String {
        compact(&self.header, signature)
    }
}

/// A detached JWS taken apart. Nothing in it is verified.
pub struct Unverified {
    /// The algorithm that it is said to be signed with.
    pub alg: String,
    /// The key that it is said to be signed with.
    pub kid: String,
    /// What is signed (RFC 7515, 5.1).
    pub message: String,
    /// The signature.
    pub signature: Vec<u8>,
    header: String,
}

impl Unverified {
    /// Takes a JWS over `payload` apart, which has to be of the type `typ`.
    ///
    /// # Errors
    /// When it is no such JWS.
    pub fn read(jws: &str, typ: &str, payload: &str) -> Result<Self, SignatureFault> {
        let (encoded, signature) = jws.split_once("..").ok_or(SignatureFault::Malformed)?;
        let decoded = |part| URL_SAFE_NO_PAD.decode(part).map_err(|_| SignatureFault::Malformed);
        let header: Header =
            serde_json::from_slice(&decoded(encoded)?).map_err(|_| SignatureFault::Malformed)?;
        if header.typ != typ {
            return Err(SignatureFault::WrongType);
        }
        let (message, signature) = (message(encoded, payload), decoded(signature)?);
        Ok(Self { alg: header.alg, kid: header.kid, message, signature, header: encoded.to_owned() })
    }

    /// The same with another form of its signature.
    pub fn with_signature(&self, signature: &[u8]) -> String {
        compact(&self.header, signature)
    }
}

/// The header, and nothing beside.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

fn compact(header: &str, signature: &[u8]) -> String {
    format!("{header}..{}", URL_SAFE_NO_PAD.encode(signature))
}

fn message(header: &str, payload: &str) -> String {
    format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload))
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// It is no JWS of this form.
    #[error("it is not a detached JWS with the header members alg, kid and typ alone")]
    Malformed,
    /// It signs something else.
    #[error("it is not of the expected type and algorithm")]
    WrongType,
    /// The key does not have the name that it should have.
    #[error("the key is not the one that the signature names, or is not named by its thumbprint")]
    WrongKey,
    /// It is the other form of a signature, which anybody can make of the one that was given.
    #[error("it is an altered copy of a signature (its s is high)")]
    HighS,
    /// The document or the signature was altered.
    #[error("the document is not the one that was signed")]
    Forged,
}
