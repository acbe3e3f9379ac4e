//! The states of a deliberation, and what has to be there before a jury closes. They know neither the web nor the
//! database.

use crate::database::types::{Id, UtcTime};
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::language::sentences::Told;
use crate::nominations::rules::{Appeal, Status as NominationStatus};
pub use crate::states::DeliberationStatus as Status;

impl Status {
    /// The states that this one can be left for.
    pub fn allowed(self) -> &'static [Self] {
        match self {
            Self::Closed => &[Self::Reopened, Self::Concluded],
            Self::Reopened | Self::Concluded => &[],
        }
    }

    /// Whether the chair can ask for this one. The other comes with the publication.
    pub fn can_be_asked_for(self) -> bool {
        self == Self::Reopened
    }
}

/// Refuses to take a deliberation `from` a state `to` another that the chair cannot ask for there.
pub fn check_transition(from: Status, to: Status) -> Result<()> {
    let allowed: Vec<&Status> = from.allowed().iter().filter(|status| status.can_be_asked_for()).collect();
    if allowed.contains(&&to) {
        return Ok(());
    }
    let error = Error::new(Code::WrongState)
        .telling("from", Told::terms("deliberations.status", [&from]))
        .telling("to", Told::terms("deliberations.status", [&to]));
    Err(error.with_ways("deliberations.status", &allowed))
}

/// What a nomination that is not under evaluation still waits for: its screening, the jury, or the end of the days in
/// which its nominator can appeal.
pub fn waits(id: Id, status: NominationStatus, appeal: Appeal, now: UtcTime) -> Option<Violation> {
    use NominationStatus::{Eligible, Ineligible, NeedsCompletion, Submitted};
    let reason = match status {
        Submitted | NeedsCompletion | Eligible => Reason::new(FieldRule::NominationWaits)
            .telling("status", Told::terms("nominations.status", [&status])),
        Ineligible => {
            let due_at = appeal.due_at().filter(|due_at| now < *due_at)?;
            Reason::new(FieldRule::AppealRunning).telling("due_at", Told::Instant(due_at))
        }
        _ => return None,
    };
    Some(Violation::body(format!("/nominations/{id}"), reason))
}

/// Refuses with 409 to go `to` a state while something is missing for it.
pub fn check_ready(to: &str, missing: Vec<Violation>) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    Err(missing.into_iter().fold(Error::new(Code::NotReady).with("to", to), Error::with_violation))
}

/// Refuses unless each nomination has enough submitted evaluations. Given are their numbers.
pub fn check_quorum(needed: i64, submitted: &[(Id, i64)]) -> Result<()> {
    let short = submitted.iter().filter(|(_, submitted)| *submitted < needed);
    let violations: Vec<Violation> = short
        .map(|(id, submitted)| {
            let reason = Reason::new(FieldRule::EvaluationsMissing)
                .with("submitted", submitted)
                .with("needed", needed);
            Violation::body(format!("/nominations/{id}"), reason)
        })
        .collect();
    if violations.is_empty() {
        return Ok(());
    }
    let error = Error::new(Code::QuorumMissing).with("needed", needed);
    Err(violations.into_iter().fold(error, Error::with_violation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::policy::ReopenDeliberation;

    const ALL: &[Status] = <Status as strum::VariantArray>::VARIANTS;

    #[test]
    fn a_deliberation_is_reopened_or_concluded_and_then_at_its_end() {
        for from in ALL.iter().copied() {
            for to in ALL.iter().copied() {
                let way = from == Status::Closed && to != Status::Closed;
                assert_eq!(from.allowed().contains(&to), way, "{from:?} → {to:?}");
                let asked = from == Status::Closed && to == Status::Reopened;
                assert_eq!(check_transition(from, to).is_ok(), asked, "{from:?} → {to:?}");
            }
        }
        let left: Vec<String> = ALL
            .iter()
            .filter(|from| from.allowed().contains(&Status::Reopened))
            .map(crate::database::types::keyword)
            .collect();
        assert_eq!(ReopenDeliberation::RULE.states, left);
        let error = check_transition(Status::Closed, Status::Concluded).unwrap_err();
        assert!(error.values.contains(&("allowed", Told::terms("deliberations.status", ["reopened"]))));
    }

    #[test]
    fn a_jury_closes_on_what_it_has_evaluated_as_a_whole() {
        let id = Id::new();
        assert!(check_ready("closed", Vec::new()).is_ok());
        let waiting = vec![Violation::body("/kind", Reason::new(FieldRule::NothingEvaluated))];
        assert_eq!(check_ready("closed", waiting).unwrap_err().code, Code::NotReady);
        assert!(check_quorum(3, &[(id, 3), (Id::new(), 4)]).is_ok());
        let error = check_quorum(3, &[(id, 2), (Id::new(), 3)]).unwrap_err();
        assert_eq!((error.code, error.violations.len()), (Code::QuorumMissing, 1));
    }

    #[test]
    fn a_nomination_waits_for_its_screening_and_until_no_appeal_is_possible() {
        use NominationStatus::{Eligible, Ineligible, NeedsCompletion, Submitted};
        let screened_at = UtcTime::now();
        let appeal = Appeal { screened_at: Some(screened_at), appealed_at: None, days: 1 };
        let last = screened_at.plus_seconds(24 * 60 * 60 - 1);
        for status in <NominationStatus as strum::VariantArray>::VARIANTS.iter().copied() {
            let on_its_way = matches!(status, Submitted | NeedsCompletion | Eligible);
            let waits = |appeal, now| waits(Id::new(), status, appeal, now).is_some();
            assert_eq!(waits(appeal, last), on_its_way || status == Ineligible, "{status:?}");
            assert_eq!(waits(appeal, last.plus_seconds(1)), on_its_way, "{status:?}");
            assert_eq!(waits(Appeal { appealed_at: Some(last), ..appeal }, last), on_its_way, "{status:?}");
        }
    }
}
