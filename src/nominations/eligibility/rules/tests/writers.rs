//! What becomes of checks that rest on what the nominee wrote itself.

use super::*;
use crate::associations::facts::Fact;
use crate::nominations::eligibility::facts::Independent;
use crate::nominations::eligibility::writers::WrittenBy;

/// A fact that the nominee wrote so many seconds after the call opened.
fn self_written(fact: Fact, seconds: i64) -> Writing {
    let written_at = opening().plus_seconds(seconds);
    Writing { fact, written_by: WrittenBy::Nominee, written_at, source: None }
}

fn opening() -> UtcTime {
    "2026-11-01T08:00:00Z".parse().unwrap()
}

#[test]
fn only_what_the_nominee_wrote_after_the_call_opened_and_decides_needs_a_review() {
    use CheckCode::{LegalStanding, National, Registered, Voluntary};
    let parameters = Parameters::default();
    let opened = Terms { call_opened_at: Some(opening()), ..terms(&parameters) };
    for (fact, code) in [
        (Fact::Entry, Registered),
        (Fact::Status, Registered),
        (Fact::National, National),
        (Fact::Voluntary, Voluntary),
        (Fact::Volunteers, Voluntary),
        (Fact::ReceiptStatus, LegalStanding),
    ] {
        for (seconds, expected) in [(-1, Outcome::Pass), (0, Outcome::NeedsReview)] {
            let facts = AssociationFacts { writings: vec![self_written(fact, seconds)], ..association() };
            let finding = found(judge_association(&facts, &opened), code);
            assert_eq!(finding.outcome, expected, "{fact:?}, {seconds}");
            assert_eq!(finding.evidence.written, facts.writings, "{fact:?}");
            let said = finding.detail.en.unwrap();
            assert_eq!(said.contains("after the call opened (1 November 2026)"), seconds == 0, "{said}");
            assert_eq!(of_association(&facts, code).outcome, Outcome::Pass, "no call, no self-made evidence");
        }
    }
    // The day of a final receipt decides nothing, and what fails is no better for being self-written.
    let day = AssociationFacts { writings: vec![self_written(Fact::ReceiptOn, 1)], ..association() };
    assert_eq!(found(judge_association(&day, &opened), LegalStanding).outcome, Outcome::Pass);
    let none = AssociationFacts {
        volunteers: Some(0),
        writings: vec![self_written(Fact::Volunteers, 1)],
        ..association()
    };
    assert_eq!(found(judge_association(&none, &opened), Voluntary).outcome, Outcome::Fail);
}

#[test]
fn a_city_passes_by_what_it_did_not_write_itself() {
    use CheckCode::{ActiveAssociations, ActivityFields, LatestActivity};
    let parameters = Parameters::default();
    let opened = Terms { call_opened_at: Some(opening()), ..terms(&parameters) };
    let enough = Independent { active_associations: 20, activity_fields: 5 };
    let missing = Independent { active_associations: 19, activity_fields: 4 };
    let nothing = Independent { active_associations: 0, activity_fields: 0 };
    for (independent, expected) in [(enough, Outcome::Pass), (missing, Outcome::NeedsReview)] {
        let facts = CityFacts { active_associations: 30, independent: Some(independent), ..city() };
        let findings = judge_city(&facts, &opened);
        for code in [ActiveAssociations, ActivityFields] {
            let finding = found(findings.clone(), code);
            assert_eq!(finding.outcome, expected, "{code:?}");
            assert_eq!(finding.evidence.call_opened_at, Some(opening()));
        }
        // One is enough to be active lately.
        assert_eq!(found(findings.clone(), LatestActivity).outcome, Outcome::Pass);
        let counted = found(findings, ActiveAssociations).evidence;
        assert_eq!(counted.active_associations, Some(30));
        assert_eq!(counted.independent_active_associations, Some(independent.active_associations));
    }
    let alone = CityFacts { independent: Some(nothing), ..city() };
    assert_eq!(found(judge_city(&alone, &opened), LatestActivity).outcome, Outcome::NeedsReview);
    let too_few = CityFacts { active_associations: 12, independent: Some(missing), ..city() };
    assert_eq!(found(judge_city(&too_few, &opened), ActiveAssociations).outcome, Outcome::Fail);
}
