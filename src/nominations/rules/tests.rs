//! The table of transitions is the one of the product's page, and deadlines are kept to the instant.

use proptest::prelude::*;

use super::*;

/// The table again, as the product's page tells it.
fn ways() -> Vec<(Status, Status)> {
    use Status::*;
    let forth = [
        (Draft, Submitted),
        (Submitted, NeedsCompletion),
        (NeedsCompletion, Submitted),
        (Submitted, Eligible),
        (Submitted, Ineligible),
        // By appeal.
        (Ineligible, Submitted),
        (Eligible, UnderEvaluation),
        (UnderEvaluation, Shortlisted),
        (UnderEvaluation, NotSelected),
        (Shortlisted, Selected),
        (Shortlisted, Reserve),
        (Shortlisted, NotSelected),
        (Reserve, Selected),
        (Selected, Revoked),
    ];
    let until_selected =
        [Draft, Submitted, NeedsCompletion, Eligible, Ineligible, UnderEvaluation, Shortlisted];
    let withdrawn = until_selected.into_iter().chain([Reserve]).map(|from| (from, Withdrawn));
    // A draft is nobody's matter but its nominator's.
    let disqualified = until_selected.into_iter().filter(|from| *from != Draft).chain([Reserve]);
    let disqualified = disqualified.map(|from| (from, Disqualified));
    forth.into_iter().chain(withdrawn).chain(disqualified).collect()
}

fn time(seconds: i64) -> UtcTime {
    UtcTime::from_micros(0).unwrap().plus_seconds(seconds)
}

#[test]
fn the_table_has_these_ways_and_no_others() {
    let ways = ways();
    for from in <Status as strum::VariantArray>::VARIANTS {
        for to in <Status as strum::VariantArray>::VARIANTS {
            let way = (*from, *to);
            assert_eq!(transition(*from, *to).is_ok(), ways.contains(&way), "{way:?}");
            assert_eq!(
                asked_transition(*from, *to).is_ok(),
                ways.contains(&way) && to.can_be_asked_for(),
                "{way:?}"
            );
        }
    }
}

#[test]
fn what_has_ended_stays_ended_and_only_that_lets_its_subject_be_nominated_again() {
    for status in <Status as strum::VariantArray>::VARIANTS {
        assert_eq!(status.allowed().is_empty(), !status.is_live(), "{status:?}");
    }
}

proptest! {
    #[test]
    fn any_sequence_of_transitions_keeps_to_the_table(
        asked in prop::collection::vec(0..<Status as strum::VariantArray>::VARIANTS.len(), 0..60),
    ) {
        let ways = ways();
        let mut status = Status::Draft;
        for to in asked.into_iter().map(|place| <Status as strum::VariantArray>::VARIANTS[place]) {
            let before = status;
            match transition(status, to) {
                Ok(after) => {
                    prop_assert!(ways.contains(&(before, to)));
                    prop_assert_eq!(after, to);
                    status = after;
                }
                Err(wrong) => {
                    prop_assert!(!ways.contains(&(before, to)));
                    prop_assert_eq!(wrong, WrongTransition { from: before, to });
                    prop_assert_eq!(status, before);
                }
            }
        }
    }

    #[test]
    fn a_call_takes_nothing_outside_its_window(opens in 0_i64..1000, length in 0_i64..1000, at in 0_i64..2000) {
        let call = |status| Call {
            year: 2027,
            status,
            opens_at: Some(time(opens)),
            closes_at: Some(time(opens + length)),
        };
        for (kind, other) in [(Kind::City, Kind::Association), (Kind::Association, Kind::City)] {
            for status in EditionStatus::ALL {
                let within = (opens..opens + length).contains(&at);
                let taken = call(status).takes(kind, time(at));
                prop_assert_eq!(taken, within && status == call_state(kind));
                prop_assert!(!(taken && call(status).takes(other, time(at))));
            }
        }
    }

    #[test]
    fn there_is_one_appeal_within_its_days(
        screened in 0_i64..1_000_000,
        days in 0_i64..366,
        later in 0_i64..40_000_000,
        earlier in prop::option::of(0_i64..1_000_000),
    ) {
        let appeal = Appeal { screened_at: Some(time(screened)), appealed_at: earlier.map(time), days };
        let in_time = earlier.is_none() && later < days * 86_400;
        prop_assert_eq!(appeal.check(time(screened + later)).is_ok(), in_time);
        let without_screening = Appeal { screened_at: None, ..appeal };
        prop_assert!(without_screening.check(time(screened)).is_err());
    }

    #[test]
    fn a_nomination_is_completed_before_its_deadline(due in 0_i64..1000, at in 0_i64..2000) {
        prop_assert_eq!(check_completion(Some(time(due)), time(at)).is_ok(), at < due);
        prop_assert!(check_completion(None, time(at)).is_ok());
    }
}

#[test]
fn a_late_appeal_is_told_its_deadline() {
    let appeal = Appeal { screened_at: Some(time(0)), appealed_at: None, days: 15 };
    let error = appeal.check(time(15 * 86_400)).unwrap_err();
    assert_eq!(error.code, Code::AppealClosed);
    assert!(error.values.contains(&("days", Told::number(15))));
    assert!(error.values.contains(&("due_at", Told::Instant(time(15 * 86_400)))));
}

#[test]
fn a_wrong_transition_names_what_can_be_asked_for() {
    let told = |from, to| {
        let error = Error::from(WrongTransition { from, to });
        assert_eq!(error.code, Code::WrongState);
        let allowed = error.values.iter().find(|(name, _)| *name == "allowed").unwrap();
        allowed.1.clone()
    };
    assert_eq!(
        told(Status::Draft, Status::Draft),
        Told::terms("nominations.status", ["submitted", "withdrawn"])
    );
    assert_eq!(
        told(Status::UnderEvaluation, Status::Selected),
        Told::terms("nominations.status", ["withdrawn", "disqualified"])
    );
    let end = Error::from(WrongTransition { from: Status::Withdrawn, to: Status::Submitted });
    assert!(end.violations.is_empty());
}

#[test]
fn burdens_and_appeals_are_reasoned() {
    for (from, to) in ways() {
        let reasoned = matches!(
            to,
            Status::NeedsCompletion | Status::Ineligible | Status::Disqualified | Status::Revoked
        ) || from == Status::Ineligible && to == Status::Submitted;
        assert_eq!(needs_reason(from, to), reasoned, "{from:?} → {to:?}");
    }
}

#[test]
fn an_edition_without_a_window_takes_nominations_of_the_call_that_is_open() {
    let call = |status| Call { year: 2027, status, opens_at: None, closes_at: None };
    let now = UtcTime::now();
    assert!(call(EditionStatus::CityCallOpen).takes(Kind::City, now));
    assert!(call(EditionStatus::HonoursCallOpen).takes(Kind::Association, now));
    for kind in [Kind::City, Kind::Association] {
        assert!(!call(EditionStatus::Draft).takes(kind, now));
        assert!(!call(EditionStatus::Completed).takes(kind, now));
    }
    assert!(!call(EditionStatus::HonoursCallOpen).takes(Kind::City, now));
}

#[test]
fn only_an_honour_is_taken_back_when_its_year_is_over() {
    let ended = [EditionStatus::Completed, EditionStatus::Archived, EditionStatus::Cancelled];
    for (from, to) in ways() {
        for kind in [Kind::City, Kind::Association] {
            let states = edition_states(kind, from, to);
            let after_the_end = ended.iter().any(|status| states.contains(status));
            let of_honour = to == Status::Revoked && kind == Kind::Association;
            assert_eq!(after_the_end, of_honour, "{kind:?}: {from:?} → {to:?}");
        }
    }
    let of_title = edition_states(Kind::City, Status::Selected, Status::Revoked);
    assert!(!of_title.contains(&EditionStatus::InProgress));
}
