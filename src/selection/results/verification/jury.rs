//! Whether the ranking follows from what the jury sealed.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Finding, name_of};
use crate::audit::canonical;
use crate::database::types::{Id, UtcTime, keyword};
use crate::editions::criteria::NominationKind;
use crate::nominations::rules::Status as NominationStatus;
use crate::selection::conflicts::access::OFFICES;
use crate::selection::conflicts::model::ConflictKind;
use crate::selection::designations::decision::Decision;
use crate::selection::evaluations::rules::Status as EvaluationStatus;
use crate::selection::ranking::model::Voided;
use crate::selection::ranking::rules::{Criterion, Place, Rules, Sheet, rank};
use crate::selection::results::proof::model::{EarlierClosing, ProvenJury, ProvenSubject, ResultProof};

/// The record is the one whose hash was published when the jury closed, and that both institutions signed.
/// One that was noted then has to be the same.
pub(super) fn commitment(jury: &ProvenJury, proof: &ResultProof, noted: Option<&str>) -> Finding {
    let commitment = jury.record.commitment();
    if commitment != jury.commitment {
        return Err(format!("the sealed record has the hash {commitment}, not {}", jury.commitment));
    }
    if proof.decision.commitment.as_ref() != Some(&commitment) {
        return Err("the signed decision rests on another record".to_owned());
    }
    match noted {
        Some(noted) if noted.trim().eq_ignore_ascii_case(&commitment) => Ok(format!(
            "the record has the hash {commitment}, which was noted; the jury closed at {}",
            jury.closed_at
        )),
        Some(noted) => Err(otherwise_noted(jury, noted)),
        None => Ok(format!(
            "the record has the hash {commitment}; compare it with the one that was published when the jury closed at \
             {} ({}/v1/editions/{}/deliberations)",
            jury.closed_at, proof.issuer, proof.edition.year
        )),
    }
}

fn otherwise_noted(jury: &ProvenJury, noted: &str) -> String {
    let is_noted = |closing: &&EarlierClosing| noted.trim().eq_ignore_ascii_case(&closing.commitment);
    match jury.earlier_closings.iter().find(is_noted) {
        Some(EarlierClosing { reopened_at, reason, .. }) => format!(
            "the hash that was noted is that of an earlier closing, after which the jury was opened again at \
             {reopened_at}: {reason:?}"
        ),
        None => format!("the record has the hash {}, not the one that was noted", jury.commitment),
    }
}

/// The closings that do not count came one after the other, before the one that does.
pub(super) fn earlier_closings(jury: &ProvenJury) -> Finding {
    let mut open_since: Option<UtcTime> = None;
    let mut told = Vec::new();
    for EarlierClosing { commitment, closed_at, reopened_at, reason } in &jury.earlier_closings {
        if open_since.is_some_and(|since| *closed_at < since) || reopened_at < closed_at {
            return Err("the closings before are not in the order of their times".to_owned());
        }
        if *commitment == jury.commitment || reason.trim().is_empty() {
            return Err("a closing before has no commitment or reason of its own".to_owned());
        }
        open_since = Some(*reopened_at);
        told.push(format!("{commitment} at {closed_at}, opened again at {reopened_at}: {reason:?}"));
    }
    if open_since.is_some_and(|since| jury.closed_at < since) {
        return Err("the jury closed before it was opened again".to_owned());
    }
    Ok(if told.is_empty() { "none".to_owned() } else { told.join("; ") })
}

/// The record is one of this result, with rules by which a ranking can be made.
pub(super) fn record(jury: &ProvenJury, proof: &ResultProof) -> Finding {
    let record = &jury.record;
    let rules = &record.rules;
    // A postponed edition takes place in a later year than the one in which its jury closed.
    if record.kind != proof.decision.kind || record.edition_year > proof.edition.year {
        return Err("it is the record of another result".to_owned());
    }
    let codes: BTreeSet<&str> = rules.criteria.iter().map(|criterion| criterion.code.as_str()).collect();
    if codes.len() != rules.criteria.len() {
        return Err("a criterion stands twice".to_owned());
    }
    let weights: i64 = rules.criteria.iter().map(|criterion| criterion.weight.clamp(0, 100)).sum();
    if weights != 100 || rules.criteria.iter().any(|criterion| !(0..=100).contains(&criterion.weight)) {
        return Err("the weights are not such of 0 to 100 that add up to 100".to_owned());
    }
    if rules.min_evaluations < 1
        || !(0..=10_000).contains(&rules.pass_mark_hundredths)
        || !(0..=10).contains(&rules.first_criterion_pass)
    {
        return Err("a pass mark or the number of evaluations is out of its range".to_owned());
    }
    if URL_SAFE_NO_PAD.decode(&record.salt).map(|salt| salt.len()) != Ok(32) {
        return Err("the salt is not one of 32 bytes".to_owned());
    }
    Ok(format!("{} criteria whose weights add up to 100", rules.criteria.len()))
}

/// Every nomination under evaluation is accounted for, once.
pub(super) fn nominations(jury: &ProvenJury) -> Finding {
    let sealed: BTreeSet<Id> = jury.record.nominations.iter().copied().collect();
    let subjects: BTreeSet<Id> = jury.subjects.iter().map(|subject| subject.nomination_id).collect();
    let excluded: BTreeSet<Id> = jury.excluded.iter().map(|nomination| nomination.nomination_id).collect();
    if sealed.is_empty() || sealed.len() != jury.record.nominations.len() {
        return Err("the record has no nominations, or one twice".to_owned());
    }
    if subjects != sealed || subjects.len() != jury.subjects.len() {
        return Err("what is nominated is not told once for each nomination of the record".to_owned());
    }
    let of_kind = |subject: &ProvenSubject| match jury.record.kind {
        NominationKind::City => subject.city_code.is_some() && subject.association_id.is_none(),
        NominationKind::Association => subject.association_id.is_some() && subject.city_code.is_none(),
    };
    if !jury.subjects.iter().all(of_kind) {
        return Err("a nomination is not for what its kind says".to_owned());
    }
    if excluded.len() != jury.excluded.len() || !excluded.is_subset(&sealed) {
        return Err("an excluded nomination is not in the record, or stands twice".to_owned());
    }
    let out = [NominationStatus::Withdrawn, NominationStatus::Disqualified];
    if let Some(other) = jury.excluded.iter().find(|nomination| !out.contains(&nomination.status)) {
        return Err(format!("a nomination is excluded as {}", keyword(&other.status)));
    }
    let tied = jury.tie_decisions.iter().map(|decision| &decision.nominations);
    for tied in tied {
        let distinct: BTreeSet<Id> = tied.iter().copied().collect();
        if distinct.len() < 2 || distinct.len() != tied.len() || !distinct.is_subset(&sealed) {
            return Err("a decision on a tie does not name two or more nominations of the record".to_owned());
        }
    }
    Ok(format!("{} of the record, {} of them out since", sealed.len(), excluded.len()))
}

/// Every sheet is whole, and one juror's only one of a nomination; those that count no more are among them.
pub(super) fn sheets(jury: &ProvenJury) -> Finding {
    let record = &jury.record;
    let mut sealed: BTreeSet<(Id, &str)> = BTreeSet::new();
    for sheet in &record.sheets {
        if !record.nominations.contains(&sheet.nomination_id) {
            return Err(format!("{} evaluated a nomination that is not in the record", sheet.juror));
        }
        if !sealed.insert((sheet.nomination_id, &sheet.juror)) {
            return Err(format!("{} evaluated a nomination twice", sheet.juror));
        }
        if !are_whole(&record.rules, &sheet.scores) {
            return Err(format!("a sheet of {} has not one score of 0 to 10 a criterion", sheet.juror));
        }
    }
    let mut voided: BTreeSet<(Id, &str)> = BTreeSet::new();
    for left in &jury.voided {
        let named = (left.nomination_id, left.juror.as_str());
        if !sealed.contains(&named) || !voided.insert(named) {
            return Err("a sheet that counts no more is not in the record, or stands twice".to_owned());
        }
        if !is_accounted_for(left) || left.source.is_none() || left.scores.is_some() {
            return Err(format!("a sheet of {} is left out without what the format has for it", left.juror));
        }
    }
    Ok(format!("{} submitted, {} of them do not count since", sealed.len(), voided.len()))
}

/// Every evaluation that ended is one of the record's nominations, by a juror without a sheet on it that counts.
pub(super) fn recusals(jury: &ProvenJury) -> Finding {
    let record = &jury.record;
    let mut ended: BTreeSet<(Id, &str)> = BTreeSet::new();
    for left in &record.ended {
        let named = (left.nomination_id, left.juror.as_str());
        if !record.nominations.contains(&left.nomination_id) || !ended.insert(named) {
            return Err("one is of a nomination that is not in the record, or stands twice".to_owned());
        }
        if record.sheets.iter().any(|sheet| left.is_of(sheet)) {
            return Err(format!("{:?} left before the jury closed, and has a sheet", left.juror));
        }
        if !is_accounted_for(left) {
            return Err(format!("{} left without what the format has for it", left.juror));
        }
        if left.scores.as_ref().is_some_and(|scores| !are_whole(&record.rules, scores)) {
            return Err(format!(
                "the voided sheet of {} has not one score of 0 to 10 a criterion",
                left.juror
            ));
        }
    }
    let told = |left: &[Voided]| {
        let one = |left: &Voided| {
            format!("{} on {} ({})", left.juror, name_of(jury, left.nomination_id), why(left))
        };
        if left.is_empty() { "none".to_owned() } else { left.iter().map(one).collect::<Vec<_>>().join(", ") }
    };
    Ok(format!("before the jury closed: {}; since: {}", told(&record.ended), told(&jury.voided)))
}

/// Whether it says why the evaluation does not count, as its end demands. What one office reported another one has
/// confirmed; a juror who steps back declares it; and what was not handed in when the jury closed has no more to say.
fn is_accounted_for(left: &Voided) -> bool {
    match (left.status, left.source, left.ground, left.confirmed_by) {
        (EvaluationStatus::Recused, Some(ConflictKind::Declared), Some(_), None) => true,
        (EvaluationStatus::Voided, Some(ConflictKind::Reported), Some(_), Some(office)) => {
            OFFICES.contains(&office)
        }
        (EvaluationStatus::Voided, Some(ConflictKind::Detected), Some(_), None) => true,
        (EvaluationStatus::Voided, None, None, None) => left.scores.is_none(),
        _ => false,
    }
}

/// Why an evaluation does not count, in the words of the format.
fn why(left: &Voided) -> String {
    let conflict = left.source.zip(left.ground);
    let Some((source, ground)) = conflict else { return "not submitted when the jury closed".to_owned() };
    let office = left.confirmed_by.map(|office| format!(", confirmed by {}", keyword(&office)));
    let (status, source, ground) = (keyword(&left.status), keyword(&source), keyword(&ground));
    format!("{status}: {ground}, {source}{}", office.unwrap_or_default())
}

/// What the order would be with the sheets that were voided. It proves nothing, and is there to be seen.
pub(super) fn with_voided(jury: &ProvenJury, recomputed: &[Place]) -> Finding {
    let nominations: Vec<Id> = recomputed.iter().map(|place| place.nomination_id).collect();
    let voided = jury.record.voided_sheets(&nominations, &jury.voided);
    if voided.is_empty() {
        return Ok("none was submitted".to_owned());
    }
    let sheets: Vec<Sheet> = counted(jury).cloned().chain(voided.iter().cloned()).collect();
    let places = rank(&jury.record.rules, &nominations, &sheets, &jury.tie_decisions);
    let order = |places: &[Place]| -> Vec<(Option<i64>, Id)> {
        places.iter().map(|place| (place.rank, place.nomination_id)).collect()
    };
    let number = voided.len();
    if order(&places) == order(recomputed) {
        return Ok(format!("with the {number} that were submitted the order would be the same"));
    }
    let ranked = |place: &Place| Some(format!("{}. {}", place.rank?, name_of(jury, place.nomination_id)));
    let told: Vec<String> = places.iter().filter_map(ranked).collect();
    Ok(format!("with the {number} that were submitted the order would be {}", told.join(", ")))
}

fn are_whole(rules: &Rules, scores: &BTreeMap<String, i64>) -> bool {
    let is_scored =
        |criterion: &Criterion| scores.get(&criterion.code).is_some_and(|score| (0..=10).contains(score));
    scores.len() == rules.criteria.len() && rules.criteria.iter().all(is_scored)
}

/// The sheets of the record that count.
fn counted(jury: &ProvenJury) -> impl Iterator<Item = &Sheet> {
    jury.record.sheets.iter().filter(|sheet| !jury.voided.iter().any(|voided| voided.is_of(sheet)))
}

/// The places that follow from the record and what counts no more of it.
pub(super) fn recomputed(jury: &ProvenJury) -> Vec<Place> {
    let is_out = |id: &Id| jury.excluded.iter().any(|nomination| nomination.nomination_id == *id);
    let record = &jury.record;
    let nominations: Vec<Id> = record.nominations.iter().copied().filter(|id| !is_out(id)).collect();
    let sheets: Vec<Sheet> = counted(jury).cloned().collect();
    rank(&record.rules, &nominations, &sheets, &jury.tie_decisions)
}

/// The published places are the recomputed ones.
pub(super) fn ranking(jury: &ProvenJury, recomputed: &[Place]) -> Finding {
    if jury.places != recomputed {
        return Err("the published places are not those that follow from the scores".to_owned());
    }
    let ranked = recomputed.iter().filter(|place| place.rank.is_some()).count();
    Ok(format!("recomputed from the scores: {} places, {ranked} of them pass", recomputed.len()))
}

/// The ranking is the one that both institutions had before them.
pub(super) fn ranking_digest(jury: &ProvenJury, decision: &Decision) -> Finding {
    let digest = digest_of(jury);
    if decision.ranking_digest.as_ref() == Some(&digest) {
        Ok(format!("the ranking has the digest {digest}, which both signed"))
    } else {
        Err(format!("the ranking has the digest {digest}, but both signed another one"))
    }
}

/// The digest of the published ranking.
pub(super) fn digest_of(jury: &ProvenJury) -> String {
    let ranking = json!({"places": jury.places, "decisions": jury.tie_decisions});
    format!("{:x}", Sha256::digest(canonical(&ranking)))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{nomination, proof, signed};
    use super::super::tests::{failed_as_settled, failed_as_signed, jury as sealed};
    use super::super::{Known, verify};
    use super::*;
    use crate::access::Role;

    /// What a check found in the sample when this commitment was noted.
    fn found(name: &str, proof: ResultProof, noted: Option<&str>) -> Finding {
        let checks = verify(&signed(proof).0, Known { commitment: noted, ..Known::default() }).checks;
        checks.into_iter().find(|check| check.name == name).unwrap().finding
    }

    #[test]
    fn what_was_noted_when_the_jury_closed_is_held_against_the_record() {
        let sample = proof();
        let commitment = sample.jury.as_ref().unwrap().commitment.clone();
        let noted = |noted: Option<&str>| found("commitment", sample.clone(), noted);
        let unknown = noted(None).unwrap();
        assert!(unknown.contains("https://nasij.example/v1/editions/2027/deliberations"), "{unknown}");
        assert!(!unknown.contains("was noted"), "{unknown}");
        assert!(noted(Some(&format!("{}\n", commitment.to_uppercase()))).unwrap().contains("was noted"));
        assert!(noted(Some(&"4".repeat(64))).unwrap_err().contains("not the one that was noted"));
        let earlier = noted(Some(&"3".repeat(64))).unwrap_err();
        assert!(earlier.contains("earlier closing") && earlier.contains("conflict"), "{earlier}");
        let without = ResultProof { jury: None, ..sample.clone() };
        assert!(found("commitment", without, Some(&commitment)).is_err());
    }

    #[test]
    fn who_left_before_the_closing_is_sealed_and_shown() {
        let told = "before the jury closed: juror-4 on Fès (recused: nominee_city, declared), juror-5 on Fès (voided: \
                    other, reported, confirmed by icso_officer), juror-5 on Agadir (not submitted when the jury closed); \
                    since: juror-4 on Oujda (voided: other, reported, confirmed by jury_chair)";
        assert_eq!(found("recusals", proof(), None).unwrap(), told);
        assert_eq!(failed_as_signed(|proof| sealed(proof).record.ended.clear()), ["commitment"]);
        for change in [
            |jury: &mut ProvenJury| jury.record.ended[0].nomination_id = nomination(9),
            |jury: &mut ProvenJury| jury.record.ended.push(jury.record.ended[0].clone()),
            |jury: &mut ProvenJury| jury.record.ended[0].status = EvaluationStatus::Draft,
            |jury: &mut ProvenJury| jury.record.ended[0].juror = "juror-1".to_owned(),
        ] {
            assert_eq!(failed_as_settled(|proof| change(sealed(proof))), ["recusals"]);
        }
    }

    #[test]
    fn what_was_voided_says_why_and_who_confirmed_it() {
        for change in [
            |voided: &mut Voided| voided.confirmed_by = None,
            |voided: &mut Voided| voided.confirmed_by = Some(Role::Juror),
            |voided: &mut Voided| voided.ground = None,
            |voided: &mut Voided| voided.source = None,
            |voided: &mut Voided| voided.source = Some(ConflictKind::NoneDeclared),
            |voided: &mut Voided| voided.source = Some(ConflictKind::Declared),
            |voided: &mut Voided| voided.status = EvaluationStatus::Recused,
        ] {
            let before = |proof: &mut ResultProof| change(&mut sealed(proof).record.ended[1]);
            assert_eq!(failed_as_settled(before), ["recusals"]);
            let since = failed_as_settled(|proof| change(&mut sealed(proof).voided[0]));
            assert_eq!(since, ["sheets", "ranking"]);
        }
        for score in [None, Some(11)] {
            let scored = failed_as_settled(|proof| {
                let scores = sealed(proof).record.ended[1].scores.as_mut().unwrap();
                match score {
                    Some(score) => scores.insert("values".to_owned(), score),
                    None => scores.remove("values"),
                };
            });
            assert_eq!(scored, ["recusals"]);
        }
        let silent = failed_as_settled(|proof| {
            let record = &mut sealed(proof).record;
            record.ended[2].scores = record.ended[1].scores.clone();
        });
        assert_eq!(silent, ["recusals"], "what was handed in is not voided without a ground");
    }

    #[test]
    fn the_order_with_the_voided_sheets_is_told() {
        let told = found("voided sheets", proof(), None).unwrap();
        assert_eq!(told, "with the 2 that were submitted the order would be 1. Oujda, 2. Fès, 3. Agadir");
        let none = found(
            "voided sheets",
            {
                let mut proof = proof();
                sealed(&mut proof).record.ended[1].scores = None;
                sealed(&mut proof).voided.clear();
                proof
            },
            None,
        );
        assert_eq!(none.unwrap(), "none was submitted");
    }

    #[test]
    fn closings_before_are_shown_in_their_order() {
        for change in [
            |jury: &mut ProvenJury| jury.earlier_closings[0].reopened_at = jury.closed_at.plus_seconds(1),
            |jury: &mut ProvenJury| jury.earlier_closings[0].closed_at = jury.closed_at,
            |jury: &mut ProvenJury| jury.earlier_closings.push(jury.earlier_closings[0].clone()),
            |jury: &mut ProvenJury| jury.earlier_closings[0].commitment = jury.commitment.clone(),
            |jury: &mut ProvenJury| jury.earlier_closings[0].reason = " ".to_owned(),
        ] {
            assert_eq!(failed_as_settled(|proof| change(sealed(proof))), ["earlier closings"]);
        }
    }
}
