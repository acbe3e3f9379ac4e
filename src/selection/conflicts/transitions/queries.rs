//! Deciding on an allegation. Only what is confirmed voids a sheet.

use super::model::{PublicTransition, TransitionInput};
use crate::access::accounts;
use crate::access::{Caller, Role};
use crate::audit::Actor;
use crate::database::Connection;
use crate::database::turns::{self, Turn};
use crate::database::types::{Keyword, UtcTime};
use crate::error::{Code, Error, Result};
use crate::http::conditional::IfMatch;
use crate::language::sentences::Told;
use crate::nominations::interests::queries::{Nominators, check_disinterested};
use crate::nominations::rules::Status as NominationStatus;
use crate::selection::conflicts::access::{office, rule_to};
use crate::selection::conflicts::model::{ConflictRow, PublicConflict};
use crate::selection::conflicts::queries::{find, write_next};
use crate::selection::conflicts::rules::{self, Status};
use crate::selection::deliberations::queries::reconsider;
use crate::selection::evaluations::model::Status as EvaluationStatus;
use crate::selection::evaluations::queries as evaluations;

/// Confirms or dismisses an allegation, for an office that neither made it nor has an interest.
pub fn create(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    path: (&str, &str),
    if_match: &IfMatch,
    input: &TransitionInput,
) -> Result<PublicTransition> {
    turns::take(connection, Turn::Selection)?;
    let (nomination, current) = find(connection, caller, path)?;
    if let Some(rule) = rule_to(input.to) {
        caller.require(rule, false)?;
    }
    let decided_by = office(&caller.roles).ok_or_else(|| caller.forbidden())?;
    if_match.check(&PublicConflict::from(current.clone()))?;
    rules::check_transition(current.status.map(|status| status.0), input.to)?;
    evaluations::check_state(&nomination, &[NominationStatus::UnderEvaluation])?;
    check_not_own(caller, &current)?;
    // What becomes of one sheet changes the order of all.
    let jury = (nomination.edition_id, nomination.kind.0);
    check_disinterested(connection, caller, jury, Nominators::All)?;
    let now = UtcTime::now();
    // A decision is an office's own word, as a signature is.
    accounts::signing_credential(connection, caller, now)?;
    let decided = ConflictRow {
        decided_by: Some(Keyword(decided_by)),
        decision_reason: Some(input.reason.clone()),
        ..current.moved(input.to, now)
    };
    let decided = write_next(connection, actor, &current, &decided)?;
    if input.to == Status::Confirmed {
        void(connection, actor, &decided, now)?;
    }
    Ok(PublicTransition::new(&decided, input, decided_by, now))
}

/// Refuses whoever made the allegation, and everybody else of the same office.
fn check_not_own(caller: &Caller, conflict: &ConflictRow) -> Result<()> {
    let of_same_office = |role: &Keyword<Role>| caller.is_any_of(&[role.0]);
    let Some(office) = &conflict.reported_by else { return Ok(()) };
    if conflict.account_id == caller.account_id || of_same_office(office) {
        return Err(Error::new(Code::OwnReport)
            .telling("office", Told::part("institution_keys.institution", office.0)));
    }
    Ok(())
}

/// Voids the evaluation that a confirmed conflict is about, and reconsiders the result.
fn void(connection: &mut Connection, actor: &Actor, conflict: &ConflictRow, now: UtcTime) -> Result<()> {
    let evaluation = evaluations::of_juror(connection, conflict.nomination_id, conflict.juror_id)?;
    let Some(evaluation) = evaluation else { return Ok(()) };
    evaluations::take(connection, actor, &evaluation, EvaluationStatus::Voided, now)?;
    reconsider(connection, actor, conflict.nomination_id, now)
}
