//! The sealed record of a jury's work: all that a ranking is made of, under pseudonyms. Its hash is the commitment that
//! is published when the jury closes; the record itself, with its salt, is published with the result.

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::audit::canonical;
use crate::database::types::Id;
use crate::editions::criteria::NominationKind;
use crate::error::{Error, Result};
use crate::selection::ranking::model::Voided;
use crate::selection::ranking::rules::{Rules, Sheet};

/// What the jury had before it when it closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedRecord {
    /// The year of the edition at the time.
    pub edition_year: i64,
    /// The kind of nominations.
    pub kind: NominationKind,
    /// By what they are ranked.
    pub rules: Rules,
    /// All nominations under evaluation.
    pub nominations: Vec<Id>,
    /// The submitted sheets of all of them.
    pub sheets: Vec<Sheet>,
    /// The evaluations of them that ended before the jury closed: who stepped back, or had a conflict of interest. What
    /// had been submitted stands here with its scores.
    pub ended: Vec<Voided>,
    /// Random, so that nobody finds the scores by trying: 32 bytes, base64url.
    pub salt: String,
}

impl SealedRecord {
    /// Seals a jury's work with a fresh salt.
    pub fn seal(
        edition_year: i64,
        kind: NominationKind,
        rules: Rules,
        nominations: Vec<Id>,
        sheets: Vec<Sheet>,
        ended: Vec<Voided>,
    ) -> Result<Self> {
        let mut salt = [0; 32];
        SystemRandom::new().fill(&mut salt).map_err(|_| Error::internal("no randomness"))?;
        Ok(Self { edition_year, kind, rules, nominations, sheets, ended, salt: URL_SAFE_NO_PAD.encode(salt) })
    }

    /// The hash that is published at once: SHA-256 of the record's canonical JSON (RFC 8785), in hexadecimal.
    pub fn commitment(&self) -> String {
        format!("{:x}", Sha256::digest(canonical(&json!(self))))
    }
}
