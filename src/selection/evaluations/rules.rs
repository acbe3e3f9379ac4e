//! The pure rules of an evaluation: its states, what a score sheet may hold and must hold before it is handed in, and
//! how much of it a reader sees.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::model::CriterionScore;
use crate::database::types::Id;
use crate::editions::criteria::NominationKind;
use crate::editions::rules::Status as EditionStatus;
use crate::error::{Code, Error, FieldRule, Reason, Violation};
use crate::language::sentences::Told;
use crate::nominations::rules::review_state;
pub use crate::states::EvaluationStatus as Status;

impl Status {
    /// The states that this one can be left for: the whole table of transitions, a row a state.
    pub fn allowed(self) -> &'static [Self] {
        match self {
            Self::Assigned => &[Self::Draft, Self::Recused, Self::Voided],
            Self::Draft => &[Self::Submitted, Self::Recused, Self::Voided],
            Self::Submitted => &[Self::Recused, Self::Voided],
            Self::Recused | Self::Voided => &[],
        }
    }

    /// Whether the juror can ask for this state. A draft comes with the declaration that there is no conflict, a voided
    /// evaluation with the conflict that was confirmed.
    pub fn can_be_asked_for(self) -> bool {
        matches!(self, Self::Submitted | Self::Recused)
    }

    /// Whether the evaluation counts, or may count once it is submitted.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Assigned | Self::Draft | Self::Submitted)
    }

    /// Whether the juror has still to write.
    pub fn is_pending(self) -> bool {
        matches!(self, Self::Assigned | Self::Draft)
    }
}

/// A way that no evaluation can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongTransition {
    /// The state that it is in.
    pub from: Status,
    /// The state that was asked for.
    pub to: Status,
}

/// Goes from one state to another, if the table has that way.
pub fn transition(from: Status, to: Status) -> Result<Status, WrongTransition> {
    if from.allowed().contains(&to) { Ok(to) } else { Err(WrongTransition { from, to }) }
}

impl From<WrongTransition> for Error {
    fn from(WrongTransition { from, to }: WrongTransition) -> Self {
        let ways = from.allowed().iter().filter(|to| to.can_be_asked_for());
        Self::new(Code::WrongState)
            .telling("from", Told::terms("evaluations.status", [&from]))
            .telling("to", Told::terms("evaluations.status", [&to]))
            .telling("allowed", Told::terms("evaluations.status", ways))
    }
}

/// Refuses unless the edition is in the state in which nominations of `kind` are evaluated.
pub fn check_review(year: i64, status: EditionStatus, kind: NominationKind) -> Result<(), Error> {
    let review = review_state(kind);
    if status == review {
        return Ok(());
    }
    Err(Error::new(Code::EditionState)
        .with("year", year)
        .telling("status", Told::terms("editions.status", [&status]))
        .telling("allowed", Told::terms("editions.status", [review])))
}

/// The scores of a sheet by the code of the criterion.
pub type Scores = BTreeMap<String, CriterionScore>;

/// The scores of a sheet, draft or not, that are on no criterion. `criteria` are those of the edition for this kind.
pub fn faults(scores: &Scores, criteria: &[String]) -> Vec<Violation> {
    let known = || criteria.iter().map(String::as_str);
    let unknown = |code: &String| Violation::body(pointer(code), Reason::new(FieldRule::UnknownField));
    let foreign = scores.keys().filter(|code| !criteria.contains(code));
    foreign.map(|code| unknown(code).suggesting(code, known())).collect()
}

/// The criteria that have no score yet, and those scored that the edition does not have (any more).
pub fn missing(scores: &Scores, criteria: &[String]) -> Vec<Violation> {
    let required = |code: &String| Violation::body(pointer(code), Reason::new(FieldRule::Required));
    let unscored = criteria.iter().filter(|code| !scores.contains_key(*code)).map(required);
    unscored.chain(faults(scores, criteria)).collect()
}

/// The JSON pointer (RFC 6901) to the score on a criterion.
pub(super) fn pointer(code: &str) -> String {
    format!("/scores/{}", code.replace('~', "~0").replace('/', "~1"))
}

/// How much of an evaluation a reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EvaluationView)]
pub enum View {
    /// The juror's own: everything.
    Own,
    /// As the offices see it while the jury is at work: whose it is and its state, without scores.
    Progress,
    /// Everything: for those who run the jury once it has closed, and for auditors at any time.
    Full,
}

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// The account.
    pub account_id: Id,
    /// Whether it reads all sheets at any time.
    pub audits: bool,
    /// Whether it reads all sheets once the jury has closed.
    pub runs_the_jury: bool,
    /// Whether it sees the states of all evaluations.
    pub watches: bool,
    /// Whether it evaluates.
    pub evaluates: bool,
}

/// How much `reader` sees of the evaluation of `juror_id`. Whoever evaluates sees no other one as an evaluation: what the
/// others handed in is read in copies that lead nowhere (see `sharing`).
pub fn view(reader: &Reader, juror_id: Id, jury_closed: bool) -> Option<View> {
    if reader.audits {
        Some(View::Full)
    } else if reader.evaluates {
        (juror_id == reader.account_id).then_some(View::Own)
    } else if reader.runs_the_jury && jury_closed {
        Some(View::Full)
    } else if reader.watches {
        Some(View::Progress)
    } else {
        None
    }
}

/// The fewest sheets of a nomination that are shared while its jury is open: whoever reads them finds two or more of
/// others, and cannot tell them apart.
pub const FEWEST_SHARED: usize = 3;

/// Whether the sheets of a nomination can be shared among its jurors, given the states of its evaluations: once nobody
/// has still to write, and all at once, so that neither their number nor the time tells whose one is.
pub fn can_be_shared(evaluations: &[Status]) -> bool {
    let submitted = evaluations.iter().filter(|status| **status == Status::Submitted).count();
    submitted >= FEWEST_SHARED && !evaluations.iter().any(|status| status.is_pending())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The table again: from, and what may follow.
    const WAYS: [(Status, Status); 8] = [
        (Status::Assigned, Status::Draft),
        (Status::Assigned, Status::Recused),
        (Status::Assigned, Status::Voided),
        (Status::Draft, Status::Submitted),
        (Status::Draft, Status::Recused),
        (Status::Draft, Status::Voided),
        (Status::Submitted, Status::Recused),
        (Status::Submitted, Status::Voided),
    ];

    fn any_status() -> impl Strategy<Value = Status> {
        prop::sample::select(<Status as strum::VariantArray>::VARIANTS)
    }

    fn scored(codes: &[&str]) -> Scores {
        codes.iter().map(|code| ((*code).to_owned(), CriterionScore { score: 7, comment: None })).collect()
    }

    fn places(violations: Vec<Violation>) -> Vec<(String, &'static str)> {
        let told = |violation: Violation| match violation.place {
            crate::error::Place::Body(pointer) => (pointer, violation.reason.code()),
            other => panic!("{other:?}"),
        };
        violations.into_iter().map(told).collect()
    }

    proptest! {
        #[test]
        fn any_sequence_of_transitions_keeps_to_the_table(asked in prop::collection::vec(any_status(), 0..20)) {
            let mut status = Status::Assigned;
            let mut declared = false;
            for to in asked {
                match transition(status, to) {
                    Ok(after) => {
                        prop_assert!(WAYS.contains(&(status, to)));
                        declared |= after == Status::Draft;
                        status = after;
                    }
                    Err(wrong) => {
                        prop_assert!(!WAYS.contains(&(status, to)));
                        prop_assert_eq!(wrong, WrongTransition { from: status, to });
                    }
                }
                prop_assert!(status != Status::Submitted || declared, "nothing is submitted without a declaration");
            }
        }

        #[test]
        fn whoever_evaluates_sees_the_own_evaluation_alone(runs_the_jury: bool, watches: bool, closed: bool) {
            let reader =
                Reader { account_id: Id::new(), audits: false, runs_the_jury, watches, evaluates: true };
            prop_assert_eq!(view(&reader, Id::new(), closed), None);
            prop_assert_eq!(view(&reader, reader.account_id, closed), Some(View::Own));
        }

        #[test]
        fn nobody_who_runs_the_jury_sees_scores_before_it_has_closed(runs_the_jury: bool, watches: bool) {
            let reader =
                Reader { account_id: Id::new(), audits: false, runs_the_jury, watches, evaluates: false };
            prop_assert_eq!(view(&reader, Id::new(), false), watches.then_some(View::Progress));
        }

        #[test]
        fn sheets_are_shared_once_nobody_has_still_to_write(
            evaluations in prop::collection::vec(any_status(), 0..8),
        ) {
            let shared = can_be_shared(&evaluations);
            let of = |asked: Status| evaluations.iter().filter(|status| **status == asked).count();
            prop_assert_eq!(
                shared,
                of(Status::Assigned) + of(Status::Draft) == 0 && of(Status::Submitted) >= FEWEST_SHARED
            );
        }
    }

    #[test]
    fn an_evaluation_that_has_ended_does_not_come_back() {
        for status in <Status as strum::VariantArray>::VARIANTS {
            assert_eq!(status.allowed().is_empty(), !status.is_live(), "{status:?}");
        }
        let error = Error::from(WrongTransition { from: Status::Voided, to: Status::Draft });
        assert!(error.values.contains(&("allowed", Told::terms("evaluations.status", [""; 0]))));
    }

    #[test]
    fn a_draft_may_be_incomplete_but_nothing_else() {
        let criteria = ["programme".to_owned(), "heritage".to_owned()];
        assert_eq!(places(faults(&scored(&["programme"]), &criteria)), []);
        let unknown = faults(&scored(&["programm"]), &criteria);
        assert_eq!(unknown[0].did_you_mean.as_deref(), Some("programme"));
        assert_eq!(places(unknown), [("/scores/programm".to_owned(), "unknown_field")]);
        assert_eq!(places(faults(&scored(&["a/b~"]), &criteria))[0].0, "/scores/a~1b~0");
    }

    #[test]
    fn a_sheet_is_complete_with_a_score_on_every_criterion() {
        let criteria = ["programme".to_owned(), "heritage".to_owned()];
        assert_eq!(places(missing(&scored(&["programme", "heritage"]), &criteria)), []);
        let incomplete = missing(&scored(&["programme"]), &criteria);
        assert_eq!(places(incomplete), [("/scores/heritage".to_owned(), "required")]);
    }
}
