//! Access tokens as attackers would make them if they could: taken apart, changed, and signed with any key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use p256::ecdsa::Signature;
use serde_json::Value;

use crate::answer::Answer;
use crate::app::{App, Credentials};
use crate::signing_keys::private_key;

/// Needs the scope `audit:read` and a role that may use it.
pub(crate) const PROTECTED: &str = "/v1/audit";
/// Needs no token.
pub(crate) const PUBLIC: &str = "/v1/cities/oujda";

/// The service's own key, and a token of an administrator taken apart.
pub(crate) struct Forge {
    /// The key.
    pub(crate) key: EncodingKey,
    /// The header of a good token.
    pub(crate) header: Value,
    /// The claims of a good token.
    pub(crate) claims: Value,
}

/// One part of a token.
pub(crate) fn decoded(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

/// The object with a member of this value.
pub(crate) fn with(value: &Value, name: &str, member: impl Into<Value>) -> Value {
    let mut value = value.clone();
    value[name] = member.into();
    value
}

/// The object without a member.
pub(crate) fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().expect("an object").remove(name);
    value
}

/// Header and claims as they are signed.
pub(crate) fn message(header: &str, claims: &str) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
}

/// A token of any key and algorithm, whatever its header says; an ECDSA signature is in the form that the service gives.
pub(crate) fn signed(header: &str, claims: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = message(header, claims);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).expect("a signature");
    let lowered = if algorithm == Algorithm::ES256 { with_low_s(&signature) } else { signature };
    format!("{message}.{lowered}")
}

fn read_signature(signature: &str) -> Signature {
    let bytes = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    Signature::from_slice(&bytes).expect("a signature on P-256")
}

fn with_low_s(signature: &str) -> String {
    let signature = read_signature(signature);
    URL_SAFE_NO_PAD.encode(signature.normalize_s().unwrap_or(signature).to_bytes())
}

/// The other form of an ECDSA signature, which verifies as well and takes no key to make: s becomes n − s.
pub(crate) fn twin(signature: &str) -> String {
    let signature = read_signature(signature);
    let twin = Signature::from_scalars(signature.r(), -*signature.s()).expect("a signature on P-256");
    URL_SAFE_NO_PAD.encode(twin.to_bytes())
}

impl Forge {
    /// With a token of the first administrator.
    pub(crate) async fn of(app: &App) -> Self {
        Self::with_token_of(app, app.admin()).await
    }

    /// With a token of this account.
    pub(crate) async fn with_token_of(app: &App, credentials: &Credentials) -> Self {
        let token = app.token_of(credentials).await;
        let parts: Vec<&str> = token.split('.').collect();
        Self { key: private_key(app), header: decoded(parts[0]), claims: decoded(parts[1]) }
    }

    /// A token signed as the service signs.
    pub(crate) fn token(&self, header: &Value, claims: &Value) -> String {
        self.token_of_texts(&header.to_string(), &claims.to_string())
    }

    /// As [`Forge::token`], of texts that need not be what JSON libraries write.
    pub(crate) fn token_of_texts(&self, header: &str, claims: &str) -> String {
        signed(header, claims, &self.key, Algorithm::ES256)
    }

    /// A good token but for one claim.
    pub(crate) fn with_claim(&self, name: &str, value: impl Into<Value>) -> String {
        self.token(&self.header, &with(&self.claims, name, value))
    }

    /// A good token but for one member of its header.
    pub(crate) fn with_header(&self, name: &str, value: impl Into<Value>) -> String {
        self.token(&with(&self.header, name, value), &self.claims)
    }
}

/// 401 as RFC 6750, 3 wants it for a token that is not good.
#[track_caller]
pub(crate) fn refused_token(answer: Answer, what: &str) {
    assert_eq!(answer.status, 401, "{what}");
    let challenge = answer.header("www-authenticate").to_owned();
    assert!(challenge.starts_with("Bearer realm=\"nasij\", error=\"invalid_token\""), "{what}: {challenge}");
    assert!(challenge.contains("error_description=\"") && challenge.is_ascii(), "{what}: {challenge}");
    assert_eq!(answer.problem(401)["code"], "invalid_token", "{what}");
}

/// A token that is good nowhere, on public reads neither.
pub(crate) async fn refused_everywhere(app: &App, token: &str, what: &str) {
    for path in [PROTECTED, PUBLIC] {
        refused_token(app.get_as(token, path).await, &format!("{what} on {path}"));
    }
}
