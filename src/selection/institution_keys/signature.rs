//! What an institution signs with its key, and how: a JWS whose payload stands beside it (RFC 7515, appendix F).

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::jwk::InstitutionJwk;
use crate::access::keys::detached_jws::{SignatureFault, Unverified};
use crate::audit::canonical;
use crate::database::types::{Id, keyword};
use crate::editions::criteria::NominationKind;
use crate::selection::designations::rules::Institution;

/// The type of the signature: with it, none is ever taken for a token, a proof or anything else.
pub const TYPE: &str = "nasij-designation-signature+jws";

/// What an institution signs: that it decides so in this designation. The digest alone would not do: a decision that was
/// taken back and is proposed again has the same one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The designation.
    pub designation_id: Id,
    /// The digest of its decision.
    pub digest: String,
    /// The year of its edition.
    pub edition_year: i64,
    /// The institution that signs.
    pub institution: Institution,
    /// The kind of nominations.
    pub kind: NominationKind,
}

impl Statement {
    /// The payload of the JWS: the statement as canonical JSON (RFC 8785), its members in this order and without spaces.
    pub fn payload(&self) -> String {
        canonical(&json!(self))
    }
}

/// A signature of an institution with a key of its own, and the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstitutionSignature {
    /// The public key. Whether it is the institution's, the institution says, not this document.
    pub jwk: InstitutionJwk,
    /// The signature: a JWS in compact form without its payload (RFC 7515, appendix F). The payload is the canonical JSON
    /// (RFC 8785) of `designation_id`, `digest`, `edition_year`, `institution` and `kind`.
    #[schema(pattern = "^[A-Za-z0-9_-]+\\.\\.[A-Za-z0-9_-]{86}$")]
    pub jws: String,
}

impl InstitutionSignature {
    /// A signature that was given in any form, in the only one that is kept.
    ///
    /// # Errors
    /// When the owner of the key did not sign the statement.
    pub fn given(jwk: InstitutionJwk, jws: &str, statement: &Statement) -> Result<Self, SignatureFault> {
        let given = verified(&jwk, jws, statement)?;
        let jws = given.with_signature(&jwk.only_form(given.signature.clone()));
        Ok(Self { jwk, jws })
    }

    /// Verifies that the owner of the key signed the statement.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn verify(&self, statement: &Statement) -> Result<(), SignatureFault> {
        if !self.jwk.is_sound() {
            return Err(SignatureFault::WrongKey);
        }
        let given = verified(&self.jwk, &self.jws, statement)?;
        if self.jwk.is_only_form(&given.signature) { Ok(()) } else { Err(SignatureFault::HighS) }
    }
}

fn verified(jwk: &InstitutionJwk, jws: &str, statement: &Statement) -> Result<Unverified, SignatureFault> {
    let given = Unverified::read(jws, TYPE, &statement.payload())?;
    if given.alg != keyword(&jwk.alg) {
        return Err(SignatureFault::WrongType);
    }
    if given.kid != jwk.kid {
        return Err(SignatureFault::WrongKey);
    }
    if jwk.verifies(given.message.as_bytes(), &given.signature) {
        Ok(given)
    } else {
        Err(SignatureFault::Forged)
    }
}

/// The name of the key that a JWS says it was made with; `None` when it is no JWS of this form.
pub fn named_key(jws: &str) -> Option<String> {
    Unverified::read(jws, TYPE, "").ok().map(|given| given.kid)
}
