//! All SQL of an edition's way through its states.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::access::rule_to;
use super::model::{PublicTransition, Stage, TransitionInput, TransitionRow};
use super::rules::{check_call_over, missing};
use crate::access::Caller;
use crate::audit::{Actor, kept};
use crate::database::Connection;
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{edition_transitions, editions, nominations};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::editions::criteria::{self, NominationKind};
use crate::editions::model::{EditionRow, PublicEdition};
use crate::editions::path::EditionKey;
use crate::editions::queries::{city_for_title, edition_by_year, named, version_after, write_over};
use crate::editions::rules::{self, Status};
use crate::editions::sources::{NextCityAnnounced, Postponement};
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;
use crate::language::Text;
use crate::language::sentences::Told;
use crate::states::NominationStatus;

/// A page of the history of an edition.
pub(super) fn list(
    connection: &mut Connection,
    key: EditionKey,
    request: &ListRequest,
) -> Result<Page<PublicTransition>> {
    let edition = named(connection, key)?;
    let plan = Plan::new(connection, &PublicTransition::LIST, request)
        .within(Fragment::new("edition_transitions.edition_id = ").value(Value::Id(edition.id)));
    let rows = edition_transitions::table
        .select((TransitionRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(|row| PublicTransition::new(row, edition.version)))
}

/// Takes an edition from its state to another, when it is still at a version which the client has seen and everything
/// is ready for it.
pub(super) fn transition(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    year: i64,
    if_match: &IfMatch,
    input: &TransitionInput,
) -> Result<PublicTransition> {
    turns::take(connection, Turn::Selection)?;
    let current = edition_by_year(connection, year)?;
    if let Some(rule) = rule_to(input.to) {
        caller.require(rule, false)?;
    }
    if_match.check(&PublicEdition::from(current.clone()))?;
    let postponed_from = current.postponed_from.map(|status| status.0);
    let to = rules::transition(current.year, current.status.0, postponed_from, input.to)?;
    let now = UtcTime::now();
    check_ready(connection, &current, to, now)?;
    let reason = input.reason.as_deref();
    let next = EditionRow { status_reason: reason.cloned().map(Json), ..moved(&current, to, now) };
    let next = match input.year {
        Some(year) => {
            let version = version_after(connection, year, current.version)?;
            let next = EditionRow { version, ..next };
            postponed(&current, next, year, reason.cloned().unwrap_or_default())?
        }
        None => next,
    };
    let (next, noted) = write(connection, actor, caller.account_id, &current, &next)?;
    Ok(PublicTransition::new(noted, next.version))
}

/// The next version of an edition, in another state.
fn moved(edition: &EditionRow, to: Status, now: UtcTime) -> EditionRow {
    EditionRow {
        status: Keyword(to),
        postponed_from: None,
        version: edition.version + 1,
        updated_at: now.max(edition.updated_at),
        ..edition.clone()
    }
}

/// The edition `next` in a later year. The year that its city was designated for stays.
fn postponed(current: &EditionRow, next: EditionRow, year: i64, reason: Text) -> Result<EditionRow> {
    const LAST_YEAR: i64 = 2200;
    if year <= current.year {
        let reason = Reason::new(FieldRule::Range).with("min", current.year + 1).with("max", LAST_YEAR);
        return Err(Error::invalid_field("/year", reason));
    }
    let from_year = current.postponement.as_ref().map_or(current.year, |before| before.from_year);
    let postponement = Postponement { from_year, to_year: year, reason, sources: Vec::new() };
    Ok(EditionRow {
        year,
        designated_for_year: current.designated_for_year.or(Some(current.year)),
        postponement: Some(Json(postponement)),
        postponed_from: Some(current.status),
        ..next
    })
}

/// Refuses with all that is missing for an edition to go on.
fn check_ready(connection: &mut Connection, edition: &EditionRow, to: Status, now: UtcTime) -> Result<()> {
    check_call_over(edition, to, now)?;
    let mut violations = missing(edition, to, now);
    match (edition.status.0, to) {
        (_, Status::CityCallOpen) => {
            violations.extend(unbalanced(connection, edition.id, &NominationKind::ALL)?);
        }
        (Status::Designated, Status::HonoursCallOpen) => {
            violations.extend(unbalanced(connection, edition.id, &[NominationKind::Association])?);
        }
        (_, Status::InProgress) => violations.extend(undecided(connection, edition, now)?),
        _ => {}
    }
    ready(to, violations)
}

/// Refuses to designate the city of a draft, whose criteria are frozen by that, unless nominations can be evaluated by
/// them.
pub fn check_criteria(connection: &mut Connection, edition: &EditionRow) -> Result<()> {
    if edition.status.0 != Status::Draft {
        return Ok(());
    }
    ready(Status::Designated, unbalanced(connection, edition.id, &NominationKind::ALL)?)
}

fn unbalanced(
    connection: &mut Connection,
    edition_id: Id,
    kinds: &[NominationKind],
) -> Result<Vec<Violation>> {
    criteria::unbalanced_of(connection, edition_id, kinds, "/criteria")
}

fn ready(to: Status, violations: Vec<Violation>) -> Result<()> {
    if violations.is_empty() {
        return Ok(());
    }
    let error = Error::new(Code::NotReady).telling("to", Told::terms("editions.status", [&to]));
    Err(violations.into_iter().fold(error, Error::with_violation))
}

/// The states of a nomination that has been submitted and has no result yet.
const UNDECIDED: [NominationStatus; 4] = [
    NominationStatus::Submitted,
    NominationStatus::NeedsCompletion,
    NominationStatus::Eligible,
    NominationStatus::UnderEvaluation,
];

/// Celebrations do not begin before the honours are decided and published, nor while an association can still appeal.
fn undecided(connection: &mut Connection, edition: &EditionRow, now: UtcTime) -> Result<Option<Violation>> {
    let appeal_days = edition.parameters.as_deref().cloned().unwrap_or_default().appeal_days;
    let appeals_since = now.plus_seconds(-appeal_days * 24 * 60 * 60);
    let can_appeal = nominations::status
        .eq(Keyword(NominationStatus::Ineligible))
        .and(nominations::appealed_at.is_null())
        .and(nominations::screened_at.assume_not_null().gt(appeals_since));
    let count: i64 = nominations::table
        .filter(nominations::edition_id.eq(edition.id))
        .filter(nominations::kind.eq(Keyword(NominationKind::Association)))
        .filter(nominations::status.eq_any(UNDECIDED.map(Keyword)).or(can_appeal))
        .filter(nominations::deleted_at.is_null())
        .select(count_star())
        .first(connection)?;
    let reason = || Reason::new(FieldRule::UndecidedNominations).with("count", count);
    Ok((count > 0).then(|| Violation::body("/honours", reason())))
}

/// Writes the next version of an edition over the one before it, with an entry in its history and in the audit trail.
fn write(
    connection: &mut Connection,
    actor: &Actor,
    account_id: Id,
    before: &EditionRow,
    next: &EditionRow,
) -> Result<(EditionRow, TransitionRow)> {
    let stage = kept::transition(connection, actor, &Stage::of(before), |connection| {
        Ok(Stage::with_reason(write_over(connection, before, next)?))
    })?;
    let next = stage.edition;
    let row = TransitionRow {
        id: Id::new(),
        edition_id: next.id,
        edition_year: next.year,
        from_status: before.status,
        to_status: next.status,
        reason: next.status_reason.clone(),
        account_id,
        at: next.updated_at,
    };
    diesel::insert_into(edition_transitions::table).values(&row).execute(connection)?;
    Ok((next, row))
}

fn wrong_state(edition: &EditionRow, allowed: &[Status]) -> Error {
    Error::new(Code::EditionState)
        .with("year", edition.year)
        .telling("status", Told::terms("editions.status", [&edition.status.0]))
        .telling("allowed", Told::terms("editions.status", allowed))
}

/// Gives a city the title of an edition: of one that waits for its designation, or of one whose title was taken back,
/// which stays in its state.
pub fn designate(
    connection: &mut Connection,
    actor: &Actor,
    account_id: Id,
    edition: &EditionRow,
    city_code: &str,
    reason: Option<Text>,
    now: UtcTime,
) -> Result<EditionRow> {
    let from = edition.status.0;
    let is_vacant = from.has_title() && !from.is_closed() && edition.city_code.is_none();
    if !(is_vacant || from.comes_with_designation(Status::Designated)) {
        return Err(wrong_state(edition, &[Status::Draft, Status::CityReview]));
    }
    check_criteria(connection, edition)?;
    let city_code = city_for_title(connection, edition, city_code, "/city_code")?;
    let next = EditionRow {
        city_code: Some(city_code),
        designated_on: edition.designated_on.or(Some(now.date_in_morocco())),
        designated_for_year: edition.designated_for_year.or(Some(edition.year)),
        status_reason: reason.map(Json),
        ..moved(edition, Status::Designated, now)
    };
    if is_vacant {
        let next = EditionRow { status: edition.status, postponed_from: edition.postponed_from, ..next };
        let stage = kept::change(connection, actor, &Stage::of(edition), |connection| {
            Ok(Stage::with_reason(write_over(connection, edition, &next)?))
        })?;
        return Ok(stage.edition);
    }
    let (designated, _) = write(connection, actor, account_id, edition, &next)?;
    Ok(designated)
}

/// Takes an edition back to the draft, for no city has the title.
pub fn withhold(
    connection: &mut Connection,
    actor: &Actor,
    account_id: Id,
    edition: &EditionRow,
    reason: Text,
    now: UtcTime,
) -> Result<EditionRow> {
    if edition.status.0 != Status::CityReview {
        return Err(wrong_state(edition, &[Status::CityReview]));
    }
    let next = EditionRow { status_reason: Some(Json(reason)), ..moved(edition, Status::Draft, now) };
    let (withheld, _) = write(connection, actor, account_id, edition, &next)?;
    Ok(withheld)
}

/// Takes the title back from the city of an edition, which stays in its state.
pub fn vacate(
    connection: &mut Connection,
    actor: &Actor,
    account_id: Id,
    edition_id: Id,
    reason: &str,
    now: UtcTime,
) -> Result<()> {
    let edition: EditionRow =
        editions::table.find(edition_id).select(EditionRow::as_select()).first(connection)?;
    let status = edition.status.0;
    if !status.has_title() || status.is_closed() {
        let with_title = |status: &Status| status.has_title() && !status.is_closed();
        let allowed: Vec<Status> = Status::ALL.into_iter().filter(with_title).collect();
        return Err(wrong_state(&edition, &allowed));
    }
    if edition.city_code.is_none() {
        return Ok(());
    }
    let next = EditionRow {
        city_code: None,
        designated_on: None,
        version: edition.version + 1,
        updated_at: now.max(edition.updated_at),
        ..edition.clone()
    };
    kept::change(connection, actor, &Stage::of(&edition), |connection| {
        Ok(Stage::vacated(write_over(connection, &edition, &next)?, reason, account_id))
    })
    .map(drop)
}

/// Notes at the edition before this one which city was announced for the next: unless it announces one for another
/// edition. A title that has passed on is announced anew.
pub fn announce_next(
    connection: &mut Connection,
    actor: &Actor,
    edition: &EditionRow,
    now: UtcTime,
) -> Result<()> {
    let Some(city_code) = edition.city_code.clone() else { return Ok(()) };
    let before: Option<EditionRow> = editions::table
        .filter(editions::year.lt(edition.year))
        .filter(editions::status.eq_any([Status::InProgress, Status::Completed].map(Keyword)))
        .filter(editions::deleted_at.is_null())
        .order(editions::year.desc())
        .select(EditionRow::as_select())
        .first(connection)
        .optional()?;
    let is_free = |before: &EditionRow| match &before.next_city_announced {
        None => true,
        Some(next) => is_of(edition, next.for_year) && next.city_code != city_code,
    };
    let Some(before) = before.filter(is_free) else { return Ok(()) };
    let announced = NextCityAnnounced { city_code, for_year: edition.year, note: None };
    let next = EditionRow {
        next_city_announced: Some(Json(announced)),
        version: before.version + 1,
        updated_at: now.max(before.updated_at),
        ..before.clone()
    };
    kept::change(connection, actor, &Stage::of(&before), |connection| {
        Ok(Stage::of(&write_over(connection, &before, &next)?))
    })
    .map(drop)
}

/// Whether a year is that of the edition, or the one that its city was designated for.
fn is_of(edition: &EditionRow, year: i64) -> bool {
    edition.year == year || edition.designated_for_year == Some(year)
}

/// Where an edition that stood in `year` was put off to, and why: the latest, when there were several.
pub(in crate::editions) fn postponed_from(
    connection: &mut Connection,
    year: i64,
) -> Result<Option<(i64, Text)>> {
    let steps: Vec<TransitionRow> = edition_transitions::table
        .filter(edition_transitions::to_status.eq(Keyword(Status::Postponed)))
        .order((edition_transitions::at, edition_transitions::id))
        .select(TransitionRow::as_select())
        .load(connection)?;
    let ids: Vec<Id> = steps.iter().map(|step| step.edition_id).collect();
    let planned: Vec<(Id, Option<Json<Postponement>>)> = editions::table
        .filter(editions::id.eq_any(ids))
        .select((editions::id, editions::postponement))
        .load(connection)?;
    let at_first = |(id, postponement): (Id, Option<Json<Postponement>>)| Some((id, postponement?.from_year));
    // A step tells the year that it leads to: each begins where the one before it has led.
    let mut years: HashMap<Id, i64> = planned.into_iter().filter_map(at_first).collect();
    let mut found = None;
    for step in steps {
        if years.insert(step.edition_id, step.edition_year) == Some(year) {
            found = Some((step.edition_year, step.reason.map(|reason| reason.0).unwrap_or_default()));
        }
    }
    Ok(found)
}
