//! All SQL of the evaluations.

use diesel::prelude::*;

use super::access::{evaluates, is_juror};
use super::model::{Entry, EvaluationInput, EvaluationRow, InState, NewEvaluation, Sheet, Status};
use super::rules::{self, Reader, View};
use super::sharing;
use super::views::{EditionEvaluation, Evaluation};
use crate::access::Caller;
use crate::access::accounts::{self, Account};
use crate::access::policy::Rule;
use crate::audit::{Actor, kept};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, ListSpec, Page, Plan};
use crate::database::schema::{deliberations, evaluations, nominations as nomination_rows};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Keyword, UtcTime, keyword};
use crate::database::{Connection, stored};
use crate::editions::criteria::{self, NominationKind};
use crate::editions::model::EditionRow;
use crate::editions::queries::edition_by_year;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::http::body::Change;
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;
use crate::nominations;
use crate::nominations::access::Audience;
use crate::nominations::interests::queries::{Nominators, check_disinterested};
use crate::nominations::model::NominationRow;
use crate::nominations::rules::Status as NominationStatus;
use crate::nominations::transitions::queries::edition_of;
use crate::selection::conflicts;
use crate::selection::deliberations::conditions::check_unsigned;
use crate::selection::deliberations::queries::check_jury_open;
use crate::states::DeliberationStatus;

/// The evaluations of these nominations, in whatever state, the oldest first.
pub fn of_nominations(connection: &mut Connection, ids: &[Id]) -> Result<Vec<EvaluationRow>> {
    Ok(evaluations::table
        .filter(evaluations::nomination_id.eq_any(ids))
        .select(EvaluationRow::as_select())
        .order(evaluations::id)
        .load(connection)?)
}

/// A page of a nomination's evaluations, as far as `caller` sees them.
pub fn list(
    connection: &mut Connection,
    caller: &Caller,
    nomination_id: &str,
    request: &ListRequest,
) -> Result<Page<Evaluation>> {
    let nomination = nomination(connection, caller, nomination_id)?;
    let of_nomination = Fragment::new("evaluations.nomination_id = ").value(Value::Id(nomination.id));
    page(connection, caller, &Evaluation::LIST, request, of_nomination)
}

/// A page of the evaluations of all nominations for an edition, as far as `caller` sees them.
pub fn list_of_edition(
    connection: &mut Connection,
    caller: &Caller,
    year: i64,
    request: &ListRequest,
) -> Result<Page<EditionEvaluation>> {
    let edition = edition_by_year(connection, year)?;
    let scope = Fragment::new(
        "evaluations.nomination_id IN (SELECT nominations.id FROM nominations WHERE nominations.edition_id = ",
    )
    .value(Value::Id(edition.id))
    .sql(")");
    Ok(page(connection, caller, &EditionEvaluation::LIST, request, scope)?.map(EditionEvaluation))
}

fn page(
    connection: &mut Connection,
    caller: &Caller,
    spec: &ListSpec,
    request: &ListRequest,
    scope: Fragment,
) -> Result<Page<Evaluation>> {
    let reader = Reader::of(caller);
    let plan = Plan::new(connection, spec, request).within(scope).within(reader.scope());
    let rows = evaluations::table
        .inner_join(nomination_rows::table.on(nomination_rows::id.eq(evaluations::nomination_id)))
        .select((Entry::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    let Page { rows, next, prev, total, without_place, facets } = plan.finish(connection, rows)?;
    Ok(Page { rows: shown_to(connection, &reader, rows)?, next, prev, total, without_place, facets })
}

/// One evaluation of a nomination, as `caller` sees it.
pub fn get(connection: &mut Connection, caller: &Caller, path: (&str, &str)) -> Result<Evaluation> {
    let (_, entry) = find(connection, caller, path)?;
    show(connection, caller, entry.row)
}

/// The evaluations as `reader` sees them.
fn shown_to(connection: &mut Connection, reader: &Reader, found: Vec<Entry>) -> Result<Vec<Evaluation>> {
    let editions: Vec<Id> = found.iter().map(|entry| entry.edition_id).collect();
    let closings: Vec<(Id, Keyword<NominationKind>, UtcTime)> = deliberations::table
        .filter(deliberations::edition_id.eq_any(editions))
        .filter(deliberations::status.ne(Keyword(DeliberationStatus::Reopened)))
        .select((deliberations::edition_id, deliberations::kind, deliberations::closed_at))
        .load(connection)?;
    let seen = found.into_iter().filter_map(|Entry { row, kind, edition_id }| {
        // The jury that had this evaluation before it: an edition may have had another one later.
        let closed = closings.iter().any(|(edition, of_kind, closed_at)| {
            *edition == edition_id && *of_kind == kind && *closed_at >= row.created_at
        });
        let view = rules::view(reader, row.juror_id, closed)?;
        Some(Evaluation::new(row, view))
    });
    Ok(seen.collect())
}

/// An evaluation as `caller` sees it.
fn show(connection: &mut Connection, caller: &Caller, row: EvaluationRow) -> Result<Evaluation> {
    let entry = evaluations::table
        .inner_join(nomination_rows::table.on(nomination_rows::id.eq(evaluations::nomination_id)))
        .filter(evaluations::id.eq(row.id))
        .select(Entry::as_select())
        .first(connection)?;
    let shown = shown_to(connection, &Reader::of(caller), vec![entry])?.pop();
    shown.ok_or_else(|| Error::not_found("evaluation", row.id))
}

/// A nomination that `caller` sees. A hidden one is as unknown as one that does not exist.
pub fn nomination(connection: &mut Connection, caller: &Caller, id: &str) -> Result<NominationRow> {
    Ok(nominations::queries::find(connection, &Audience::of(Some(caller)), id)?.row)
}

/// An evaluation that `caller` knows of, with its nomination. Another is as unknown as one that does not exist.
pub(super) fn find(
    connection: &mut Connection,
    caller: &Caller,
    (nomination_id, id): (&str, &str),
) -> Result<(NominationRow, Entry)> {
    let nomination = nomination(connection, caller, nomination_id)?;
    let unknown = || Error::not_found("evaluation", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    let entry = evaluations::table
        .inner_join(nomination_rows::table.on(nomination_rows::id.eq(evaluations::nomination_id)))
        .filter(evaluations::id.eq(id))
        .filter(evaluations::nomination_id.eq(nomination.id))
        .filter(Reader::of(caller).scope())
        .select(Entry::as_select())
        .first(connection)
        .optional()?
        .ok_or_else(unknown)?;
    Ok((nomination, entry))
}

/// The evaluation of a nomination by a juror.
pub fn of_juror(
    connection: &mut Connection,
    nomination_id: Id,
    juror_id: Id,
) -> Result<Option<EvaluationRow>> {
    let row = evaluations::table
        .filter(evaluations::nomination_id.eq(nomination_id))
        .filter(evaluations::juror_id.eq(juror_id))
        .select(EvaluationRow::as_select())
        .first(connection);
    Ok(row.optional()?)
}

/// Refuses unless the nomination is being evaluated now: it is under evaluation (409 `not_editable`), its edition in
/// review (409 `edition_state`), and the jury open (409 `jury_closed`). Jurors ask: they are told what everybody knows, not
/// that a decision which makes nothing of their work is signed already.
pub fn check_evaluated(connection: &mut Connection, nomination: &NominationRow) -> Result<EditionRow> {
    check_state(nomination, &[NominationStatus::UnderEvaluation])?;
    let edition = edition_of(connection, nomination)?;
    rules::check_review(edition.year, edition.status.0, nomination.kind.0)?;
    check_jury_open(connection, &edition, nomination.kind.0)?;
    Ok(edition)
}

/// Refuses unless the edition is in the review of nominations of `kind`, the jury open, and no decision signed.
pub fn check_jury_at_work(
    connection: &mut Connection,
    edition: &EditionRow,
    kind: NominationKind,
) -> Result<()> {
    rules::check_review(edition.year, edition.status.0, kind)?;
    check_jury_open(connection, edition, kind)?;
    check_unsigned(connection, edition, kind)
}

/// Refuses with 409 unless the nomination is in one of these states.
pub fn check_state(nomination: &NominationRow, allowed: &[NominationStatus]) -> Result<()> {
    let status = nomination.status.0;
    if allowed.contains(&status) {
        return Ok(());
    }
    Err(Error::not_editable("nominations.status", status, allowed))
}

/// The codes of the criteria by which the nomination is evaluated, in their order.
pub(super) fn criteria_of(connection: &mut Connection, nomination: &NominationRow) -> Result<Vec<String>> {
    let rows = criteria::of_kind(connection, nomination.edition_id, nomination.kind.0)?;
    Ok(rows.into_iter().map(|row| row.code).collect())
}

/// Whether an account can be given evaluations.
pub fn is_active_juror(account: &Account) -> bool {
    account.disabled_at.is_none() && is_juror(&account.roles)
}

/// Assigns a nomination to a juror, by hand.
pub fn create(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    nomination_id: &str,
    input: &NewEvaluation,
) -> Result<Evaluation> {
    turns::take(connection, Turn::Selection)?;
    let nomination = nomination(connection, caller, nomination_id)?;
    let jury = (nomination.edition_id, nomination.kind.0);
    check_disinterested(connection, caller, jury, Nominators::NotOffices)?;
    check_state(&nomination, &[NominationStatus::Eligible, NominationStatus::UnderEvaluation])?;
    let edition = edition_of(connection, &nomination)?;
    check_jury_at_work(connection, &edition, nomination.kind.0)?;
    let juror = accounts::find(connection, input.juror_id)?.filter(is_active_juror);
    let juror = juror.ok_or_else(|| Error::bad_reference("/juror_id", "/v1/accounts"))?;
    conflicts::queries::check(connection, juror.id, &nomination)?;
    let now = UtcTime::now();
    let row = assign(connection, actor, &nomination, juror.id, None, now)?;
    hand_to_jury(connection, actor, caller.account_id, &nomination, now)?;
    // A chair, too, sees what was just assigned; what becomes of it only once the jury has closed.
    Ok(Evaluation::new(row, View::Progress))
}

/// Makes a juror's evaluation of a nomination; there is never a second one.
pub fn assign(
    connection: &mut Connection,
    actor: &Actor,
    nomination: &NominationRow,
    juror_id: Id,
    assignment_id: Option<Id>,
    now: UtcTime,
) -> Result<EvaluationRow> {
    let row = EvaluationRow::new(nomination.id, juror_id, assignment_id, now);
    let insert = diesel::insert_into(evaluations::table).values(&row);
    kept::insert(connection, actor, |connection| stored(connection, insert).map_err(assigned_already))
}

/// The database speaks of the pair; the body names the juror.
fn assigned_already(mut error: Error) -> Error {
    if error.code == Code::AlreadyExists {
        error.violations = vec![Violation::body("/juror_id", Reason::new(FieldRule::AlreadyExists))];
    }
    error
}

/// With its first evaluation an eligible nomination is under evaluation.
pub fn hand_to_jury(
    connection: &mut Connection,
    actor: &Actor,
    account_id: Id,
    nomination: &NominationRow,
    now: UtcTime,
) -> Result<()> {
    if nomination.status.0 == NominationStatus::Eligible {
        let to = NominationStatus::UnderEvaluation;
        nominations::queries::take(connection, actor, account_id, nomination, to, None, now)?;
    }
    Ok(())
}

/// Changes a draft of the caller's own.
pub fn update(
    connection: &mut Connection,
    rule: Rule,
    caller: &Caller,
    actor: &Actor,
    path: (&str, &str),
    if_match: &IfMatch,
    change: &Change<EvaluationInput>,
) -> Result<Evaluation> {
    turns::take(connection, Turn::Selection)?;
    let (nomination, Entry { row: current, .. }) = find(connection, caller, path)?;
    caller.require(rule, evaluates(caller) && current.juror_id == caller.account_id)?;
    if_match.check(&Evaluation::new(current.clone(), View::Own))?;
    if current.status.0 == Status::Assigned {
        // Of a nomination that is not evaluated any more nothing has to be declared.
        check_evaluated(connection, &nomination)?;
    }
    check_declared(&current)?;
    let status = keyword(&current.status.0);
    if !rule.is_for_state(&status) {
        return Err(Error::not_editable("evaluations.status", status, rule.states));
    }
    check_evaluated(connection, &nomination)?;
    let input = change.apply(&current.input())?;
    let faults = rules::faults(&input.scores, &criteria_of(connection, &nomination)?);
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let next = current.next(input, UtcTime::now());
    let Sheet(next) =
        kept::change(connection, actor, &Sheet(current), |connection| save(connection, &next).map(Sheet))?;
    show(connection, caller, next)
}

/// Refuses with 409 when the juror has not yet declared anything.
pub(super) fn check_declared(evaluation: &EvaluationRow) -> Result<()> {
    match evaluation.status.0 {
        Status::Assigned => Err(Error::new(Code::DeclarationNeeded).with("id", evaluation.nomination_id)),
        _ => Ok(()),
    }
}

/// Takes an evaluation to another state, as the table of states has it, with what comes of that: an allegation against a
/// juror who is out is settled, and the sheets are shared when nobody has still to write.
pub fn take(
    connection: &mut Connection,
    actor: &Actor,
    current: &EvaluationRow,
    to: Status,
    now: UtcTime,
) -> Result<EvaluationRow> {
    let next = current.moved(rules::transition(current.status.0, to)?, now);
    let InState(next) = kept::transition(connection, actor, &InState(current.clone()), |connection| {
        save(connection, &next).map(InState)
    })?;
    if !to.is_live() {
        conflicts::queries::settle(connection, actor, &next, now)?;
    }
    sharing::queries::share_when_complete(connection, next.nomination_id)?;
    Ok(next)
}

/// Writes the next version of an evaluation over the one before it.
fn save(connection: &mut Connection, next: &EvaluationRow) -> Result<EvaluationRow> {
    let version_before = evaluations::table.find(next.id).filter(evaluations::version.eq(next.version - 1));
    stored(connection, diesel::update(version_before).set(next))
}
