//! All SQL of the deliberations.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::conditions::{check_none_waits, check_undesignated};
use super::model::{Closing, DeliberationRow, PublicDeliberation, PublicTransition, TransitionInput};
use super::pseudonyms;
use super::rules::{self, Status};
use super::sealing;
use crate::access::{Caller, accounts};
use crate::audit::{self, Actor, kept};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::deliberations;
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Json, Keyword, UtcTime, keyword};
use crate::database::{Connection, stored};
use crate::editions::criteria;
use crate::editions::model::EditionRow;
use crate::editions::path::EditionKey;
use crate::editions::queries::{edition_by_year, published_under};
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;
use crate::language::sentences::Told;
use crate::nominations;
use crate::nominations::embargo::Clearance;
use crate::nominations::embargo::queries::{clear_outcomes, is_decided, outcome, set_outcome};
use crate::nominations::interests::queries::{Nominators, check_disinterested};
use crate::nominations::model::NominationRow;
use crate::nominations::rules::{Kind, Status as NominationStatus};
use crate::nominations::transitions::queries::jury_has_closed;
use crate::selection::conflicts;
use crate::selection::evaluations;
use crate::selection::evaluations::model::{EvaluationRow, Status as EvaluationStatus};
use crate::selection::evaluations::rules::check_review;
use crate::selection::ranking;
use crate::selection::ranking::rules::{Criterion, Rules, Standing, rank};
use crate::selection::results::record::SealedRecord;
use crate::selection::sentence::check_sentence;

/// A page of an edition's deliberations.
pub(super) fn list(
    connection: &mut Connection,
    key: EditionKey,
    request: &ListRequest,
) -> Result<Page<PublicDeliberation>> {
    let editions = published_under(connection, key)?;
    let ids = editions.iter().map(|edition| Value::Id(edition.id));
    let plan = Plan::new(connection, &PublicDeliberation::LIST, request)
        .within(Fragment::new("deliberations.edition_id IN ").values(ids));
    let rows = deliberations::table
        .select((DeliberationRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    let page: Page<DeliberationRow> = plan.finish(connection, rows)?;
    Ok(page.map(|row| {
        let edition = editions.iter().find(|edition| edition.id == row.edition_id);
        PublicDeliberation::new(row, edition.map_or(0, |edition| edition.year))
    }))
}

/// One deliberation of an edition, or of one that had its year before.
pub(super) fn get(connection: &mut Connection, key: EditionKey, id: &str) -> Result<PublicDeliberation> {
    let unknown = || Error::not_found("deliberation", id);
    let editions = published_under(connection, key)?;
    let row = row(connection, id.parse().map_err(|_| unknown())?)?.ok_or_else(unknown)?;
    let edition = editions.iter().find(|edition| edition.id == row.edition_id).ok_or_else(unknown)?;
    Ok(PublicDeliberation::new(row, edition.year))
}

fn find(connection: &mut Connection, edition: &EditionRow, id: &str) -> Result<DeliberationRow> {
    let unknown = || Error::not_found("deliberation", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    row(connection, id)?.filter(|row| row.edition_id == edition.id).ok_or_else(unknown)
}

/// A deliberation by its identifier.
pub fn row(connection: &mut Connection, id: Id) -> Result<Option<DeliberationRow>> {
    Ok(deliberations::table.find(id).select(DeliberationRow::as_select()).first(connection).optional()?)
}

/// The deliberation that keeps the jury of a kind closed, if it is.
pub fn closed(connection: &mut Connection, edition_id: Id, kind: Kind) -> Result<Option<DeliberationRow>> {
    Ok(latest(connection, edition_id, kind)?.filter(|row| row.status.0 == Status::Closed))
}

/// The latest deliberation on a kind that still counts: closed, or concluded by the publication.
pub fn latest(connection: &mut Connection, edition_id: Id, kind: Kind) -> Result<Option<DeliberationRow>> {
    Ok(deliberations::table
        .filter(deliberations::edition_id.eq(edition_id))
        .filter(deliberations::kind.eq(Keyword(kind)))
        .filter(deliberations::status.ne(Keyword(Status::Reopened)))
        .order((deliberations::closed_at.desc(), deliberations::id.desc()))
        .select(DeliberationRow::as_select())
        .first(connection)
        .optional()?)
}

/// The closings of the jury on the same nominations before this one that were opened again, the first one first.
pub fn reopened_before(
    connection: &mut Connection,
    deliberation: &DeliberationRow,
) -> Result<Vec<DeliberationRow>> {
    Ok(deliberations::table
        .filter(deliberations::edition_id.eq(deliberation.edition_id))
        .filter(deliberations::kind.eq(deliberation.kind))
        .filter(deliberations::status.eq(Keyword(Status::Reopened)))
        .filter(deliberations::closed_at.le(deliberation.closed_at))
        .order((deliberations::closed_at, deliberations::id))
        .select(DeliberationRow::as_select())
        .load(connection)?)
}

/// Refuses once the jury of a kind has closed. It cannot close before the end of this transaction then.
pub fn check_jury_open(connection: &mut Connection, edition: &EditionRow, kind: Kind) -> Result<()> {
    turns::take(connection, Turn::Selection)?;
    if jury_has_closed(connection, edition.id, kind)? {
        return Err(problem(Code::JuryClosed, edition, kind));
    }
    Ok(())
}

/// A problem of the nominations of a kind for an edition.
pub(super) fn problem(code: Code, edition: &EditionRow, kind: Kind) -> Error {
    Error::new(code).telling("kind", Told::part("nominations.of_kind", kind)).with("year", edition.year)
}

/// Closes the jury of an edition on a kind of nominations: seals what it found and notes, under embargo, which
/// nominations are shortlisted.
pub(super) fn close(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    year: i64,
    kind: Kind,
) -> Result<PublicDeliberation> {
    turns::take(connection, Turn::Selection)?;
    let edition = edition_by_year(connection, year)?;
    check_review(edition.year, edition.status.0, kind)?;
    check_jury_open(connection, &edition, kind)?;
    check_disinterested(connection, caller, (edition.id, kind), Nominators::NotOffices)?;
    check_undesignated(connection, &edition, kind)?;
    let nominations = nominations_to_close(connection, &edition, kind)?;
    conflicts::queries::void_found(connection, caller, actor, &nominations)?;
    let nominations: Vec<Id> = nominations.into_iter().map(|nomination| nomination.id).collect();
    let evaluations = evaluations::queries::of_nominations(connection, &nominations)?;
    let rules = rules_of(connection, &edition, kind)?;
    rules::check_quorum(rules.min_evaluations, &sealing::submitted(&nominations, &evaluations))?;
    let evaluations = end_pending(connection, actor, evaluations)?;
    let pseudonyms = pseudonyms::draw(evaluations.iter().map(|evaluation| evaluation.juror_id).collect())?;
    let conflicts = conflicts::queries::confirmed(connection, &nominations)?;
    let sheets = sealing::sheets(&evaluations, &pseudonyms);
    let ended = sealing::ended(&evaluations, &conflicts, &pseudonyms);
    evaluations::sharing::queries::share_all(connection, &nominations, &evaluations)?;
    let record = SealedRecord::seal(edition.year, kind, rules, nominations, sheets, ended)?;
    let head = audit::chain::head(connection)?;
    let now = UtcTime::now();
    let row = DeliberationRow {
        id: Id::new(),
        edition_id: edition.id,
        kind: Keyword(kind),
        status: Keyword(Status::Closed),
        commitment: record.commitment(),
        record: Json(record),
        pseudonyms: Json(pseudonyms),
        chain_seq: Some(head.seq),
        chain_hash: Some(head.hash),
        reopening_reason: None,
        closed_by: caller.account_id,
        closed_at: now,
        reopened_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let closing = kept::insert(connection, actor, |connection| {
        let deliberation = stored(connection, diesel::insert_into(deliberations::table).values(&row))?;
        let outcomes = note_outcomes(connection, &row.record, now)?;
        Ok(Closing { deliberation, edition_year: edition.year, outcomes })
    })?;
    Ok(PublicDeliberation::new(closing.deliberation, year))
}

/// Voids the evaluations that were not submitted. Their jurors may see the result now, or hear of it: should the jury be
/// opened again, they cannot finish them.
fn end_pending(
    connection: &mut Connection,
    actor: &Actor,
    evaluations: Vec<EvaluationRow>,
) -> Result<Vec<EvaluationRow>> {
    let now = UtcTime::now();
    let ended = evaluations.into_iter().map(|evaluation| match evaluation.status.0 {
        EvaluationStatus::Assigned | EvaluationStatus::Draft => {
            evaluations::queries::take(connection, actor, &evaluation, EvaluationStatus::Voided, now)
        }
        _ => Ok(evaluation),
    });
    ended.collect()
}

/// The nominations under evaluation; none may still be on its way to the jury, and no allegation against one of their
/// jurors undecided.
fn nominations_to_close(
    connection: &mut Connection,
    edition: &EditionRow,
    kind: Kind,
) -> Result<Vec<NominationRow>> {
    check_none_waits(connection, edition, kind, &keyword(&Status::Closed))?;
    let evaluated = [NominationStatus::UnderEvaluation];
    let evaluated = nominations::queries::of_edition(connection, edition.id, kind, &evaluated)?;
    if evaluated.is_empty() {
        let nothing = Violation::body("/kind", Reason::new(FieldRule::NothingEvaluated));
        rules::check_ready(&keyword(&Status::Closed), vec![nothing])?;
    }
    let ids: Vec<Id> = evaluated.iter().map(|row| row.id).collect();
    let undecided = conflicts::queries::undecided(connection, &ids)?;
    rules::check_ready(&keyword(&Status::Closed), undecided)?;
    Ok(evaluated)
}

/// By what the edition ranks a kind of nominations.
fn rules_of(connection: &mut Connection, edition: &EditionRow, kind: Kind) -> Result<Rules> {
    let parameters = edition.parameters.as_ref().map(|parameters| parameters.0.clone()).unwrap_or_default();
    let criteria = criteria::of_kind(connection, edition.id, kind)?;
    let criterion =
        |row: criteria::CriterionRow| Criterion { code: row.code, weight: row.weight.unwrap_or_default() };
    Ok(Rules {
        criteria: criteria.into_iter().map(criterion).collect(),
        min_evaluations: parameters.min_evaluations,
        pass_mark_hundredths: parameters.pass_mark_hundredths,
        first_criterion_pass: parameters.first_criterion_pass,
    })
}

/// Notes what a sealed record makes of its nominations.
fn note_outcomes(
    connection: &mut Connection,
    record: &SealedRecord,
    now: UtcTime,
) -> Result<BTreeMap<Id, NominationStatus>> {
    let mut outcomes = BTreeMap::new();
    for place in rank(&record.rules, &record.nominations, &record.sheets, &[]) {
        let (id, status) = (place.nomination_id, status_of(place.standing));
        outcomes.insert(id, set_outcome(connection, id, status, None, now)?.status.0);
    }
    Ok(outcomes)
}

fn status_of(standing: Standing) -> NominationStatus {
    if standing == Standing::Passed { NominationStatus::Shortlisted } else { NominationStatus::NotSelected }
}

/// Opens a jury again that has closed, while no designation stands on what it found. The chair, who has seen the scores and
/// says who evaluates, cannot do so: it would choose who changes what it does not like.
pub(super) fn reopen(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    (year, id): (i64, &str),
    if_match: &IfMatch,
    input: &TransitionInput,
) -> Result<PublicTransition> {
    turns::take(connection, Turn::Selection)?;
    // It is an office's own word, as a signature is.
    accounts::signing_credential(connection, caller, UtcTime::now())?;
    let edition = edition_by_year(connection, year)?;
    let current = find(connection, &edition, id)?;
    if_match.check(&PublicDeliberation::new(current.clone(), year))?;
    rules::check_transition(current.status.0, input.to)?;
    check_sentence("/reason", &input.reason)?;
    check_disinterested(connection, caller, (edition.id, current.kind.0), Nominators::NotOffices)?;
    check_review(edition.year, edition.status.0, current.kind.0)?;
    check_undesignated(connection, &edition, current.kind.0)?;
    let now = UtcTime::now();
    let next = DeliberationRow {
        reopened_at: Some(now),
        reopening_reason: Some(input.reason.clone()),
        ..current.moved(Status::Reopened, now)
    };
    let next = kept::transition(connection, actor, &current, |connection| {
        clear_outcomes(connection, &next.record.nominations)?;
        write_next(connection, &next)
    })?;
    Ok(PublicTransition {
        deliberation_id: next.id,
        from: current.status.0,
        to: next.status.0,
        reason: input.reason.clone(),
        at: now,
        edition_year: year,
        deliberation_version: next.version,
    })
}

/// Ends a deliberation with the publication of the result that it led to.
pub fn conclude(
    connection: &mut Connection,
    actor: &Actor,
    deliberation: &DeliberationRow,
    now: UtcTime,
) -> Result<DeliberationRow> {
    let next = deliberation.moved(Status::Concluded, now);
    kept::transition(connection, actor, deliberation, |connection| write_next(connection, &next))
}

/// Writes the next version of a closed deliberation over the one before it.
fn write_next(connection: &mut Connection, next: &DeliberationRow) -> Result<DeliberationRow> {
    let version_before = deliberations::table
        .find(next.id)
        .filter(deliberations::version.eq(next.version - 1))
        .filter(deliberations::status.eq(Keyword(Status::Closed)));
    stored(connection, diesel::update(version_before).set(next))
}

/// Makes up again what becomes of a nomination after one of its scores was voided. What a designation has already
/// decided stays: whoever publishes it finds the difference.
pub fn reconsider(connection: &mut Connection, actor: &Actor, nomination_id: Id, now: UtcTime) -> Result<()> {
    turns::take(connection, Turn::Selection)?;
    let nomination = nominations::queries::row(connection, nomination_id)?;
    let (edition_id, kind) = (nomination.edition_id, nomination.kind.0);
    let Some(deliberation) = closed(connection, edition_id, kind)? else { return Ok(()) };
    let evaluated = nomination.status.0 == NominationStatus::UnderEvaluation;
    if !evaluated || is_decided(connection, edition_id, kind)? {
        return Ok(());
    }
    let clearance = Clearance::of_process();
    let known = outcome(connection, &clearance, nomination_id)?;
    let ranking = ranking::queries::of_deliberation(connection, &clearance, deliberation)?;
    let place = ranking.places.iter().find(|place| place.nomination_id == nomination_id);
    let (Some(before), Some(after)) = (known, place.map(|place| status_of(place.standing))) else {
        return Ok(());
    };
    if before.status.0 == after {
        return Ok(());
    }
    kept::change(connection, actor, &before, |connection| {
        set_outcome(connection, nomination_id, after, None, now)
    })
    .map(drop)
}
