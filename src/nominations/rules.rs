//! The rules of a nomination's way through its states, and of the calls that it is submitted to. They know neither the
//! web nor the database.

use serde::{Deserialize, Serialize};
use strum::{VariantArray, VariantNames};
use utoipa::ToSchema;

use crate::database::types::{UtcTime, keyword};
use crate::editions::rules::Status as EditionStatus;
use crate::error::{Code, Error, Reason, Violation};

/// What a nomination is for.
pub use crate::editions::criteria::NominationKind as Kind;

/// The state of a nomination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, VariantNames, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = NominationStatus)]
pub enum Status {
    /// Being written; not public yet.
    Draft,
    /// Handed in; from here on it is public.
    Submitted,
    /// Sent back to its nominator, who may complete it within the edition's days.
    NeedsCompletion,
    /// It meets the conditions.
    Eligible,
    /// It does not meet the conditions; its nominator may appeal once.
    Ineligible,
    /// The jury evaluates it. Until a result is published, this is all that there is to be seen of it.
    UnderEvaluation,
    /// The jury finds it good enough for the title or an honour.
    Shortlisted,
    /// It has the title, or an honour.
    Selected,
    /// It comes next, should a selected one be revoked.
    Reserve,
    /// It has no title and no honour.
    NotSelected,
    /// Taken back by its nominator.
    Withdrawn,
    /// Excluded by the ministry.
    Disqualified,
    /// Its title or honour was taken back; the record stays.
    Revoked,
}

impl Status {
    /// The states that this one can be left for: the whole table of transitions, a row a state.
    pub fn allowed(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::Submitted, Self::Withdrawn],
            Self::Submitted => {
                &[Self::NeedsCompletion, Self::Eligible, Self::Ineligible, Self::Withdrawn, Self::Disqualified]
            }
            Self::NeedsCompletion => &[Self::Submitted, Self::Withdrawn, Self::Disqualified],
            Self::Eligible => &[Self::UnderEvaluation, Self::Withdrawn, Self::Disqualified],
            // Submitted again by an appeal, once.
            Self::Ineligible => &[Self::Submitted, Self::Withdrawn, Self::Disqualified],
            Self::UnderEvaluation => {
                &[Self::Shortlisted, Self::NotSelected, Self::Withdrawn, Self::Disqualified]
            }
            Self::Shortlisted => {
                &[Self::Selected, Self::Reserve, Self::NotSelected, Self::Withdrawn, Self::Disqualified]
            }
            // The first reserve follows when a selected nomination was revoked.
            Self::Reserve => &[Self::Selected, Self::Disqualified],
            Self::Selected => &[Self::Revoked],
            Self::NotSelected | Self::Withdrawn | Self::Disqualified | Self::Revoked => &[],
        }
    }

    /// Whether whoever asks for a change of state can ask for this one. The others come with the jury's closing, the
    /// designation and the publication.
    pub fn can_be_asked_for(self) -> bool {
        !matches!(self, Self::Draft | Self::Shortlisted | Self::Selected | Self::Reserve | Self::NotSelected)
    }

    /// Whether the nomination still counts, so that its subject has none beside it.
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Withdrawn | Self::Disqualified | Self::NotSelected | Self::Revoked)
    }

    /// Whether its nominator may change what it says.
    pub fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::NeedsCompletion)
    }
}

/// A way that no nomination can go.
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
        let error = Self::new(Code::WrongState).with("from", keyword(&from)).with("to", keyword(&to));
        if from.allowed().is_empty() {
            return error.with("allowed", "—");
        }
        let allowed = from.allowed().iter().map(keyword).collect::<Vec<_>>().join(", ");
        let one_of = Reason::new("one_of").with("allowed", &allowed);
        error.with("allowed", allowed).with_violation(Violation::body("/to", one_of))
    }
}

/// The call of an edition for nominations of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// The year of the edition.
    pub year: i64,
    /// The state of the edition.
    pub status: EditionStatus,
    /// When the call opens; any time when that is not set.
    pub opens_at: Option<UtcTime>,
    /// When the call closes, itself not included; never when that is not set.
    pub closes_at: Option<UtcTime>,
}

impl Call {
    /// Whether a nomination of `kind` can be submitted `now`.
    ///
    /// This is the rule "Deadlines are checked when submitting": a draft can be written before the call and is not
    /// lost after it, but only a submission within the window counts. The window alone decides while the edition is
    /// still a draft: editions do not change their state through the API yet. Once they do, only the state in which
    /// the call of this kind is open stays here.
    pub fn takes(self, kind: Kind, now: UtcTime) -> bool {
        let open_state = match kind {
            Kind::City => EditionStatus::CityCallOpen,
            Kind::Association => EditionStatus::HonoursCallOpen,
        };
        let in_state = self.status == open_state || self.status == EditionStatus::Draft;
        let begun = self.opens_at.is_none_or(|opens_at| opens_at <= now);
        let ended = self.closes_at.is_some_and(|closes_at| closes_at <= now);
        in_state && begun && !ended
    }

    /// Refuses a submission that the call does not take, with the window.
    pub fn check(self, kind: Kind, now: UtcTime) -> Result<(), Error> {
        if self.takes(kind, now) {
            return Ok(());
        }
        let bound = |time: Option<UtcTime>| time.map_or_else(|| "…".to_owned(), |time| time.to_string());
        Err(Error::new(Code::CallClosed)
            .with("kind", keyword(&kind))
            .with("year", self.year)
            .with("status", keyword(&self.status))
            .with("opens_at", bound(self.opens_at))
            .with("closes_at", bound(self.closes_at)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Status; 3] = [Status::Draft, Status::Submitted, Status::Withdrawn];

    /// The table again, as the product's page tells it.
    const WAYS: [(Status, Status); 3] = [
        (Status::Draft, Status::Submitted),
        (Status::Draft, Status::Withdrawn),
        (Status::Submitted, Status::Withdrawn),
    ];

    proptest! {
        #[test]
        fn any_sequence_of_transitions_keeps_to_the_table(asked in prop::collection::vec(0..ALL.len(), 0..20)) {
            let mut status = Status::Draft;
            for to in asked.into_iter().map(|place| ALL[place]) {
                let before = status;
                match transition(status, to) {
                    Ok(after) => {
                        prop_assert!(WAYS.contains(&(before, to)));
                        prop_assert_eq!(after, to);
                        status = after;
                    }
                    Err(wrong) => {
                        prop_assert!(!WAYS.contains(&(before, to)));
                        prop_assert_eq!(wrong, WrongTransition { from: before, to });
                        prop_assert_eq!(status, before);
                    }
                }
            }
        }

        #[test]
        fn a_call_takes_nothing_outside_its_window(opens in 0_i64..1000, length in 0_i64..1000, at in 0_i64..2000) {
            let time = |seconds: i64| UtcTime::from_micros(0).unwrap().plus_seconds(seconds);
            let call = Call {
                year: 2027,
                status: EditionStatus::CityCallOpen,
                opens_at: Some(time(opens)),
                closes_at: Some(time(opens + length)),
            };
            prop_assert_eq!(call.takes(Kind::City, time(at)), (opens..opens + length).contains(&at));
            prop_assert!(!call.takes(Kind::Association, time(at)));
        }
    }

    #[test]
    fn a_wrong_transition_names_the_allowed_ones() {
        let error = Error::from(WrongTransition { from: Status::Draft, to: Status::Draft });
        assert_eq!(error.code, Code::WrongState);
        assert!(error.values.contains(&("allowed", "submitted, withdrawn".to_owned())));
        let end = Error::from(WrongTransition { from: Status::Withdrawn, to: Status::Submitted });
        assert!(end.violations.is_empty());
    }

    #[test]
    fn an_edition_without_a_window_takes_nominations_of_the_call_that_is_open() {
        let call = |status| Call { year: 2027, status, opens_at: None, closes_at: None };
        let now = UtcTime::now();
        assert!(call(EditionStatus::Draft).takes(Kind::City, now));
        assert!(call(EditionStatus::CityCallOpen).takes(Kind::City, now));
        assert!(call(EditionStatus::HonoursCallOpen).takes(Kind::Association, now));
        assert!(!call(EditionStatus::HonoursCallOpen).takes(Kind::City, now));
        assert!(!call(EditionStatus::Completed).takes(Kind::City, now));
    }
}
