//! Who made a proof and who signed the decision: what the file alone cannot show, for whoever forges one writes in it what
//! they like. It is held against the keys and the name that whoever verifies has from elsewhere.

use super::{Assurance, Check, Finding, Known};
use crate::access::keys::signed_documents::DocumentSignature;
use crate::database::types::keyword;
use crate::selection::designations::rules::Institution;
use crate::selection::institution_keys::jwk::InstitutionJwk;
use crate::selection::results::proof::model::{ProvenSignature, ResultProof, SignedProof, TYPE};

/// The proof is signed, and with a trusted key.
pub(super) fn signature(signed: &SignedProof, known: &Known) -> Check {
    let found = match known.jwks {
        Some(_) => by_trusted_key(signed, known).map(|found| (found, Assurance::Shown)),
        None => by_own_key(signed).map(|found| (found, Assurance::Open)),
    };
    check("signature", found)
}

fn by_trusted_key(signed: &SignedProof, known: &Known) -> Finding {
    let signature = &signed.signature;
    let kid = &signature.jwk.kid;
    let key = known.jwks.and_then(|jwks| DocumentSignature::key_in(jwks, kid));
    let key = key.ok_or_else(|| format!("the key {kid} is not among the keys that were given"))?;
    signature.verify(TYPE, &signed.proof.payload(), &key).map_err(|fault| fault.to_string())?;
    if key != signature.jwk {
        return Err(format!("the key {kid} in the proof is not the one that was given under this name"));
    }
    Ok(format!("signed with the key {kid}, which is among the keys that were given"))
}

/// Anybody can make a key, sign with it and put it beside: that the signature holds only says that the file is whole.
fn by_own_key(signed: &SignedProof) -> Finding {
    let signature = &signed.signature;
    signature.verify(TYPE, &signed.proof.payload(), &signature.jwk).map_err(|fault| fault.to_string())?;
    let kid = &signature.jwk.kid;
    Ok(format!(
        "whole, but signed with a key that the file brings along (thumbprint {kid}): anybody can make such a file; \
         give the keys of the service (--jwks)"
    ))
}

/// The service is the one that is expected.
pub(super) fn issuer(proof: &ResultProof, known: &Known) -> Check {
    let named = &proof.issuer;
    let found = match known.issuer {
        Some(expected) if expected.trim_end_matches('/') == named => {
            Ok((format!("{named}, as expected"), Assurance::Shown))
        }
        Some(expected) => Err(format!("the file names {named}, and not {expected}")),
        None => Ok((format!("the file names {named}; nobody was expected (--issuer)"), Assurance::Claimed)),
    };
    check("issuer", found)
}

/// Whether an institution signed itself, or the service vouches for it.
pub(super) fn institution(proof: &ResultProof, institution: Institution, known: &Known) -> Check {
    let (name, keys) = match institution {
        Institution::Ministry => ("ministry", known.ministry_keys),
        Institution::Icso => ("icso", known.icso_keys),
    };
    let given = proof.signatures.iter().find(|given| given.institution == institution);
    let found = match given {
        Some(given) => own_signature(proof, given, keys),
        // That both signed is held to be so elsewhere, for all signatures together.
        None => Ok(("no signature of it is there".to_owned(), Assurance::Open)),
    };
    check(name, found)
}

fn own_signature(
    proof: &ResultProof,
    given: &ProvenSignature,
    keys: &[InstitutionJwk],
) -> Result<(String, Assurance), String> {
    // Whoever gives a key wants to see a signature with it.
    let unseen = if keys.is_empty() { Assurance::Claimed } else { Assurance::Open };
    let Some(signature) = &given.signature else {
        let found = "the service vouches for it: it did not sign with a key of its own";
        return Ok((found.to_owned(), unseen));
    };
    signature.verify(&proof.statement(given.institution)).map_err(|fault| fault.to_string())?;
    let kid = &signature.jwk.kid;
    if keys.contains(&signature.jwk) {
        return Ok((format!("signed itself, with the key {kid}, which was given"), Assurance::Shown));
    }
    let option = format!("--{}-key", keyword(&given.institution));
    let found = format!("signed with the key {kid}, which was not given ({option}): not verified");
    Ok((found, unseen))
}

/// The institutions have a key each: with one for both, somebody signed for the other.
pub(super) fn keys_apart(proof: &ResultProof) -> Result<(), String> {
    let keys: Vec<&str> = proof
        .signatures
        .iter()
        .filter_map(|given| given.signature.as_ref())
        .map(|signature| signature.jwk.kid.as_str())
        .collect();
    match keys.as_slice() {
        [one, other] if one == other => Err(format!("both signed with the same key {one}")),
        _ => Ok(()),
    }
}

fn check(name: &'static str, found: Result<(String, Assurance), String>) -> Check {
    match found {
        Ok((found, assurance)) => Check { name, finding: Ok(found), assurance },
        Err(fault) => Check { name, finding: Err(fault), assurance: Assurance::Shown },
    }
}
