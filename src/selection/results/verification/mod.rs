//! Verifying the proof of a result without the service and without its database: pure functions of the proof's text.

mod decision;
mod jury;
mod strict_json;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

use serde::Deserialize as _;
use serde_json::{Value as JsonValue, json};

use super::proof::model::{ProvenJury, SignedProof, TYPE};
use crate::access::keys::signed_documents::DocumentSignature;
use crate::audit::canonical;
use crate::database::types::Id;
use crate::language::Language;
use crate::selection::ranking::rules::Place;

pub use strict_json::read as read_json;

/// What a check found: a sentence when it holds, a sentence when it does not.
type Finding = Result<String, String>;

/// One check of a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked, in a word or two.
    pub name: &'static str,
    /// What was found: an error when the proof does not hold.
    pub finding: Finding,
}

/// All checks of a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The checks, in their order. A proof that cannot be read has one alone.
    pub checks: Vec<Check>,
    /// The ranking as it was recomputed, the best first.
    pub ranking: Vec<RankedSubject>,
}

/// A place of the recomputed ranking, with what is nominated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankedSubject {
    /// The place.
    pub place: Place,
    /// The name of the city or association.
    pub name: String,
}

impl Verification {
    /// Whether every check holds.
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.finding.is_ok())
    }
}

/// What a proof is held against besides itself. What is not given here, the findings ask to be compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// The service's published keys: the proof has to be signed with one of them.
    pub jwks: Option<&'a JsonValue>,
    /// The commitment that was noted when the jury closed.
    pub commitment: Option<&'a str>,
}

/// Verifies the text of a proof against what is known.
pub fn verify(text: &str, known: Known) -> Verification {
    let signed = match read(text) {
        Ok(signed) => signed,
        Err(fault) => {
            let format = Check { name: "format", finding: Err(fault) };
            return Verification { checks: vec![format], ranking: Vec::new() };
        }
    };
    let proof = &signed.proof;
    let mut findings = vec![
        ("format", Ok(format!("a proof of {}", decision::subject_matter(proof)))),
        ("signature", signature(&signed, known.jwks)),
        ("decision", decision::digest(proof)),
        ("institutions", decision::institutions(proof)),
    ];
    let mut ranking = Vec::new();
    if let Some(jury) = &proof.jury {
        let ingredients = [
            ("sealed record", jury::record(jury, proof)),
            ("nominations", jury::nominations(jury)),
            ("sheets", jury::sheets(jury)),
        ];
        let recusals = jury::recusals(jury);
        // What is out of its range is not calculated with.
        let sound = ingredients.iter().all(|(_, finding)| finding.is_ok());
        findings.push(("commitment", jury::commitment(jury, proof, known.commitment)));
        findings.push(("earlier closings", jury::earlier_closings(jury)));
        findings.extend(ingredients);
        let ended_well = recusals.is_ok();
        findings.push(("recusals", recusals));
        if sound {
            let places = jury::recomputed(jury);
            findings.extend([
                ("ranking", jury::ranking(jury, &places)),
                ("ranking digest", jury::ranking_digest(jury, &proof.decision)),
            ]);
            if ended_well {
                findings.push(("voided sheets", jury::with_voided(jury, &places)));
            }
            ranking = places.into_iter().map(|place| named(jury, place)).collect();
        } else {
            findings
                .push(("ranking", Err("not recomputed, for what it is made of does not hold".to_owned())));
        }
    } else if known.commitment.is_some() {
        findings.push(("commitment", Err("this result rests on no jury's work".to_owned())));
    }
    findings.push(("choice", decision::choice(proof)));
    let checks = findings.into_iter().map(|(name, finding)| Check { name, finding }).collect();
    Verification { checks, ranking }
}

/// Reads a proof, in which nothing stands twice, nothing is missing and nothing is unknown.
fn read(text: &str) -> Result<SignedProof, String> {
    let value = strict_json::read(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let signed = SignedProof::deserialize(&value).map_err(|error| format!("it is no proof: {error}"))?;
    // What was read says the same as what stands there: no other spelling of a value slips through.
    if canonical(&json!(signed)) == canonical(&value) {
        Ok(signed)
    } else {
        Err("it is no proof: a value is not written as the format has it".to_owned())
    }
}

fn signature(signed: &SignedProof, jwks: Option<&JsonValue>) -> Finding {
    let signature = &signed.signature;
    let kid = &signature.jwk.kid;
    let key = match jwks {
        Some(jwks) => DocumentSignature::key_in(jwks, kid)
            .ok_or_else(|| format!("the key {kid} is not among the keys that were given"))?,
        None => signature.jwk.clone(),
    };
    if key != signature.jwk {
        return Err(format!("the key {kid} in the proof is not the one that was given under this name"));
    }
    signature.verify(TYPE, &signed.proof.payload(), &key).map_err(|fault| fault.to_string())?;
    let issuer = &signed.proof.issuer;
    Ok(match jwks {
        Some(_) => format!("signed with the key {kid}, which is among the keys that were given"),
        None => format!(
            "signed with the key of the thumbprint {kid} (RFC 7638); compare it with {issuer}/.well-known/jwks.json, \
             or with a copy of that from the time of the publication"
        ),
    })
}

fn named(jury: &ProvenJury, place: Place) -> RankedSubject {
    let name = name_of(jury, place.nomination_id);
    RankedSubject { place, name }
}

fn name_of(jury: &ProvenJury, nomination: Id) -> String {
    let subject = jury.subjects.iter().find(|subject| subject.nomination_id == nomination);
    let name = subject.and_then(|subject| subject.name.in_language(Language::Fr));
    name.map_or_else(|| nomination.to_string(), |(_, name)| name.to_owned())
}
