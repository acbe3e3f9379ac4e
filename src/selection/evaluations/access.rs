//! Who sees which evaluations, and who evaluates.

use super::rules::Reader;
use crate::access::policy::{EvaluationStates, ScoreSheets, ScoreSheetsOfClosedJury, UpdateEvaluation};
use crate::access::{Caller, Role};
use crate::database::fragment::{Fragment, Value};
use crate::states::DeliberationStatus;

/// The roles of those who run a jury, decide on what it finds or watch over it: none of them has a score of its own.
const OFFICES: [Role; 5] =
    [Role::Admin, Role::MinistryOfficer, Role::IcsoOfficer, Role::JuryChair, Role::Auditor];

/// That the jury which had an evaluation before it has closed: an edition may have had another one later.
const OF_CLOSED_JURY: &str = const_str::concat!(
    "EXISTS (SELECT 1 FROM deliberations \
     INNER JOIN nominations AS evaluated ON evaluated.edition_id = deliberations.edition_id \
         AND evaluated.kind = deliberations.kind \
     WHERE evaluated.id = evaluations.nomination_id AND deliberations.status <> '",
    DeliberationStatus::Reopened.into_str(),
    "' \
         AND deliberations.closed_at >= evaluations.created_at)"
);

impl Reader {
    /// A caller as a reader of evaluations.
    pub fn of(caller: &Caller) -> Self {
        Self {
            account_id: caller.account_id,
            audits: ScoreSheets::RULE.permits(caller, false),
            runs_the_jury: ScoreSheetsOfClosedJury::RULE.permits(caller, false),
            watches: EvaluationStates::RULE.permits(caller, false),
            evaluates: evaluates(caller),
        }
    }

    /// The condition that the reader knows of a row of `evaluations`. A juror knows of the own ones alone, a chair of
    /// those of a jury that has closed.
    pub fn scope(&self) -> Fragment {
        if self.audits || self.watches {
            Fragment::new("(1 = 1)")
        } else if self.evaluates {
            Fragment::new("(evaluations.juror_id = ").value(Value::Id(self.account_id)).sql(")")
        } else if self.runs_the_jury {
            Fragment::new(OF_CLOSED_JURY)
        } else {
            Fragment::new("(1 = 0)")
        }
    }
}

/// Whether somebody with these roles evaluates: jurors do who hold no office in the selection.
pub fn is_juror(roles: &[Role]) -> bool {
    roles.contains(&Role::Juror) && !roles.iter().any(|role| OFFICES.contains(role))
}

/// Whether the caller can act as a juror.
pub fn evaluates(caller: &Caller) -> bool {
    is_juror(&caller.roles) && UpdateEvaluation::RULE.permits(caller, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_holds_an_office_does_not_evaluate() {
        assert!(is_juror(&[Role::Juror]));
        for office in OFFICES {
            assert!(!is_juror(&[Role::Juror, office]) && !is_juror(&[office]), "{office}");
        }
    }
}
