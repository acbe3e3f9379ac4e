//! The rules of a nomination's way through its states, and of the calls that it is submitted to. They know neither the
//! web nor the database.

use crate::database::types::UtcTime;
use crate::editions::rules::Status as EditionStatus;
use crate::error::{Code, Error};
use crate::language::sentences::Told;

/// What a nomination is for.
pub use crate::editions::criteria::NominationKind as Kind;
pub use crate::states::NominationStatus as Status;

impl Status {
    /// The states that this one can be left for: the whole table of transitions, a row a state.
    pub fn allowed(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::Submitted, Self::Withdrawn],
            Self::Submitted => &[
                Self::NeedsCompletion,
                Self::Eligible,
                Self::Ineligible,
                Self::Withdrawn,
                Self::Disqualified,
            ],
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
            Self::Reserve => &[Self::Selected, Self::Withdrawn, Self::Disqualified],
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

/// As [`transition`], for whoever asks for it: the states that come by themselves cannot be asked for.
pub fn asked_transition(from: Status, to: Status) -> Result<Status, WrongTransition> {
    if to.can_be_asked_for() { transition(from, to) } else { Err(WrongTransition { from, to }) }
}

impl From<WrongTransition> for Error {
    /// Names what can be asked for. It follows from the state that everybody sees, never from what is under embargo.
    fn from(WrongTransition { from, to }: WrongTransition) -> Self {
        let error = Self::new(Code::WrongState)
            .telling("from", Told::terms("nominations.status", [&from]))
            .telling("to", Told::terms("nominations.status", [&to]));
        let allowed: Vec<&Status> =
            from.allowed().iter().filter(|status| status.can_be_asked_for()).collect();
        error.with_ways("nominations.status", &allowed)
    }
}

/// Whether a change of state has to say why: what burdens a nominator, and an appeal.
pub fn needs_reason(from: Status, to: Status) -> bool {
    let burdens =
        matches!(to, Status::NeedsCompletion | Status::Ineligible | Status::Disqualified | Status::Revoked);
    burdens || is_appeal(from, to)
}

/// Whether a change of state is an appeal against ineligibility.
fn is_appeal(from: Status, to: Status) -> bool {
    (from, to) == (Status::Ineligible, Status::Submitted)
}

/// The state in which the call for nominations of `kind` is open.
pub fn call_state(kind: Kind) -> EditionStatus {
    match kind {
        Kind::City => EditionStatus::CityCallOpen,
        Kind::Association => EditionStatus::HonoursCallOpen,
    }
}

/// The state in which nominations of `kind` are examined.
pub fn review_state(kind: Kind) -> EditionStatus {
    match kind {
        Kind::City => EditionStatus::CityReview,
        Kind::Association => EditionStatus::HonoursReview,
    }
}

/// The states of its edition in which a nomination of `kind` can go from one state to another. For its first submission
/// its [`Call`] says more.
pub fn edition_states(kind: Kind, from: Status, to: Status) -> Vec<EditionStatus> {
    use EditionStatus as Edition;
    let all_but = |ended: &[Edition]| -> Vec<Edition> {
        Edition::ALL.into_iter().filter(|status| !ended.contains(status)).collect()
    };
    match to {
        Status::Submitted if from == Status::Draft => vec![call_state(kind)],
        Status::Submitted | Status::NeedsCompletion | Status::Eligible | Status::Ineligible => {
            vec![call_state(kind), review_state(kind)]
        }
        Status::UnderEvaluation => vec![review_state(kind)],
        // A title is taken back before its year begins; an honour at any time.
        Status::Revoked if kind == Kind::City => {
            vec![Edition::Designated, Edition::HonoursCallOpen, Edition::HonoursReview, Edition::Postponed]
        }
        Status::Revoked => all_but(&[]),
        _ => all_but(&[Edition::Completed, Edition::Archived, Edition::Cancelled]),
    }
}

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// Until when something can be done that `days` are given for since `since`; that instant is no longer within.
pub fn due_at(since: UtcTime, days: i64) -> UtcTime {
    since.plus_seconds(days * SECONDS_A_DAY)
}

/// Refuses what completes a nomination after its deadline.
pub fn check_completion(due_at: Option<UtcTime>, now: UtcTime) -> Result<(), Error> {
    match due_at {
        Some(due_at) if due_at <= now => {
            Err(Error::new(Code::CompletionClosed).telling("due_at", Told::Instant(due_at)))
        }
        _ => Ok(()),
    }
}

/// What an appeal against ineligibility depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appeal {
    /// When the nomination was found ineligible.
    pub screened_at: Option<UtcTime>,
    /// When there was an appeal before.
    pub appealed_at: Option<UtcTime>,
    /// Within how many days the edition takes appeals.
    pub days: i64,
}

impl Appeal {
    /// Until when it can be made; none when it cannot.
    pub fn due_at(self) -> Option<UtcTime> {
        let screened_at = self.screened_at.filter(|_| self.appealed_at.is_none())?;
        Some(due_at(screened_at, self.days))
    }

    /// Refuses a second appeal and a late one.
    pub fn check(self, now: UtcTime) -> Result<(), Error> {
        if self.due_at().is_some_and(|due_at| now < due_at) {
            return Ok(());
        }
        let ended = self.screened_at.map(|screened_at| due_at(screened_at, self.days));
        Err(Error::new(Code::AppealClosed).with("days", self.days).telling("due_at", Told::instant(ended)))
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
    /// lost after it, but only a submission while the edition's call of this kind is open, within its window, counts.
    pub fn takes(self, kind: Kind, now: UtcTime) -> bool {
        let begun = self.opens_at.is_none_or(|opens_at| opens_at <= now);
        let ended = self.closes_at.is_some_and(|closes_at| closes_at <= now);
        self.status == call_state(kind) && begun && !ended
    }

    /// Refuses a submission that the call does not take, with the window.
    pub fn check(self, kind: Kind, now: UtcTime) -> Result<(), Error> {
        if self.takes(kind, now) {
            return Ok(());
        }
        Err(Error::new(Code::CallClosed)
            .telling("kind", Told::part("nominations.of_kind", kind))
            .with("year", self.year)
            .telling("status", Told::terms("editions.status", [&self.status]))
            .telling("opens_at", Told::instant(self.opens_at))
            .telling("closes_at", Told::instant(self.closes_at)))
    }
}

#[cfg(test)]
mod tests;
