//! Who sees which evaluations.

use super::rules::Reader;
use crate::access::Caller;
use crate::access::policy::{GetEvaluationProgress, ScoreSheets, ScoreSheetsOfClosedJury, UpdateEvaluation};
use crate::database::fragment::{Fragment, Value};

impl Reader {
    /// A caller as a reader of evaluations.
    pub fn of(caller: &Caller) -> Self {
        Self {
            account_id: caller.account_id,
            audits: ScoreSheets::RULE.permits(caller, false),
            runs_the_jury: ScoreSheetsOfClosedJury::RULE.permits(caller, false),
            watches: GetEvaluationProgress::RULE.permits(caller, false),
            evaluates: evaluates(caller),
        }
    }

    /// The condition that the reader knows of a row of `evaluations`. A juror knows of the others' only when the own
    /// evaluation of that nomination is submitted.
    pub fn scope(&self) -> Fragment {
        if self.watches {
            return Fragment::new("(1 = 1)");
        }
        if !self.evaluates {
            return Fragment::new("(1 = 0)");
        }
        Fragment::new("(evaluations.juror_id = ")
            .value(Value::Id(self.account_id))
            .sql(
                " OR (evaluations.status = 'submitted' AND EXISTS (SELECT 1 FROM evaluations AS own \
                 WHERE own.nomination_id = evaluations.nomination_id AND own.status = 'submitted' AND own.juror_id = ",
            )
            .value(Value::Id(self.account_id))
            .sql(")))")
    }
}

/// Whether the caller can act as a juror.
pub fn evaluates(caller: &Caller) -> bool {
    UpdateEvaluation::RULE.permits(caller, true)
}
