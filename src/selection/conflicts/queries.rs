//! All SQL of conflicts of interest: finding them, noting them, and what follows for the evaluation.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::access::office;
use super::model::{ConflictInput, ConflictKind, ConflictRow, PublicConflict, Verdict};
use super::rules::{Ground, Status as ConflictStatus};
use crate::access::Caller;
use crate::access::accounts;
use crate::access::policy::{CreateConflict, GetConflict};
use crate::audit::{Actor, kept};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::conflicts;
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Keyword, UtcTime};
use crate::database::{Connection, stored};
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::http::list::Listed as _;
use crate::language::sentences::Told;
use crate::nominations::interests::queries::{Nominators, interests};
use crate::nominations::model::NominationRow;
use crate::nominations::rules::Status as NominationStatus;
use crate::selection::evaluations::access::evaluates;
use crate::selection::evaluations::model::{EvaluationRow, Status};
use crate::selection::evaluations::queries as evaluations;
use crate::selection::evaluations::rules::transition;
use crate::selection::sentence::check_sentence;

/// Why the juror cannot evaluate the nomination, as far as the register and the accounts tell now.
fn detect(connection: &mut Connection, juror: Id, nomination: &NominationRow) -> Result<Option<Ground>> {
    let found = interests(connection, &[juror], std::slice::from_ref(nomination), Nominators::All)?;
    Ok(found.into_values().next())
}

/// Refuses with 409 a juror with a conflict that the service finds by itself.
pub fn check(connection: &mut Connection, juror: Id, nomination: &NominationRow) -> Result<()> {
    match detect(connection, juror, nomination)? {
        None => Ok(()),
        Some(ground) => {
            Err(Error::new(Code::ConflictOfInterest)
                .telling("ground", Told::part("conflicts.ground", ground)))
        }
    }
}

/// As [`check`], also for a conflict that was declared or confirmed before.
pub fn check_impartial(connection: &mut Connection, juror: Id, nomination: &NominationRow) -> Result<()> {
    check(connection, juror, nomination)?;
    let noted: Option<ConflictRow> = conflicts::table
        .filter(conflicts::nomination_id.eq(nomination.id))
        .filter(conflicts::juror_id.eq(juror))
        .filter(conflicts::status.eq(Keyword(ConflictStatus::Confirmed)))
        .select(ConflictRow::as_select())
        .first(connection)
        .optional()?;
    match noted.and_then(|conflict| conflict.ground) {
        Some(ground) => {
            Err(Error::new(Code::ConflictOfInterest)
                .telling("ground", Told::part("conflicts.ground", ground.0)))
        }
        None => Ok(()),
    }
}

/// A page of what is known of the jurors of a nomination: a juror sees the own part alone.
pub fn list(
    connection: &mut Connection,
    caller: &Caller,
    nomination_id: &str,
    request: &ListRequest,
) -> Result<Page<PublicConflict>> {
    let nomination = evaluations::nomination(connection, caller, nomination_id)?;
    let mut scope = Fragment::new("conflicts.nomination_id = ").value(Value::Id(nomination.id));
    if !GetConflict::RULE.permits(caller, false) {
        scope = scope.sql(" AND conflicts.juror_id = ").value(Value::Id(caller.account_id));
    }
    let plan = Plan::new(connection, &PublicConflict::LIST, request).within(scope);
    let rows = conflicts::table
        .select((ConflictRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(PublicConflict::from))
}

/// One declaration or conflict of a nomination.
pub fn get(connection: &mut Connection, caller: &Caller, path: (&str, &str)) -> Result<PublicConflict> {
    Ok(find(connection, caller, path)?.1.into())
}

/// A declaration or conflict, with its nomination.
pub(super) fn find(
    connection: &mut Connection,
    caller: &Caller,
    (nomination_id, id): (&str, &str),
) -> Result<(NominationRow, ConflictRow)> {
    let nomination = evaluations::nomination(connection, caller, nomination_id)?;
    let unknown = || Error::not_found("conflict", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    let row: Option<ConflictRow> = conflicts::table
        .find(id)
        .filter(conflicts::nomination_id.eq(nomination.id))
        .select(ConflictRow::as_select())
        .first(connection)
        .optional()?;
    // To a juror those of the others are as unknown as those that there are not.
    let seen = |row: &ConflictRow| GetConflict::RULE.permits(caller, row.juror_id == caller.account_id);
    Ok((nomination, row.filter(seen).ok_or_else(unknown)?))
}

/// Notes a juror's declaration, or what an office alleges of a juror.
pub fn create(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    nomination_id: &str,
    input: &ConflictInput,
) -> Result<PublicConflict> {
    turns::take(connection, Turn::Selection)?;
    let nomination = evaluations::nomination(connection, caller, nomination_id)?;
    let juror_id = input.juror_id.unwrap_or(caller.account_id);
    let own = juror_id == caller.account_id;
    caller.require(CreateConflict::RULE, own)?;
    if own && !evaluates(caller) {
        return Err(Error::invalid_field("/juror_id", Reason::new(FieldRule::Required)));
    }
    let evaluation = evaluations::of_juror(connection, nomination.id, juror_id)?;
    match evaluation {
        Some(evaluation) if own => declare(connection, caller, actor, &nomination, &evaluation, input),
        Some(evaluation) => report(connection, caller, actor, &nomination, &evaluation, input),
        None if own => Err(Error::not_found("evaluation", nomination.id)),
        None => Err(Error::bad_reference("/juror_id", "/v1/nominations/{id}/evaluations")),
    }
}

/// A juror declares: without a conflict the sheet can be written, with one the juror steps back.
fn declare(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    nomination: &NominationRow,
    evaluation: &EvaluationRow,
    input: &ConflictInput,
) -> Result<PublicConflict> {
    evaluations::check_evaluated(connection, nomination)?;
    let to = if input.conflict { Status::Recused } else { Status::Draft };
    let now = UtcTime::now();
    evaluations::take(connection, actor, evaluation, to, now)?;
    if !input.conflict {
        check(connection, evaluation.juror_id, nomination)?;
    }
    let row = ConflictRow::declared(evaluation, input.ground, input.statement.clone());
    note(connection, actor, row.by(caller.account_id, now))
}

/// An office alleges a conflict of a juror whose evaluation counts or may come to count. Nothing follows of it before
/// another office has decided.
fn report(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    nomination: &NominationRow,
    evaluation: &EvaluationRow,
    input: &ConflictInput,
) -> Result<PublicConflict> {
    if !input.conflict {
        let reason = Reason::new(FieldRule::Inapplicable).with("why", "juror_id");
        return Err(Error::invalid_field("/conflict", reason));
    }
    // An allegation is an office's own word, as a signature is.
    accounts::signing_credential(connection, caller, UtcTime::now())?;
    check_sentence("/statement", input.statement.as_deref().unwrap_or_default())?;
    evaluations::check_state(nomination, &[NominationStatus::UnderEvaluation])?;
    transition(evaluation.status.0, Status::Voided)?;
    let office = office(&caller.roles).ok_or_else(|| caller.forbidden())?;
    let row = ConflictRow::reported(evaluation, input.ground, input.statement.clone(), office);
    note(connection, actor, row.by(caller.account_id, UtcTime::now()))
}

/// Keeps what was declared, reported or found.
pub fn note(connection: &mut Connection, actor: &Actor, row: ConflictRow) -> Result<PublicConflict> {
    let insert = diesel::insert_into(conflicts::table).values(&row);
    let row: ConflictRow =
        kept::insert(connection, actor, |connection| stored(connection, insert).map_err(reported_already))?;
    Ok(row.into())
}

/// Finds again, before a jury is drawn or closes, whose jurors have a conflict of interest: what was assigned or handed in
/// before it could be known is voided.
pub fn void_found(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    nominations: &[NominationRow],
) -> Result<()> {
    let ids: Vec<Id> = nominations.iter().map(|nomination| nomination.id).collect();
    let mut live = evaluations::of_nominations(connection, &ids)?;
    live.retain(|evaluation| evaluation.status.is_live());
    let jurors: BTreeSet<Id> = live.iter().map(|evaluation| evaluation.juror_id).collect();
    let jurors: Vec<Id> = jurors.into_iter().collect();
    let found = interests(connection, &jurors, nominations, Nominators::All)?;
    let noted = detected_before(connection, &ids)?;
    let now = UtcTime::now();
    for evaluation in live {
        let pair = (evaluation.nomination_id, evaluation.juror_id);
        let Some(ground) = found.get(&pair) else { continue };
        if !noted.contains(&pair) {
            let detected = ConflictRow::detected(pair.0, pair.1, *ground);
            note(connection, actor, detected.by(caller.account_id, now))?;
        }
        evaluations::take(connection, actor, &evaluation, Status::Voided, now)?;
    }
    Ok(())
}

/// The pairs of nomination and juror, of these nominations, whose conflict the service has noted already.
pub fn detected_before(connection: &mut Connection, nominations: &[Id]) -> Result<Vec<(Id, Id)>> {
    Ok(conflicts::table
        .filter(conflicts::nomination_id.eq_any(nominations))
        .filter(conflicts::kind.eq(Keyword(ConflictKind::Detected)))
        .select((conflicts::nomination_id, conflicts::juror_id))
        .load(connection)?)
}

/// The database speaks of the pair; the body names the juror.
fn reported_already(mut error: Error) -> Error {
    if error.code == Code::AlreadyExists {
        error.violations = vec![Violation::body("/juror_id", Reason::new(FieldRule::AlreadyExists))];
    }
    error
}

/// Writes the next version of a conflict over the one before it, where nothing was decided.
pub(super) fn write_next(
    connection: &mut Connection,
    actor: &Actor,
    current: &ConflictRow,
    next: &ConflictRow,
) -> Result<ConflictRow> {
    let version_before = conflicts::table
        .find(next.id)
        .filter(conflicts::version.eq(next.version - 1))
        .filter(conflicts::status.eq(Keyword(ConflictStatus::Reported)));
    let update = diesel::update(version_before).set(next);
    let verdict = kept::transition(connection, actor, &Verdict(current.clone()), |connection| {
        stored(connection, update).map(Verdict)
    })?;
    Ok(verdict.0)
}

/// Settles what was alleged of a juror whose evaluation has ended: nothing is left to decide.
pub fn settle(
    connection: &mut Connection,
    actor: &Actor,
    evaluation: &EvaluationRow,
    now: UtcTime,
) -> Result<()> {
    for waiting in waiting(connection, &[evaluation.nomination_id])? {
        if waiting.juror_id == evaluation.juror_id {
            write_next(connection, actor, &waiting, &waiting.moved(ConflictStatus::Settled, now))?;
        }
    }
    Ok(())
}

/// The allegations on these nominations that nobody has decided on.
fn waiting(connection: &mut Connection, nominations: &[Id]) -> Result<Vec<ConflictRow>> {
    Ok(conflicts::table
        .filter(conflicts::nomination_id.eq_any(nominations))
        .filter(conflicts::status.eq(Keyword(ConflictStatus::Reported)))
        .order((conflicts::at, conflicts::id))
        .select(ConflictRow::as_select())
        .load(connection)?)
}

/// The allegations that stand in the way of a closing or a decision, each named.
pub fn undecided(connection: &mut Connection, nominations: &[Id]) -> Result<Vec<Violation>> {
    let named = |row: ConflictRow| {
        let place = format!("/nominations/{}/conflicts/{}", row.nomination_id, row.id);
        Violation::body(place, Reason::new(FieldRule::AllegationWaits))
    };
    Ok(waiting(connection, nominations)?.into_iter().map(named).collect())
}

/// The conflicts on these nominations that count, by nomination and juror; of several the latest.
pub fn confirmed(connection: &mut Connection, nominations: &[Id]) -> Result<HashMap<(Id, Id), ConflictRow>> {
    let rows: Vec<ConflictRow> = conflicts::table
        .filter(conflicts::nomination_id.eq_any(nominations))
        .filter(conflicts::status.eq(Keyword(ConflictStatus::Confirmed)))
        .order((conflicts::at, conflicts::id))
        .select(ConflictRow::as_select())
        .load(connection)?;
    Ok(rows.into_iter().map(|row| ((row.nomination_id, row.juror_id), row)).collect())
}
