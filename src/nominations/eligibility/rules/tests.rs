//! The checks by their rules, without a database.

use proptest::prelude::*;

use super::*;
use crate::associations::terms::AssociationValue;

mod writers;

const TODAY: &str = "2026-11-23";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn terms(parameters: &Parameters) -> Terms<'_> {
    Terms { year: 2027, parameters, today: day(TODAY), call_opened_at: None }
}

fn city() -> CityFacts {
    CityFacts {
        is_listed: true,
        kind: CityKind::Urban,
        capital_years: Vec::new(),
        edition_years: vec![2018, 2019, 2022, 2023, 2025],
        active_associations: 20,
        uncertain_associations: 0,
        activity_fields: 5,
        possible_activity_fields: 5,
        latest_activity_on: Some(day("2026-01-01")),
        independent: None,
        written_since_call: Vec::new(),
    }
}

fn association() -> AssociationFacts {
    let attestations = Attestations {
        national: Some(true),
        voluntary: Some(true),
        non_profit: Some(true),
        non_political: Some(true),
    };
    AssociationFacts {
        is_listed: true,
        status: Some(AssociationStatus::Active),
        attestations,
        volunteers: Some(3),
        described_values: vec![AssociationValue::Dialogue],
        is_described_in_register: true,
        achievements: 0,
        receipt_status: Some(ReceiptStatus::Final),
        receipt_on: None,
        honoured_in: Vec::new(),
        writings: Vec::new(),
    }
}

fn of_city(facts: &CityFacts, code: CheckCode) -> Finding {
    let parameters = Parameters::default();
    found(judge_city(facts, &terms(&parameters)), code)
}

fn of_association(facts: &AssociationFacts, code: CheckCode) -> Finding {
    let parameters = Parameters::default();
    found(judge_association(facts, &terms(&parameters)), code)
}

fn found(findings: Vec<Finding>, code: CheckCode) -> Finding {
    findings.into_iter().find(|finding| finding.code == code).unwrap()
}

#[test]
fn each_kind_has_its_checks_in_their_order() {
    use crate::nominations::rules::Kind;
    let parameters = Parameters::default();
    let codes = |findings: Vec<Finding>| findings.iter().map(|finding| finding.code).collect::<Vec<_>>();
    assert_eq!(codes(judge_city(&city(), &terms(&parameters))), CheckCode::of(Kind::City));
    assert_eq!(
        codes(judge_association(&association(), &terms(&parameters))),
        CheckCode::of(Kind::Association)
    );
}

#[test]
fn a_threshold_itself_is_enough() {
    use CheckCode::{ActiveAssociations, ActivityFields, LatestActivity};
    for code in [ActiveAssociations, ActivityFields, LatestActivity] {
        assert_eq!(of_city(&city(), code).outcome, Outcome::Pass, "{code:?}");
    }
    let missing = CityFacts { active_associations: 12, ..city() };
    let finding = of_city(&missing, ActiveAssociations);
    assert_eq!(finding.outcome, Outcome::Fail);
    let said = finding.detail.en.unwrap();
    assert!(said.starts_with("12 active associations; 20 are needed, 8 are missing."), "{said}");
    assert!(said.contains("since 23 November 2024"), "{said}");
    let unsure = CityFacts { uncertain_associations: 8, ..missing.clone() };
    assert_eq!(of_city(&unsure, ActiveAssociations).outcome, Outcome::NeedsReview);
    let still_missing = CityFacts { uncertain_associations: 7, ..missing };
    assert_eq!(of_city(&still_missing, ActiveAssociations).outcome, Outcome::Fail);
    let fields = CityFacts { activity_fields: 4, possible_activity_fields: 4, ..city() };
    assert_eq!(of_city(&fields, ActivityFields).outcome, Outcome::Fail);
    let perhaps = CityFacts { possible_activity_fields: 5, ..fields };
    assert_eq!(of_city(&perhaps, ActivityFields).outcome, Outcome::NeedsReview);
}

#[test]
fn an_activity_counts_to_the_day() {
    for (latest, uncertain, expected) in [
        (Some("2024-11-23"), 0, Outcome::Pass),
        (Some("2024-11-22"), 0, Outcome::Fail),
        (Some("2024-11-22"), 1, Outcome::NeedsReview),
        (None, 1, Outcome::NeedsReview),
        (None, 0, Outcome::Fail),
    ] {
        let facts =
            CityFacts { latest_activity_on: latest.map(day), uncertain_associations: uncertain, ..city() };
        let finding = of_city(&facts, CheckCode::LatestActivity);
        assert_eq!(finding.outcome, expected, "{latest:?}, {uncertain}");
        assert_eq!(finding.evidence.latest_activity_on, latest.map(day));
        assert_eq!(finding.evidence.active_since, Some(day("2024-11-23")));
    }
}

#[test]
fn months_are_counted_by_the_calendar() {
    let parameters = Parameters { max_months_since_activity: 1, ..Parameters::default() };
    let since = |today: &str| Terms { today: day(today), ..terms(&parameters) }.active_since();
    assert_eq!(since("2026-03-31"), day("2026-02-28"));
    assert_eq!(since("2026-01-15"), day("2025-12-15"));
}

#[test]
fn a_rural_commune_and_a_deleted_city_fail() {
    let rural = CityFacts { kind: CityKind::Rural, ..city() };
    let gone = CityFacts { is_listed: false, ..city() };
    for facts in [rural, gone] {
        assert_eq!(of_city(&facts, CheckCode::UrbanCommune).outcome, Outcome::Fail);
    }
    let gone = AssociationFacts { is_listed: false, ..association() };
    assert_eq!(of_association(&gone, CheckCode::Registered).outcome, Outcome::Fail);
}

#[test]
fn the_title_comes_again_after_as_many_editions_as_the_parameters_say() {
    let facts = CityFacts { capital_years: vec![2022], ..city() };
    for (pause, expected) in
        [(None, Outcome::Fail), (Some(3), Outcome::Fail), (Some(2), Outcome::Pass), (Some(0), Outcome::Pass)]
    {
        let parameters = Parameters { city_title_again_after_editions: pause, ..Parameters::default() };
        let finding = found(judge_city(&facts, &terms(&parameters)), CheckCode::TitleNotHeld);
        assert_eq!(finding.outcome, expected, "{pause:?}");
        assert_eq!(finding.evidence.capital_years, Some(vec![2022]));
        assert_eq!(finding.evidence.title_again_after_editions, pause);
    }
}

#[test]
fn a_provisional_receipt_counts_when_it_is_older_than_the_days() {
    use ReceiptStatus::{Final, None as Without, Provisional};
    for (status, on, expected) in [
        (Some(Final), None, Outcome::Pass),
        (Some(Provisional), Some("2026-09-23"), Outcome::Pass), // 61 days
        (Some(Provisional), Some("2026-09-24"), Outcome::Fail), // 60 days
        (Some(Provisional), None, Outcome::NeedsReview),
        (Some(Without), None, Outcome::Fail),
        (None, Some("2020-01-01"), Outcome::NeedsReview),
    ] {
        let facts = AssociationFacts { receipt_status: status, receipt_on: on.map(day), ..association() };
        assert_eq!(of_association(&facts, CheckCode::LegalStanding).outcome, expected, "{status:?}, {on:?}");
    }
    let young = AssociationFacts {
        receipt_status: Some(Provisional),
        receipt_on: Some(day("2026-12-31")),
        ..association()
    };
    let finding = of_association(&young, CheckCode::LegalStanding);
    assert_eq!(finding.evidence.receipt_counts_from, Some(day("2027-03-02")));
    assert!(finding.detail.fr.unwrap().contains("2 mars 2027"));
}

#[test]
fn an_honour_counts_for_as_many_years_as_the_parameters_say() {
    for (honoured, pause, expected) in [
        (&[2022][..], 4, Outcome::Pass),
        (&[2023], 4, Outcome::Fail),
        (&[2026], 4, Outcome::Fail),
        (&[2027], 4, Outcome::Fail),
        (&[2026, 2027], 0, Outcome::Pass),
        (&[], 4, Outcome::Pass),
    ] {
        let parameters = Parameters { association_honour_pause_years: pause, ..Parameters::default() };
        let facts = AssociationFacts { honoured_in: honoured.to_vec(), ..association() };
        let finding = found(judge_association(&facts, &terms(&parameters)), CheckCode::NotHonouredRecently);
        assert_eq!(finding.outcome, expected, "{honoured:?}, {pause}");
        assert_eq!(finding.evidence.honoured_in, Some(honoured.to_vec()));
    }
    let again = AssociationFacts { honoured_in: vec![2019, 2023], ..association() };
    let said = of_association(&again, CheckCode::NotHonouredRecently).detail.en.unwrap();
    assert!(said.contains("edition 2023") && said.contains("edition 2028"), "{said}");
}

#[test]
fn what_is_attested_has_to_be_true_and_what_is_not_known_needs_a_review() {
    for (attested, volunteers, expected) in [
        (Some(true), Some(1), Outcome::Pass),
        (Some(true), Some(0), Outcome::Fail),
        (Some(true), None, Outcome::NeedsReview),
        (Some(false), Some(9), Outcome::Fail),
        (None, Some(9), Outcome::NeedsReview),
        (None, Some(0), Outcome::Fail),
        (None, None, Outcome::NeedsReview),
    ] {
        let mut facts = AssociationFacts { volunteers, ..association() };
        facts.attestations.voluntary = attested;
        let finding = of_association(&facts, CheckCode::Voluntary);
        assert_eq!(finding.outcome, expected, "{attested:?}, {volunteers:?}");
        assert_eq!((finding.evidence.attested, finding.evidence.volunteers), (attested, volunteers));
    }
}

#[test]
fn no_figure_lets_a_described_activity_pass_by_itself() {
    assert_eq!(of_association(&association(), CheckCode::DescribedActivity).outcome, Outcome::NeedsReview);
    let nothing = AssociationFacts { described_values: Vec::new(), ..association() };
    assert_eq!(of_association(&nothing, CheckCode::DescribedActivity).outcome, Outcome::Fail);
}

fn report(outcomes: &[Outcome]) -> Report {
    let codes = [CheckCode::Registered, CheckCode::National, CheckCode::Voluntary];
    let findings = codes.into_iter().zip(outcomes).map(|(code, outcome)| Finding {
        code,
        outcome: *outcome,
        detail: Text::default(),
        evidence: Evidence::default(),
        rewritten_at: None,
    });
    Report::new(findings.collect(), std::collections::HashMap::new())
}

#[test]
fn eligible_is_who_passes_everything_and_ineligible_who_fails_something() {
    use Outcome::{Fail, NeedsReview, Pass};
    let reasons = |outcomes: &[Outcome], to| match check_screening(&report(outcomes), to) {
        Ok(()) => Vec::new(),
        Err(error) => error.violations.iter().map(|violation| violation.reason.code()).collect(),
    };
    assert!(reasons(&[Pass, Pass, Pass], Status::Eligible).is_empty());
    assert_eq!(reasons(&[Pass, Fail, NeedsReview], Status::Eligible), ["check_failed", "check_undecided"]);
    assert_eq!(reasons(&[Pass, NeedsReview, Pass], Status::Eligible), ["check_undecided"]);
    assert!(reasons(&[Pass, Fail, NeedsReview], Status::Ineligible).is_empty());
    assert_eq!(reasons(&[Pass, Pass, Pass], Status::Ineligible), ["no_check_failed"]);
    let undecided = reasons(&[Pass, NeedsReview, Pass], Status::Ineligible);
    assert_eq!(undecided, ["no_check_failed", "check_undecided"]);
}

fn any_status() -> impl Strategy<Value = Option<AssociationStatus>> {
    use AssociationStatus::{Active, Dissolved, Dormant};
    prop::option::of(prop::sample::select(vec![Active, Dormant, Dissolved]))
}

fn any_receipt() -> impl Strategy<Value = Option<ReceiptStatus>> {
    use ReceiptStatus::{Final, None as Without, Provisional};
    prop::option::of(prop::sample::select(vec![Final, Provisional, Without]))
}

fn any_day() -> impl Strategy<Value = Option<NaiveDate>> {
    prop::option::of((0_u64..2000).prop_map(|days| day("2022-01-01") + Days::new(days)))
}

prop_compose! {
    fn any_association()(
        status in any_status(),
        flags in prop::array::uniform4(any::<Option<bool>>()),
        volunteers in prop::option::of(0_i64..5),
        receipt_status in any_receipt(),
        receipt_on in any_day(),
        honoured_in in prop::collection::btree_set(2018_i64..2028, 0..4),
    ) -> AssociationFacts {
        let [national, voluntary, non_profit, non_political] = flags;
        AssociationFacts {
            status,
            attestations: Attestations { national, voluntary, non_profit, non_political },
            volunteers,
            receipt_status,
            receipt_on,
            honoured_in: honoured_in.into_iter().collect(),
            ..association()
        }
    }
}

proptest! {
    #[test]
    fn what_is_not_known_never_passes_or_fails_by_itself(facts in any_association()) {
        let unknown = AssociationFacts {
            status: None,
            attestations: Attestations::default(),
            volunteers: None,
            receipt_status: None,
            receipt_on: None,
            ..facts
        };
        let parameters = Parameters::default();
        for finding in judge_association(&unknown, &terms(&parameters)) {
            if finding.code != CheckCode::NotHonouredRecently {
                prop_assert_eq!(finding.outcome, Outcome::NeedsReview, "{:?}", finding.code);
            }
        }
    }

    #[test]
    fn only_what_is_known_passes(facts in any_association()) {
        let passes = |code| of_association(&facts, code).outcome == Outcome::Pass;
        prop_assert_eq!(passes(CheckCode::Registered), facts.status == Some(AssociationStatus::Active));
        prop_assert_eq!(passes(CheckCode::National), facts.attestations.national == Some(true));
        let volunteers = facts.volunteers.is_some_and(|volunteers| volunteers > 0);
        prop_assert_eq!(passes(CheckCode::Voluntary), facts.attestations.voluntary == Some(true) && volunteers);
        let old = facts.receipt_on.is_some_and(|on| (day(TODAY) - on).num_days() > 60);
        let standing = match facts.receipt_status {
            Some(ReceiptStatus::Final) => true,
            Some(ReceiptStatus::Provisional) => old,
            Some(ReceiptStatus::None) | None => false,
        };
        prop_assert_eq!(passes(CheckCode::LegalStanding), standing);
        let paused = facts.honoured_in.iter().any(|year| (2023..=2027).contains(year));
        prop_assert_eq!(passes(CheckCode::NotHonouredRecently), !paused);
    }

    #[test]
    fn what_is_uncertain_turns_no_check_into_a_pass(known in 0_i64..30, uncertain in 0_i64..30, min in 0_i64..30) {
        let parameters = Parameters { min_active_associations: min, ..Parameters::default() };
        let facts = CityFacts { active_associations: known, uncertain_associations: uncertain, ..city() };
        let finding = found(judge_city(&facts, &terms(&parameters)), CheckCode::ActiveAssociations);
        prop_assert_eq!(finding.outcome == Outcome::Pass, known >= min);
        prop_assert_eq!(finding.outcome == Outcome::Fail, known + uncertain < min);
        prop_assert_eq!(finding.evidence.active_associations, Some(known));
        prop_assert_eq!(finding.evidence.min_active_associations, Some(min));
    }
}
