//! All SQL of changes of an evaluation's state that its juror asks for.

use super::model::{PublicTransition, TransitionInput};
use crate::access::Caller;
use crate::access::policy::{RecuseJuror, SubmitEvaluation};
use crate::audit::Actor;
use crate::database::Connection;
use crate::database::turns::{self, Turn};
use crate::database::types::UtcTime;
use crate::error::{Error, FieldRule, Reason, Result, Violation};
use crate::http::conditional::IfMatch;
use crate::nominations::model::NominationRow;
use crate::selection::conflicts::model::{ConflictRow, Ground};
use crate::selection::conflicts::queries as conflicts;
use crate::selection::evaluations::access::evaluates;
use crate::selection::evaluations::model::{Entry, EvaluationRow};
use crate::selection::evaluations::queries::{check_declared, check_evaluated, criteria_of, find, take};
use crate::selection::evaluations::rules::{self, Status, View, WrongTransition};
use crate::selection::evaluations::views::Evaluation;

/// Hands an evaluation in, or takes its juror back from it, while the jury is at work.
pub fn create(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    path: (&str, &str),
    if_match: &IfMatch,
    input: &TransitionInput,
) -> Result<PublicTransition> {
    turns::take(connection, Turn::Selection)?;
    let (nomination, Entry { row: current, .. }) = find(connection, caller, path)?;
    let rule = if input.to == Status::Submitted { SubmitEvaluation::RULE } else { RecuseJuror::RULE };
    caller.require(rule, evaluates(caller) && current.juror_id == caller.account_id)?;
    if_match.check(&Evaluation::new(current.clone(), View::Own))?;
    check_way(&current, input.to)?;
    check_evaluated(connection, &nomination)?;
    let now = UtcTime::now();
    if input.to == Status::Submitted {
        check_complete(connection, &nomination, &current)?;
    } else {
        let reason = input.reason.clone();
        let reason =
            reason.ok_or_else(|| Error::invalid_field("/reason", Reason::new(FieldRule::Required)))?;
        let declared = ConflictRow::declared(&current, Some(Ground::Other), Some(reason));
        conflicts::note(connection, actor, declared.by(caller.account_id, now))?;
    }
    let next = take(connection, actor, &current, input.to, now)?;
    Ok(PublicTransition::new(&next, current.status.0, input.reason.clone()))
}

/// Refuses a way that there is not, naming those that there are.
fn check_way(current: &EvaluationRow, to: Status) -> Result<()> {
    let from = current.status.0;
    if matches!(to, Status::Draft | Status::Submitted) {
        check_declared(current)?;
    }
    if to.can_be_asked_for() && rules::transition(from, to).is_ok() {
        return Ok(());
    }
    let error = Error::from(WrongTransition { from, to });
    let ways: Vec<&Status> = from.allowed().iter().filter(|to| to.can_be_asked_for()).collect();
    Err(match Reason::one_of(&ways) {
        Some(one_of) => error.with_violation(Violation::body("/to", one_of)),
        None => error,
    })
}

/// What is handed in has a score on every criterion, from somebody who still has no conflict of interest.
fn check_complete(
    connection: &mut Connection,
    nomination: &NominationRow,
    evaluation: &EvaluationRow,
) -> Result<()> {
    let missing = rules::missing(&evaluation.scores, &criteria_of(connection, nomination)?);
    if !missing.is_empty() {
        return Err(Error::invalid(missing));
    }
    conflicts::check(connection, evaluation.juror_id, nomination)
}
