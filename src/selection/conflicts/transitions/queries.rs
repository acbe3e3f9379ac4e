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
use crate::nominations::model::NominationRow;
use crate::nominations::queries::of_edition;
use crate::nominations::rules::Status as NominationStatus;
use crate::selection::conflicts::access::{office, rule_to};
use crate::selection::conflicts::model::{ConflictRow, PublicConflict};
use crate::selection::conflicts::queries::{detect_all, find, write_next};
use crate::selection::conflicts::rules::{self, Status};
use crate::selection::deliberations::queries::reconsider;
use crate::selection::evaluations::model::Status as EvaluationStatus;
use crate::selection::evaluations::queries as evaluations;

/// The nominations that a jury has before it, or will have.
const BEFORE_THE_JURY: [NominationStatus; 4] = [
    NominationStatus::Submitted,
    NominationStatus::NeedsCompletion,
    NominationStatus::Eligible,
    NominationStatus::UnderEvaluation,
];

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
    check_disinterested(connection, caller, &nomination)?;
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

/// Refuses whoever is tied to a nomination before the same jury, its nominator to begin with: what becomes of one sheet
/// changes the order of all.
fn check_disinterested(
    connection: &mut Connection,
    caller: &Caller,
    nomination: &NominationRow,
) -> Result<()> {
    let account = accounts::find(connection, caller.account_id)?;
    let rivals = of_edition(connection, nomination.edition_id, nomination.kind.0, &BEFORE_THE_JURY)?;
    let found = detect_all(connection, account.as_slice(), &rivals)?;
    match found.into_iter().min_by_key(|((nomination_id, _), _)| *nomination_id) {
        None => Ok(()),
        Some(((nomination_id, _), ground)) => Err(Error::new(Code::InterestedOffice)
            .telling("ground", Told::part("conflicts.ground", ground))
            .with("id", nomination_id)),
    }
}

/// Voids the evaluation that a confirmed conflict is about, and reconsiders the result.
fn void(connection: &mut Connection, actor: &Actor, conflict: &ConflictRow, now: UtcTime) -> Result<()> {
    let evaluation = evaluations::of_juror(connection, conflict.nomination_id, conflict.juror_id)?;
    let Some(evaluation) = evaluation else { return Ok(()) };
    evaluations::take(connection, actor, &evaluation, EvaluationStatus::Voided, now)?;
    reconsider(connection, actor, conflict.nomination_id, now)
}
