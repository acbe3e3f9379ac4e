//! A proof that holds, and every way in which one does not.

use proptest::prelude::*;
use serde_json::{Value as JsonValue, json};

use super::samples::{nomination, proof, settle, signed};
use super::*;
use crate::database::types::{Id, UtcTime};
use crate::editions::criteria::NominationKind;
use crate::language::Text;
use crate::nominations::rules::Status as NominationStatus;
use crate::selection::designations::decision::Decision;
use crate::selection::designations::rules::{Basis, Institution};
use crate::selection::evaluations::rules::Status as EvaluationStatus;
use crate::selection::ranking::rules::{Standing, TieBreak};
use crate::selection::results::proof::model::{FollowedDesignation, ResultProof};

fn among(jwks: &JsonValue) -> Known<'_> {
    Known { jwks: Some(jwks), ..Known::default() }
}

/// The checks that fail.
fn failed(text: &str, jwks: Option<&JsonValue>) -> Vec<&'static str> {
    let checks = verify(text, Known { jwks, ..Known::default() }).checks;
    checks.iter().filter(|check| check.finding.is_err()).map(|check| check.name).collect()
}

/// The checks that fail when the service itself signs what was changed.
pub(super) fn failed_as_signed(change: impl FnOnce(&mut ResultProof)) -> Vec<&'static str> {
    let mut changed = proof();
    change(&mut changed);
    failed(&signed(changed).0, None)
}

/// As [`failed_as_signed`], with all digests made to fit.
pub(super) fn failed_as_settled(change: impl FnOnce(&mut ResultProof)) -> Vec<&'static str> {
    failed_as_signed(|proof| {
        change(proof);
        settle(proof);
    })
}

pub(super) fn jury(proof: &mut ResultProof) -> &mut ProvenJury {
    proof.jury.as_mut().unwrap()
}

fn recompute(proof: &mut ResultProof) {
    let places = jury::recomputed(jury(proof));
    jury(proof).places = places;
}

fn reasons() -> Option<Text> {
    Some(Text { fr: Some("Des raisons".to_owned()), ..Text::default() })
}

#[test]
fn a_proof_holds_with_the_published_keys_and_without() {
    let (text, jwks) = signed(proof());
    assert_eq!(failed(&text, Some(&jwks)), [""; 0]);
    assert_eq!(verify(&text, among(&jwks)).verdict(), Verdict::Verified);
    let verification = verify(&text, Known::default());
    assert_eq!((verification.holds(), verification.verdict()), (true, Verdict::NotVerified));
    let signature = verification.checks[1].finding.clone().unwrap();
    assert!(signature.contains("anybody can make such a file") && !signature.contains("http"), "{signature}");
    let indented = serde_json::to_string_pretty(&serde_json::from_str::<JsonValue>(&text).unwrap()).unwrap();
    assert!(verify(&indented, among(&jwks)).holds(), "how it is written makes no difference");
}

#[test]
fn the_ranking_is_recomputed() {
    let ranking = verify(&signed(proof()).0, Known::default()).ranking;
    let seen: Vec<_> = ranking
        .iter()
        .map(|ranked| (ranked.name.as_str(), ranked.place.rank, ranked.place.result_hundredths))
        .collect();
    assert_eq!(
        seen,
        [
            ("Oujda", Some(1), Some(8600)),
            ("Agadir", Some(2), Some(7167)),
            ("Fès", Some(3), Some(7167)),
            ("Salé", None, Some(5500))
        ]
    );
    assert_eq!(ranking[1].place.tie_break, Some(TieBreak::Chair));
    assert_eq!(ranking[3].place.standing, Standing::BelowPassMark);
}

#[test]
fn another_key_is_no_key_of_the_service() {
    let (text, jwks) = signed(proof());
    let (_, others) = signed(proof());
    assert_eq!(failed(&text, Some(&others)), ["signature"]);
    assert_eq!(failed(&text, Some(&json!({"keys": []}))), ["signature"]);
    let mut exchanged: JsonValue = serde_json::from_str(&text).unwrap();
    let foreign: JsonValue = serde_json::from_str(&signed(proof()).0).unwrap();
    exchanged["signature"] = foreign["signature"].clone();
    for jwks in [None, Some(&jwks), Some(&others)] {
        assert_eq!(failed(&exchanged.to_string(), jwks), ["signature"]);
    }
}

#[test]
fn what_is_no_proof_is_told_so() {
    let (text, _) = signed(proof());
    let value: JsonValue = serde_json::from_str(&text).unwrap();
    let with = |pointer: &str, name: &str, member: JsonValue| {
        let mut changed = value.clone();
        changed.pointer_mut(pointer).unwrap()[name] = member;
        changed.to_string()
    };
    for changed in [
        String::new(),
        "{}".to_owned(),
        format!("{text} {text}"),
        text.replacen("\"year\":2027", "\"year\":2027,\"year\":2027", 1),
        text.replacen("\"vitality\":9", "\"vitality\":1,\"vitality\":9", 1),
        text.replacen("\"year\":2027", "\"year\":2027.0", 1),
        text.replacen("Z\"", "+00:00\"", 1),
        with("/proof", "format", "nasij-result-proof/1".into()),
        with("/proof", "surplus", true.into()),
        with("/proof/edition", "designated_for_year", JsonValue::Null),
        with("/proof/jury/record/sheets/0", "weight", 2.into()),
        with("/signature/jwk", "use", "enc".into()),
        with("/signature", "alg", "none".into()),
    ] {
        assert_ne!(failed(&changed, None), [""; 0], "{changed}");
    }
    assert_eq!(failed(&text.replacen("\"year\":2027", "\"year\":2027,\"year\":2027", 1), None), ["format"]);
}

#[test]
fn a_service_that_changes_a_score_is_found_out_by_its_commitment() {
    fn score(proof: &mut ResultProof) -> &mut i64 {
        jury(proof).record.sheets[5].scores.get_mut("vitality").unwrap()
    }
    let failed = failed_as_signed(|proof| *score(proof) = 10);
    assert_eq!(failed, ["commitment", "ranking"]);
    let failed = failed_as_signed(|proof| {
        *score(proof) = 10;
        jury(proof).commitment = jury(proof).record.commitment();
        recompute(proof);
    });
    assert_eq!(failed, ["commitment", "ranking digest", "choice"], "both signed another one");
    let failed = failed_as_signed(|proof| jury(proof).record.salt = "A".repeat(43));
    assert_eq!(failed, ["commitment"]);
}

#[test]
fn the_decision_is_the_signed_one() {
    assert_eq!(failed_as_signed(|proof| proof.decision.reason = reasons()), ["decision"]);
    assert_eq!(failed_as_signed(|proof| proof.designation_digest = "0".repeat(64)), ["decision"]);
    let both = ["institutions"];
    assert_eq!(failed_as_signed(|proof| proof.signatures.truncate(1)), both);
    assert_eq!(failed_as_signed(|proof| proof.signatures[1].institution = Institution::Ministry), both);
    assert_eq!(failed_as_signed(|proof| proof.signatures[1].at = proof.published_at.plus_seconds(1)), both);
    let before = |proof: &mut ResultProof| proof.signatures[0].at = jury(proof).closed_at.plus_seconds(-1);
    assert_eq!(failed_as_signed(before), both);
}

#[test]
fn the_rules_of_the_record_make_a_ranking() {
    let record = |change: fn(&mut crate::selection::results::record::SealedRecord)| {
        let failed = failed_as_settled(|proof| change(&mut jury(proof).record));
        assert!(failed.contains(&"sealed record") && failed.contains(&"ranking"), "{failed:?}");
    };
    record(|record| record.rules.criteria[0].weight = 51);
    record(|record| record.rules.criteria[0].weight = i64::MAX);
    record(|record| {
        record.rules.criteria[0].weight = 130;
        record.rules.criteria[1].weight = -50;
    });
    record(|record| record.rules.criteria[1].code = "vitality".to_owned());
    record(|record| record.rules.min_evaluations = 0);
    record(|record| record.rules.pass_mark_hundredths = 10_001);
    record(|record| record.rules.first_criterion_pass = -1);
    record(|record| record.salt = "c2hvcnQ".to_owned());
    record(|record| record.kind = NominationKind::Association);
    record(|record| record.edition_year = 2028);
}

#[test]
fn every_nomination_is_accounted_for() {
    fn nominations(change: impl FnOnce(&mut ProvenJury)) {
        let failed = failed_as_settled(|proof| change(jury(proof)));
        assert!(failed.contains(&"nominations") && failed.contains(&"ranking"), "{failed:?}");
    }
    nominations(|jury| {
        jury.record.nominations.pop();
    });
    nominations(|jury| jury.record.nominations.push(nomination(1)));
    nominations(|jury| {
        jury.subjects.pop();
    });
    nominations(|jury| jury.subjects.push(jury.subjects[0].clone()));
    nominations(|jury| jury.subjects[0].city_code = None);
    nominations(|jury| jury.subjects[0].association_id = Some(Id::new()));
    nominations(|jury| jury.excluded.push(jury.excluded[0].clone()));
    nominations(|jury| jury.excluded[0].nomination_id = nomination(9));
    nominations(|jury| jury.excluded[0].status = NominationStatus::NotSelected);
    nominations(|jury| jury.tie_decisions[0].nominations[0] = nomination(9));
    nominations(|jury| {
        jury.tie_decisions[0].nominations.pop();
    });
    nominations(|jury| jury.tie_decisions[0].nominations.push(nomination(2)));
}

#[test]
fn every_sheet_is_whole_and_one_of_a_kind() {
    fn sheets(change: impl FnOnce(&mut ProvenJury)) {
        let failed = failed_as_settled(|proof| change(jury(proof)));
        assert!(failed.contains(&"sheets") && failed.contains(&"ranking"), "{failed:?}");
    }
    for score in [-1, 11, i64::MAX, i64::MIN] {
        sheets(|jury| {
            jury.record.sheets[0].scores.insert("values".to_owned(), score);
        });
    }
    sheets(|jury| {
        jury.record.sheets[0].scores.insert("another".to_owned(), 5);
    });
    sheets(|jury| {
        jury.record.sheets[0].scores.remove("values");
    });
    sheets(|jury| jury.record.sheets.push(jury.record.sheets[0].clone()));
    sheets(|jury| jury.record.sheets[0].nomination_id = nomination(9));
    sheets(|jury| jury.voided[0].juror = "juror-9".to_owned());
    sheets(|jury| jury.voided.push(jury.voided[0].clone()));
    sheets(|jury| jury.voided[0].status = EvaluationStatus::Submitted);
}

#[test]
fn the_places_are_those_that_follow() {
    let left_out = failed_as_settled(|proof| {
        jury(proof).places.pop();
    });
    assert_eq!(left_out, ["ranking"]);
    let better = failed_as_settled(|proof| jury(proof).places[1].result_hundredths = Some(7168));
    assert_eq!(better, ["ranking"]);
    let undecided = failed_as_settled(|proof| {
        jury(proof).tie_decisions.clear();
        recompute(proof);
    });
    assert_eq!(undecided, ["choice"], "the reserve has an order that nobody gave");
    let counted = failed_as_settled(|proof| jury(proof).voided.clear());
    assert_eq!(counted, ["ranking"]);
}

#[test]
fn the_choice_follows_the_ranking_or_gives_reasons() {
    fn swap(proof: &mut ResultProof) {
        let decision = &mut proof.decision;
        std::mem::swap(&mut decision.selected[0], &mut decision.reserve[0]);
        decision.city_code = decision.selected[0].city_code.clone();
    }
    assert_eq!(failed_as_settled(swap), ["choice"]);
    let reasoned = failed_as_settled(|proof| {
        swap(proof);
        proof.decision.reason = reasons();
    });
    assert_eq!(reasoned, [""; 0]);
    for change in [
        |proof: &mut ResultProof| proof.decision.reserve.reverse(),
        |proof: &mut ResultProof| proof.decision.selected.clear(),
        |proof: &mut ResultProof| proof.decision.selected.append(&mut proof.decision.reserve),
        |proof: &mut ResultProof| proof.decision.reserve[0].nomination_id = nomination(5),
        |proof: &mut ResultProof| proof.decision.reserve[0].nomination_id = nomination(4),
        |proof: &mut ResultProof| proof.decision.reserve[0].city_code = None,
        |proof: &mut ResultProof| proof.decision.city_code = None,
        |proof: &mut ResultProof| proof.decision.city_code = Some("02.411.01.23".to_owned()),
        |proof: &mut ResultProof| proof.decision.edition_year = 2028,
        |proof: &mut ResultProof| proof.decision.edition_year = 2026,
        |proof: &mut ResultProof| proof.decision.basis = Basis::Direct,
        |proof: &mut ResultProof| proof.decision.basis = Basis::Withheld,
        |proof: &mut ResultProof| proof.jury = None,
    ] {
        assert_eq!(failed_as_settled(change), ["choice"]);
    }
}

#[test]
fn a_title_that_was_taken_back_goes_to_one_of_the_reserve_with_reasons() {
    fn follow(proof: &mut ResultProof, reserve: &[u128]) {
        let reserve = reserve.iter().map(|number| nomination(*number)).collect();
        proof.follows = Some(FollowedDesignation { designation_id: Id::new(), reserve });
        proof.decision.selected = vec![proof.decision.reserve.remove(0)];
        proof.decision.city_code = proof.decision.selected[0].city_code.clone();
        proof.decision.reason = reasons();
    }
    let silent = failed_as_settled(|proof| {
        follow(proof, &[2, 3]);
        proof.decision.reason = None;
    });
    assert_eq!(silent, ["choice"]);
    assert_eq!(failed_as_settled(|proof| follow(proof, &[2, 3])), [""; 0]);
    assert_eq!(failed_as_settled(|proof| follow(proof, &[2])), ["choice"]);
    assert_eq!(failed_as_settled(|proof| follow(proof, &[1, 2])), ["choice"]);
}

#[test]
fn a_result_without_a_jury_rests_on_its_reasons() {
    fn direct(proof: &mut ResultProof) {
        let decision = &mut proof.decision;
        proof.jury = None;
        decision.basis = Basis::Direct;
        decision.reason = reasons();
        (decision.commitment, decision.ranking_digest) = (None, None);
        (decision.selected, decision.reserve) = (Vec::new(), Vec::new());
    }
    fn withheld(proof: &mut ResultProof) {
        direct(proof);
        proof.decision.basis = Basis::Withheld;
        proof.decision.city_code = None;
    }
    assert_eq!(failed_as_settled(direct), [""; 0]);
    assert_eq!(failed_as_settled(withheld), [""; 0]);
    for basis in [direct, withheld] {
        let failed = failed_as_settled(|proof| {
            basis(proof);
            proof.decision.reason = None;
        });
        assert_eq!(failed, ["choice"]);
    }
    let nobody = failed_as_settled(|proof| {
        direct(proof);
        proof.decision.city_code = None;
    });
    assert_eq!(nobody, ["choice"]);
    for change in [
        |decision: &mut Decision| decision.commitment = Some("0".repeat(64)),
        |decision: &mut Decision| decision.ranking_digest = Some("0".repeat(64)),
    ] {
        let hidden = failed_as_settled(|proof| {
            withheld(proof);
            change(&mut proof.decision);
        });
        assert_eq!(hidden, ["choice"], "a jury's work is kept back");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_byte_can_be_changed(place: prop::sample::Index, byte: u8) {
        let (text, jwks) = signed(proof());
        let mut bytes = text.clone().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(changed) = String::from_utf8(bytes) {
            let same = serde_json::from_str::<JsonValue>(&changed).ok() == serde_json::from_str(&text).ok();
            prop_assert_eq!(verify(&changed, among(&jwks)).holds(), same, "{}", changed);
            prop_assert_eq!(verify(&changed, Known::default()).holds(), same, "{}", changed);
        }
    }

    #[test]
    fn no_sealed_score_can_be_changed_by_the_service_either(
        sheet: prop::sample::Index, criterion: prop::sample::Index, score in 0_i64..=10,
    ) {
        let mut changed = proof();
        let sheets = &mut jury(&mut changed).record.sheets;
        let sheet = sheet.index(sheets.len());
        let scores = &mut sheets[sheet].scores;
        let place = criterion.index(scores.len());
        let (_, kept) = scores.iter_mut().nth(place).unwrap();
        let same = *kept == score;
        *kept = score;
        recompute(&mut changed);
        prop_assert_eq!(verify(&signed(changed).0, Known::default()).holds(), same);
    }
}

#[test]
fn any_text_is_read_without_a_panic() {
    let deep = "[".repeat(100_000);
    for text in ["null", "[]", "\"\u{0}\"", "{\"proof\":{}}", &deep] {
        assert_eq!(failed(text, None), ["format"]);
    }
    let times = UtcTime::now();
    assert!(times.to_string().ends_with('Z'), "times are written in one way");
}
