//! All SQL of assignments.

use std::collections::{BTreeSet, HashMap};

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;

use super::model::{
    AssignedPair, AssignmentInput, AssignmentRow, ExcludedPair, JurorLoad, PublicAssignment, Report,
};
use super::rules::{self, Candidate, Juror, Shortage};
use crate::access::Caller;
use crate::access::accounts::{self, Account};
use crate::audit::{Actor, kept};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::assignments;
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Json, Keyword, UtcTime, keyword};
use crate::database::{Connection, stored};
use crate::editions::model::EditionRow;
use crate::editions::queries::edition_by_year;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::http::list::Listed as _;
use crate::nominations::interests::queries::{Nominators, check_disinterested, interests};
use crate::nominations::model::NominationRow;
use crate::nominations::queries::of_edition;
use crate::nominations::rules::Status as NominationStatus;
use crate::selection::conflicts::model::ConflictRow;
use crate::selection::conflicts::queries as conflicts;
use crate::selection::conflicts::rules::Ground;
use crate::selection::evaluations::model::EvaluationRow;
use crate::selection::evaluations::queries as evaluations;

/// A page of an edition's assignments.
pub fn list(connection: &mut Connection, year: i64, request: &ListRequest) -> Result<Page<PublicAssignment>> {
    let edition = edition_by_year(connection, year)?;
    let plan = Plan::new(connection, &PublicAssignment::LIST, request)
        .within(Fragment::new("assignments.edition_id = ").value(Value::Id(edition.id)));
    let rows = assignments::table
        .select((AssignmentRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(|row| PublicAssignment::new(row, year)))
}

/// Draws who evaluates the nominations of a kind.
pub fn create(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    year: i64,
    input: &AssignmentInput,
) -> Result<PublicAssignment> {
    turns::take(connection, Turn::Selection)?;
    let edition = edition_by_year(connection, year)?;
    evaluations::check_jury_at_work(connection, &edition, input.kind)?;
    check_disinterested(connection, caller, (edition.id, input.kind), Nominators::NotOffices)?;
    let nominations = nominations_for(connection, &edition, input)?;
    conflicts::void_found(connection, caller, actor, &nominations)?;
    let jurors = jurors_for(connection, input)?;
    let juror_ids: Vec<Id> = jurors.iter().map(|juror| juror.id).collect();
    let found = interests(connection, &juror_ids, &nominations, Nominators::All)?;
    let ids: Vec<Id> = nominations.iter().map(|nomination| nomination.id).collect();
    let existing = evaluations::of_nominations(connection, &ids)?;

    let row = AssignmentRow {
        id: Id::new(),
        edition_id: edition.id,
        kind: Keyword(input.kind),
        seed: random_seed()?,
        evaluations_per_nomination: per_nomination(&edition, input),
        report: Json(Report::default()),
        account_id: caller.account_id,
        at: UtcTime::now(),
    };
    let wanted = usize::try_from(row.evaluations_per_nomination).unwrap_or_default();
    let candidates: Vec<Candidate> =
        ids.iter().map(|id| candidate(*id, wanted, &jurors, &existing, &found)).collect();
    let loads: Vec<Juror> = jurors.iter().map(|juror| with_load(juror, &existing)).collect();
    let pairs = rules::draw(&row.seed, &candidates, &loads).map_err(too_few_jurors)?;

    let report = report(&pairs, &ids, &loads, &found);
    let row = AssignmentRow { report: Json(report), ..row };
    let row = kept::insert(connection, actor, |connection| {
        let row = stored(connection, diesel::insert_into(assignments::table).values(&row))?;
        keep(connection, caller, actor, &row, &nominations)?;
        Ok(row)
    })?;
    Ok(PublicAssignment::new(row, edition.year))
}

/// How many evaluations every nomination is to have.
fn per_nomination(edition: &EditionRow, input: &AssignmentInput) -> i64 {
    let parameters = edition.parameters.as_deref().cloned().unwrap_or_default();
    input.evaluations_per_nomination.unwrap_or(parameters.min_evaluations)
}

/// Nobody chooses it: the rule of the draw is public, so whoever gives a seed gives the jury.
fn random_seed() -> Result<String> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| Error::internal("the system gives no random numbers"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The nominations that the jury evaluates. All have to be screened: no juror is to be drawn for some of them twice.
fn nominations_for(
    connection: &mut Connection,
    edition: &EditionRow,
    input: &AssignmentInput,
) -> Result<Vec<NominationRow>> {
    use NominationStatus::{Eligible, NeedsCompletion, Submitted, UnderEvaluation};
    let waiting = of_edition(connection, edition.id, input.kind, &[Submitted, NeedsCompletion])?;
    let nominations = of_edition(connection, edition.id, input.kind, &[Eligible, UnderEvaluation])?;
    let mut missing: Vec<Violation> = waiting
        .iter()
        .map(|nomination| {
            let reason =
                Reason::new(FieldRule::NominationWaits).with("status", keyword(&nomination.status.0));
            Violation::body(format!("/nominations/{}", nomination.id), reason)
        })
        .collect();
    if waiting.is_empty() && nominations.is_empty() {
        missing.push(Violation::body("/kind", Reason::new(FieldRule::NothingEvaluated)));
    }
    if missing.is_empty() {
        return Ok(nominations);
    }
    let not_ready = Error::new(Code::NotReady).with("to", keyword(&UnderEvaluation));
    Err(missing.into_iter().fold(not_ready, Error::with_violation))
}

/// The jurors to draw from, in the order of their identifiers, so that the same seed draws the same.
fn jurors_for(connection: &mut Connection, input: &AssignmentInput) -> Result<Vec<Account>> {
    let active = accounts::all(connection)?.into_iter().filter(evaluations::is_active_juror);
    let Some(ids) = &input.juror_ids else { return Ok(active.collect()) };
    let jurors: Vec<Account> = active.filter(|juror| ids.contains(&juror.id)).collect();
    let unknown = ids.iter().enumerate().filter(|(_, id)| !jurors.iter().any(|juror| juror.id == **id));
    let violations: Vec<Violation> = unknown
        .map(|(place, _)| {
            let reason = Reason::new(FieldRule::Reference).with("expected", " (/v1/accounts)");
            Violation::body(format!("/juror_ids/{place}"), reason)
        })
        .collect();
    if violations.is_empty() { Ok(jurors) } else { Err(Error::invalid(violations)) }
}

/// What the draw has to know of a nomination. Evaluations that ended do not count, but their pairs are not drawn again.
fn candidate(
    nomination_id: Id,
    wanted: usize,
    jurors: &[Account],
    existing: &[EvaluationRow],
    found: &HashMap<(Id, Id), Ground>,
) -> Candidate {
    let of_nomination = || existing.iter().filter(|evaluation| evaluation.nomination_id == nomination_id);
    let live = of_nomination().filter(|evaluation| evaluation.status.is_live()).count();
    let in_conflict =
        jurors.iter().map(|juror| juror.id).filter(|juror| found.contains_key(&(nomination_id, *juror)));
    let barred: BTreeSet<Id> =
        of_nomination().map(|evaluation| evaluation.juror_id).chain(in_conflict).collect();
    Candidate { nomination_id, needed: wanted.saturating_sub(live), barred }
}

fn with_load(juror: &Account, existing: &[EvaluationRow]) -> Juror {
    let live = existing.iter().filter(|evaluation| evaluation.status.is_live());
    Juror { juror_id: juror.id, load: live.filter(|evaluation| evaluation.juror_id == juror.id).count() }
}

fn too_few_jurors(shortages: Vec<Shortage>) -> Error {
    let violations = shortages.into_iter().map(|shortage| {
        let reason = Reason::new(FieldRule::JurorsMissing)
            .with("needed", shortage.needed)
            .with("found", shortage.found);
        Violation::body(format!("/nominations/{}", shortage.nomination_id), reason)
    });
    violations.fold(Error::new(Code::TooFewJurors), Error::with_violation)
}

fn report(
    pairs: &[(Id, Id)],
    nominations: &[Id],
    jurors: &[Juror],
    found: &HashMap<(Id, Id), Ground>,
) -> Report {
    let assigned = |(nomination_id, juror_id): &(Id, Id)| AssignedPair {
        nomination_id: *nomination_id,
        juror_id: *juror_id,
    };
    let all = nominations
        .iter()
        .flat_map(|nomination_id| jurors.iter().map(move |juror| (*nomination_id, juror.juror_id)));
    let excluded = all.filter_map(|(nomination_id, juror_id)| {
        let ground = *found.get(&(nomination_id, juror_id))?;
        Some(ExcludedPair { nomination_id, juror_id, ground })
    });
    let load = |juror: &Juror| {
        let drawn = pairs.iter().filter(|(_, juror_id)| *juror_id == juror.juror_id).count();
        let evaluations = i64::try_from(juror.load + drawn).unwrap_or(i64::MAX);
        JurorLoad { juror_id: juror.juror_id, evaluations }
    };
    Report {
        assigned: pairs.iter().map(assigned).collect(),
        excluded: excluded.collect(),
        load: jurors.iter().map(load).collect(),
    }
}

/// Makes what the report says: the evaluations, the conflicts that were found, the nominations handed to the jury.
fn keep(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    row: &AssignmentRow,
    nominations: &[NominationRow],
) -> Result<()> {
    let by_id: HashMap<Id, &NominationRow> =
        nominations.iter().map(|nomination| (nomination.id, nomination)).collect();
    for AssignedPair { nomination_id, juror_id } in &row.report.assigned {
        if let Some(nomination) = by_id.get(nomination_id) {
            evaluations::assign(connection, actor, nomination, *juror_id, Some(row.id), row.at)?;
        }
    }
    for nomination in nominations {
        evaluations::hand_to_jury(connection, actor, caller.account_id, nomination, row.at)?;
    }
    let ids: Vec<Id> = by_id.into_keys().collect();
    let noted: BTreeSet<(Id, Id)> = conflicts::detected_before(connection, &ids)?.into_iter().collect();
    for ExcludedPair { nomination_id, juror_id, ground } in &row.report.excluded {
        if !noted.contains(&(*nomination_id, *juror_id)) {
            let detected = ConflictRow::detected(*nomination_id, *juror_id, *ground);
            conflicts::note(connection, actor, detected.by(caller.account_id, row.at))?;
        }
    }
    Ok(())
}
