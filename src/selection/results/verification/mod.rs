//! Verifying the proof of a result without the service and without its database: pure functions of the proof's text.

mod decision;
mod jury;
mod strict_json;
mod trust;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

use serde::Deserialize as _;
use serde_json::{Value as JsonValue, json};

use super::proof::model::{ProvenJury, SignedProof};
use crate::audit::canonical;
use crate::database::types::Id;
use crate::language::Language;
use crate::selection::designations::rules::Institution;
use crate::selection::institution_keys::jwk::InstitutionJwk;
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
    /// What the finding rests on, when there is no error.
    pub assurance: Assurance,
}

/// What a finding rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assurance {
    /// It can be seen in the file, or with what the file was held against.
    Shown,
    /// The word of whoever made the file; nobody asked for more.
    Claimed,
    /// The word of whoever made the file, where more is needed or was asked for.
    Open,
}

/// What is to be thought of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything holds, and a trusted key says whose it is.
    Verified,
    /// Everything that the file alone shows holds. Whose it is, nobody knows: it may be a forgery as a whole.
    NotVerified,
    /// Something does not hold.
    Broken,
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
    /// Whether every check holds. Whether the proof is to be believed, [`Verification::verdict`] says.
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.finding.is_ok())
    }

    /// What is to be thought of the proof.
    pub fn verdict(&self) -> Verdict {
        if !self.holds() {
            Verdict::Broken
        } else if self.checks.iter().any(|check| check.assurance == Assurance::Open) {
            Verdict::NotVerified
        } else {
            Verdict::Verified
        }
    }
}

/// What a proof is held against besides itself: what whoever verifies has from elsewhere, never from the file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// The service's keys, as a set (RFC 7517): the proof has to be signed with one of them.
    pub jwks: Option<&'a JsonValue>,
    /// The service, by its public URL.
    pub issuer: Option<&'a str>,
    /// The ministry's keys: its signature has to be made with one of them. None when that is not asked for.
    pub ministry_keys: &'a [InstitutionJwk],
    /// As the ministry's, of ICSO.
    pub icso_keys: &'a [InstitutionJwk],
    /// The commitment that was noted when the jury closed.
    pub commitment: Option<&'a str>,
}

/// Verifies the text of a proof against what is known.
pub fn verify(text: &str, known: Known) -> Verification {
    let signed = match read(text) {
        Ok(signed) => signed,
        Err(fault) => {
            return Verification { checks: vec![shown("format", Err(fault))], ranking: Vec::new() };
        }
    };
    let proof = &signed.proof;
    let mut checks = vec![
        shown("format", Ok(format!("a proof of {}", decision::subject_matter(proof)))),
        trust::signature(&signed, &known),
        trust::issuer(proof, &known),
        trust::institution(proof, Institution::Ministry, &known),
        trust::institution(proof, Institution::Icso, &known),
    ];
    let mut findings =
        vec![("decision", decision::digest(proof)), ("institutions", decision::institutions(proof))];
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
    checks.extend(findings.into_iter().map(|(name, finding)| shown(name, finding)));
    Verification { checks, ranking }
}

fn shown(name: &'static str, finding: Finding) -> Check {
    Check { name, finding, assurance: Assurance::Shown }
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

fn named(jury: &ProvenJury, place: Place) -> RankedSubject {
    let name = name_of(jury, place.nomination_id);
    RankedSubject { place, name }
}

fn name_of(jury: &ProvenJury, nomination: Id) -> String {
    let subject = jury.subjects.iter().find(|subject| subject.nomination_id == nomination);
    let name = subject.and_then(|subject| subject.name.in_language(Language::Fr));
    name.map_or_else(|| nomination.to_string(), |(_, name)| name.to_owned())
}
