//! Officers who sign with keys of their own, by libraries that the service does not use.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::Signer as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::answer::Answer;
use crate::app::App;
use crate::decisions::designation_path;

/// The type that the header of a signature has.
pub(crate) const TYPE: &str = "nasij-designation-signature+jws";

/// Where keys are registered.
pub(crate) const KEYS: &str = "/v1/institution-keys";

/// A private key.
pub(crate) enum Signer {
    /// For ES256.
    P256(p256::ecdsa::SigningKey),
    /// For EdDSA.
    Ed25519(ed25519_dalek::SigningKey),
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn random() -> [u8; 32] {
    Sha256::digest(uuid::Uuid::new_v4()).into()
}

impl Signer {
    /// A new key on P-256.
    pub(crate) fn p256() -> Self {
        Self::P256(p256::ecdsa::SigningKey::from_slice(&random()).expect("below the order"))
    }

    /// A new key on Ed25519.
    pub(crate) fn ed25519() -> Self {
        Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(&random()))
    }

    /// The public part as the service shows it.
    pub(crate) fn jwk(&self) -> Value {
        let (mut jwk, alg) = match self {
            Self::P256(key) => {
                let point = key.verifying_key().to_encoded_point(false);
                let coordinate = |bytes: Option<&p256::FieldBytes>| encoded(bytes.expect("a coordinate"));
                let (x, y) = (coordinate(point.x()), coordinate(point.y()));
                (json!({"crv": "P-256", "kty": "EC", "x": x, "y": y}), "ES256")
            }
            Self::Ed25519(key) => {
                (json!({"crv": "Ed25519", "kty": "OKP", "x": encoded(key.verifying_key())}), "EdDSA")
            }
        };
        // The required members alone, in alphabetical order (RFC 7638).
        jwk["kid"] = encoded(Sha256::digest(jwk.to_string())).into();
        jwk["alg"] = alg.into();
        jwk
    }

    /// The name of the key.
    pub(crate) fn kid(&self) -> String {
        self.jwk()["kid"].as_str().expect("a name").to_owned()
    }

    /// The header of its signatures.
    pub(crate) fn header(&self) -> Value {
        let jwk = self.jwk();
        json!({"alg": jwk["alg"], "kid": jwk["kid"], "typ": TYPE})
    }

    /// A detached JWS, of ES256 in the form that the library happens to make.
    pub(crate) fn jws(&self, header: &Value, payload: &str) -> String {
        let header = encoded(header.to_string());
        let message = format!("{header}.{}", encoded(payload));
        let signature = match self {
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message.as_bytes());
                signature.to_bytes().to_vec()
            }
            Self::Ed25519(key) => key.sign(message.as_bytes()).to_bytes().to_vec(),
        };
        format!("{header}..{}", encoded(signature))
    }

    /// The signature of a designation as it was read.
    pub(crate) fn signs(&self, designation: &Value, institution: &str) -> String {
        self.jws(&self.header(), &statement(designation, institution))
    }
}

/// What is signed, written by hand.
pub(crate) fn statement(designation: &Value, institution: &str) -> String {
    format!(
        r#"{{"designation_id":{},"digest":{},"edition_year":{},"institution":"{institution}","kind":{}}}"#,
        designation["id"], designation["digest"], designation["edition_year"], designation["kind"]
    )
}

impl App {
    /// Registers the public part of a key for the officer of this token, which must succeed.
    pub(crate) async fn register_key(&self, officer: &str, signer: &Signer) -> Value {
        self.post(officer, KEYS, &json!({"jwk": signer.jwk()})).await.expect(201).json()
    }

    /// Takes a key to a state.
    pub(crate) async fn take_key_to(&self, token: &str, key: &Value, to: &str) -> Answer {
        let path = format!("{KEYS}/{}/transitions", key["id"].as_str().expect("an identifier"));
        let body = json!({"to": to, "reason": "Par téléphone."});
        self.request(reqwest::Method::POST, &path).token(token).if_match("*").json(&body).send().await
    }

    /// A key of the officer of this token, confirmed by an administrator.
    pub(crate) async fn with_key(&self, officer: &str, signer: &Signer) -> Value {
        let key = self.register_key(officer, signer).await;
        let admin = self.token_of(self.admin()).await;
        self.take_key_to(&admin, &key, "confirmed").await.expect(201);
        key
    }

    /// Signs a designation with a JWS.
    pub(crate) async fn sign_with(&self, token: &str, designation: &Value, jws: &str) -> Answer {
        let signatures = format!("{}/signatures", designation_path(designation));
        self.post(token, &signatures, &json!({"digest": designation["digest"], "jws": jws})).await
    }
}
