//! Whether the decision is the one that both institutions signed, and follows from the ranking.

use std::collections::BTreeSet;

use super::trust::keys_apart;
use super::{Finding, name_of};
use crate::database::types::{Id, keyword};
use crate::editions::criteria::NominationKind;
use crate::selection::designations::decision::{Choice, Decision};
use crate::selection::designations::rules::{Basis, Candidates, Institution, check_choice};
use crate::selection::results::proof::model::{ProvenJury, ResultProof};

/// What the proof is about, for people.
pub(super) fn subject_matter(proof: &ResultProof) -> String {
    let kind = match proof.decision.kind {
        NominationKind::City => "the title",
        NominationKind::Association => "the honours",
    };
    format!("{kind} of the edition {}, published at {}", proof.edition.year, proof.published_at)
}

/// The signed digest is that of the decision.
pub(super) fn digest(proof: &ResultProof) -> Finding {
    let digest = proof.decision.digest();
    if digest == proof.designation_digest {
        Ok(format!("the decision has the digest {digest}, which both signed"))
    } else {
        Err(format!("the decision has the digest {digest}, but both signed {}", proof.designation_digest))
    }
}

/// Both institutions signed, after the jury had closed and before the publication.
pub(super) fn institutions(proof: &ResultProof) -> Finding {
    let signed: BTreeSet<String> =
        proof.signatures.iter().map(|signature| keyword(&signature.institution)).collect();
    let both = [Institution::Ministry, Institution::Icso];
    if proof.signatures.len() != both.len() || !both.iter().all(|needed| signed.contains(&keyword(needed))) {
        return Err("not the ministry and ICSO have signed, each once".to_owned());
    }
    keys_apart(proof)?;
    let closed_at = proof.jury.as_ref().map(|jury| jury.closed_at);
    let in_order = proof.signatures.iter().all(|signature| {
        closed_at.is_none_or(|closed_at| closed_at <= signature.at) && signature.at <= proof.published_at
    });
    if !in_order {
        return Err("a signature was not given between the jury's closing and the publication".to_owned());
    }
    let times: Vec<String> = proof
        .signatures
        .iter()
        .map(|signature| format!("{} at {}", keyword(&signature.institution), signature.at))
        .collect();
    Ok(format!("signed by {}", times.join(" and ")))
}

/// The decision is one that its basis allows.
pub(super) fn choice(proof: &ResultProof) -> Finding {
    let decision = &proof.decision;
    // The institutions decide on the edition as it is published, however often it was postponed.
    if decision.edition_year != proof.edition.year {
        return Err("it is the decision on another edition".to_owned());
    }
    if proof.follows.is_some() && decision.reason.is_none() {
        return Err("the title changes hands without reasons".to_owned());
    }
    match (decision.basis, &proof.jury) {
        (Basis::Ranking, Some(jury)) => by_ranking(decision, jury, &candidates(proof, jury)),
        (Basis::Ranking, None) => Err("it rests on a ranking that is not there".to_owned()),
        (Basis::Direct, None) => direct(decision),
        (Basis::Direct, Some(_)) => Err("a direct designation has no jury".to_owned()),
        (Basis::Withheld, jury) if jury.is_none() && !rests_on_nothing(decision) => {
            Err("it rests on a jury's work that is not there".to_owned())
        }
        (Basis::Withheld, _) => withheld(decision),
    }
}

/// Whom the decision could name: those that pass, and once a title was taken back those of the reserve alone.
fn candidates(proof: &ResultProof, jury: &ProvenJury) -> Candidates {
    let could_follow = |id: Id| proof.follows.as_ref().is_none_or(|followed| followed.reserve.contains(&id));
    let ranked = jury.places.iter().filter_map(|place| Some((place.nomination_id, place.rank?)));
    ranked.filter(|(id, _)| could_follow(*id)).collect()
}

fn by_ranking(decision: &Decision, jury: &ProvenJury, candidates: &Candidates) -> Finding {
    let ids = |choices: &[Choice]| -> Vec<Id> { choices.iter().map(|choice| choice.nomination_id).collect() };
    let (selected, reserve) = (ids(&decision.selected), ids(&decision.reserve));
    check_choice(candidates, &selected, &reserve, decision.reason.is_some())
        .map_err(|_| "it does not follow from the ranking, and gives no reasons".to_owned())?;
    if !decision.selected.iter().chain(&decision.reserve).all(|choice| is_of_subject(choice, jury)) {
        return Err("it names something else than what was nominated".to_owned());
    }
    match decision.kind {
        NominationKind::City => {
            let [selected] = decision.selected.as_slice() else {
                return Err("it does not select one city".to_owned());
            };
            if selected.city_code.is_none() || selected.city_code != decision.city_code {
                return Err("the city is not the selected one".to_owned());
            }
        }
        NominationKind::Association if decision.selected.is_empty() || decision.city_code.is_some() => {
            return Err("honours have one association or more, and no city".to_owned());
        }
        NominationKind::Association => {}
    }
    let names: Vec<String> = selected.iter().map(|id| name_of(jury, *id)).collect();
    let reasoned = if decision.reason.is_some() { ", with reasons" } else { "" };
    Ok(format!("{} by the ranking{reasoned}; {} in the reserve", names.join(", "), reserve.len()))
}

fn is_of_subject(choice: &Choice, jury: &ProvenJury) -> bool {
    jury.subjects.iter().any(|subject| {
        subject.nomination_id == choice.nomination_id
            && subject.city_code == choice.city_code
            && subject.association_id == choice.association_id
    })
}

fn direct(decision: &Decision) -> Finding {
    let of_city = decision.kind == NominationKind::City;
    match &decision.city_code {
        Some(code) if of_city && names_nobody(decision) && rests_on_nothing(decision) => {
            decision.reason.as_ref().ok_or("a direct designation gives reasons")?;
            Ok(format!("the city {code}, directly, with reasons"))
        }
        _ => Err("a direct designation names one city, and no nominations".to_owned()),
    }
}

fn withheld(decision: &Decision) -> Finding {
    if decision.city_code.is_some() || !names_nobody(decision) {
        return Err("a withheld title has no city and no nominations".to_owned());
    }
    decision.reason.as_ref().ok_or("withholding gives reasons")?;
    Ok("withheld, with reasons".to_owned())
}

fn names_nobody(decision: &Decision) -> bool {
    decision.selected.is_empty() && decision.reserve.is_empty()
}

fn rests_on_nothing(decision: &Decision) -> bool {
    decision.commitment.is_none() && decision.ranking_digest.is_none()
}
