//! All SQL of the editions themselves.

use std::collections::HashMap;

use diesel::prelude::*;

use super::input::EditionInput;
use super::keeping::queries::{check_city_change, check_named_by_hand};
use super::model::{EditionRow, PublicEdition};
use super::path::EditionKey;
use super::rules::{self, Status};
use super::sources::Postponement;
use super::years_without_edition;
use super::{criteria, frozen};
use crate::access::Caller;
use crate::access::policy::ChangeCompletedEdition;
use crate::audit::{Actor, kept};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{edition_transitions, editions, nominations};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Json, Keyword, UtcTime, keyword};
use crate::database::{Connection, stored};
use crate::error::{Error, FieldRule, Reason, Result};
use crate::http::body::Change;
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;
use crate::http::representation::Expansions;
use crate::keeping::References;
use crate::language::sentences::Told;
use crate::territory;
use crate::territory::cities::model::{CityKind, CityRow};

/// A page of editions.
pub fn list(
    connection: &mut Connection,
    request: &ListRequest,
    expand: &Expansions,
) -> Result<Page<PublicEdition>> {
    let plan = Plan::new(connection, &PublicEdition::LIST, request);
    let rows = editions::table
        .select((EditionRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    let mut page = plan.finish(connection, rows)?.map(PublicEdition::from);
    complete_editions(connection, &mut page.rows, expand)?;
    Ok(page)
}

/// One edition.
pub fn get(connection: &mut Connection, key: EditionKey, expand: &Expansions) -> Result<PublicEdition> {
    let row = named(connection, key)?;
    public(connection, row, expand)
}

/// The edition that a path names.
pub fn named(connection: &mut Connection, key: EditionKey) -> Result<EditionRow> {
    let id = match key {
        EditionKey::Year(year) => return edition_by_year(connection, year),
        EditionKey::Id(id) => id,
    };
    let row: Option<EditionRow> =
        editions::table.find(id).select(EditionRow::as_select()).first(connection).optional()?;
    match row {
        Some(row) if row.deleted_at.is_some() => Err(Error::gone("edition", "editions", id)),
        Some(row) => Ok(row),
        None => Err(Error::not_found("edition", id)),
    }
}

/// The editions whose published facts are read under a path: the one that is named by its identifier; or all that have the
/// year or had it, the live one first. What was published under an address stays there, whatever became of its edition.
pub fn published_under(connection: &mut Connection, key: EditionKey) -> Result<Vec<EditionRow>> {
    let EditionKey::Year(year) = key else { return Ok(vec![named(connection, key)?]) };
    let mut rows = stood_in(connection, year)?;
    rows.retain(|row| row.deleted_at.is_none());
    rows.sort_by_key(|row| (row.year != year, !row.status.is_live(), std::cmp::Reverse(row.created_at)));
    if rows.is_empty() { Ok(vec![edition_by_year(connection, year)?]) } else { Ok(rows) }
}

/// All editions that have a year or had it before they were postponed, deleted ones included.
pub(super) fn stood_in(connection: &mut Connection, year: i64) -> Result<Vec<EditionRow>> {
    let mut ids: Vec<Id> = edition_transitions::table
        .filter(edition_transitions::edition_year.eq(year))
        .select(edition_transitions::edition_id)
        .distinct()
        .load(connection)?;
    let postponed: Vec<(Id, Option<Json<Postponement>>)> = edition_transitions::table
        .inner_join(editions::table.on(editions::id.eq(edition_transitions::edition_id)))
        .filter(edition_transitions::to_status.eq(Keyword(Status::Postponed)))
        .select((editions::id, editions::postponement))
        .load(connection)?;
    let began_there = |(id, postponement): (Id, Option<Json<Postponement>>)| {
        postponement.filter(|postponement| postponement.from_year == year).map(|_| id)
    };
    ids.extend(postponed.into_iter().filter_map(began_there));
    Ok(editions::table
        .filter(editions::year.eq(year).or(editions::id.eq_any(ids)))
        .select(EditionRow::as_select())
        .load(connection)?)
}

/// The version for an edition that comes to a year, `own` being the one that it has had: no edition that was there before
/// it has had the same, so that no `ETag` of theirs is good for it.
pub(super) fn version_after(connection: &mut Connection, year: i64, own: i64) -> Result<i64> {
    let before = stood_in(connection, year)?.iter().map(|row| row.version).max();
    Ok(before.unwrap_or_default().max(own) + 1)
}

/// The edition of a year: the live one, or else one that was cancelled. Where there is none, the error says so and
/// why.
pub fn edition_by_year(connection: &mut Connection, year: i64) -> Result<EditionRow> {
    let mut rows: Vec<EditionRow> = editions::table
        .filter(editions::year.eq(year))
        .order(editions::created_at.desc())
        .select(EditionRow::as_select())
        .load(connection)?;
    // The sort is stable: among equals, the latest comes first.
    rows.sort_by_key(|row| (row.deleted_at.is_some(), !row.status.is_live()));
    match rows.into_iter().next() {
        Some(row) if row.deleted_at.is_some() => Err(Error::gone("edition", "editions", year)),
        Some(row) => Ok(row),
        None => Err(years_without_edition::not_found(connection, year)?),
    }
}

/// The edition of a year, if `caller` can still change anything of it, or of what belongs to it.
pub(super) fn open_edition_by_year(
    connection: &mut Connection,
    caller: &Caller,
    year: i64,
) -> Result<EditionRow> {
    let edition = edition_by_year(connection, year)?;
    check_open(caller, &edition)?;
    Ok(edition)
}

/// Nothing of an archived or cancelled edition changes any more, and what a completed one was only the institutions correct.
fn check_open(caller: &Caller, edition: &EditionRow) -> Result<()> {
    if ChangeCompletedEdition::RULE.is_for_state(&keyword(&edition.status.0)) {
        return caller.require(ChangeCompletedEdition::RULE, false);
    }
    if !edition.status.is_closed() {
        return Ok(());
    }
    let open = Status::ALL.iter().filter(|status| !status.is_closed());
    Err(Error::not_editable("editions.status", edition.status.0, open))
}

/// The editions with these identifiers, deleted ones included: others may still refer to them.
pub fn editions_by_id(
    connection: &mut Connection,
    ids: &[Id],
    expand: &Expansions,
) -> Result<HashMap<Id, PublicEdition>> {
    let rows: Vec<EditionRow> =
        editions::table.filter(editions::id.eq_any(ids)).select(EditionRow::as_select()).load(connection)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let mut found: Vec<PublicEdition> = rows.into_iter().map(PublicEdition::from).collect();
    complete_editions(connection, &mut found, expand)?;
    Ok(ids.into_iter().zip(found).collect())
}

/// The live edition whose year a body's field at `pointer` gives. It is not deleted before the end of this transaction.
pub fn referenced(connection: &mut Connection, year: i64, pointer: &str) -> Result<EditionRow> {
    turns::share(connection, Turn::Keeping)?;
    let rows: Vec<EditionRow> = editions::table
        .filter(editions::year.eq(year))
        .filter(editions::deleted_at.is_null())
        .select(EditionRow::as_select())
        .load(connection)?;
    rows.into_iter()
        .find(|row| row.status.is_live())
        .ok_or_else(|| Error::bad_reference(pointer, "/v1/editions"))
}

/// An edition as everybody may see it.
pub(super) fn public(
    connection: &mut Connection,
    row: EditionRow,
    expand: &Expansions,
) -> Result<PublicEdition> {
    let mut edition = [PublicEdition::from(row)];
    complete_editions(connection, &mut edition, expand)?;
    let [edition] = edition;
    Ok(edition)
}

/// Adds the cancelled editions that had the same year before, and the related records that were asked for.
fn complete_editions(
    connection: &mut Connection,
    found: &mut [PublicEdition],
    expand: &Expansions,
) -> Result<()> {
    let years: Vec<i64> = found.iter().map(|edition| edition.year).collect();
    let now = UtcTime::now();
    let cancelled: Vec<(Id, i64, UtcTime)> = editions::table
        .filter(editions::year.eq_any(years))
        .filter(editions::status.eq(Keyword(Status::Cancelled)))
        .filter(editions::deleted_at.is_null())
        .order(editions::id)
        .select((editions::id, editions::year, editions::updated_at))
        .load(connection)?;
    for edition in found.iter_mut() {
        let is_earlier = |id: Id| edition.status.is_live() || id < edition.id;
        let earlier: Vec<_> =
            cancelled.iter().filter(|(id, year, _)| *year == edition.year && is_earlier(*id)).collect();
        edition.earlier_editions = earlier.iter().map(|(id, ..)| *id).collect();
        edition.note_changes(earlier.iter().map(|(.., changed)| *changed), now);
    }
    if expand.has("city") {
        let codes = found.iter().filter_map(|edition| edition.city_code.clone()).collect();
        let cities = territory::cities::queries::by_code(connection, codes, &expand.below("city"))?;
        for edition in found.iter_mut() {
            edition.city = edition.city_code.as_ref().and_then(|code| cities.get(code)).cloned();
        }
    }
    Ok(())
}

/// Adds an edition, as a draft with the default criteria.
pub fn create(
    connection: &mut Connection,
    (caller, actor): (&Caller, &Actor),
    input: &EditionInput,
) -> Result<PublicEdition> {
    check_named_by_hand(connection, caller, None, input)?;
    let parameters = Some(input.parameters.clone().unwrap_or_default());
    let input = EditionInput { parameters, ..input.clone() };
    let city_code = city(connection, &input, None)?;
    let version = version_after(connection, input.year, 0)?;
    let row = EditionRow { version, ..EditionRow::new(Id::new(), &input, city_code) };
    let row = kept::insert(connection, actor, |connection| {
        let row: EditionRow = stored(connection, diesel::insert_into(editions::table).values(&row))?;
        criteria::insert_defaults(connection, row.id)?;
        Ok(row)
    })?;
    public(connection, row, &Expansions::default())
}

/// Changes an edition that is still at a version which the client has seen.
pub fn update(
    connection: &mut Connection,
    references: References,
    (caller, actor): (&Caller, &Actor),
    year: i64,
    if_match: &IfMatch,
    change: &Change<EditionInput>,
) -> Result<PublicEdition> {
    let current = edition_by_year(connection, year)?;
    let shown = PublicEdition::from(current.clone());
    if_match.check(&shown)?;
    check_open(caller, &current)?;
    let before = current.input();
    let mut input = change.apply(&before)?;
    if before.parameters.is_some() {
        input.parameters.get_or_insert_default();
    }
    if input.year != current.year {
        return Err(Error::invalid_field("/year", Reason::new(FieldRule::ReadOnly)));
    }
    check_named_by_hand(connection, caller, Some(&current), &input)?;
    frozen::check_change(caller, &current, &input)?;
    check_ends(connection, &current, &input)?;
    if input.parameters != before.parameters {
        check_not_frozen(&current, "/parameters")?;
    }
    if input.city_code != before.city_code {
        // Before the city is looked up: everybody takes the turns in one order.
        turns::take(connection, Turn::Selection)?;
    }
    let city_code = city(connection, &input, Some(&current))?;
    check_city_change(connection, references, &current, city_code.as_deref())?;
    let next = current.next(&input, city_code);
    let next =
        kept::change(connection, actor, &current, |connection| write_over(connection, &current, &next))?;
    public(connection, next, &Expansions::default())
}

/// Writes the next version of an edition over the one before it.
pub(super) fn write_over(
    connection: &mut Connection,
    current: &EditionRow,
    next: &EditionRow,
) -> Result<EditionRow> {
    let this_version = editions::table.find(current.id).filter(editions::version.eq(current.version));
    stored(connection, diesel::update(this_version).set(next))
}

/// No call ends before a nomination that it has taken.
fn check_ends(connection: &mut Connection, edition: &EditionRow, input: &EditionInput) -> Result<()> {
    let mut latest = |kind: &str| -> QueryResult<Option<UtcTime>> {
        let of_call = nominations::edition_id.eq(edition.id).and(nominations::kind.eq(kind));
        let came = nominations::table.filter(of_call).filter(nominations::submitted_at.is_not_null());
        let times = came.select(nominations::submitted_at.assume_not_null());
        times.order_by(nominations::submitted_at.desc()).first(connection).optional()
    };
    let (city, honours) = (latest("city")?, latest("association")?);
    frozen::check_end("/city_call", edition.city_call(), input.city_call, city)?;
    frozen::check_end("/honours_call", edition.honours_call(), input.honours_call, honours)
}

fn check_not_frozen(edition: &EditionRow, pointer: &str) -> Result<()> {
    if edition.status.is_frozen() {
        let reason = Reason::new(FieldRule::Frozen)
            .telling("status", Told::terms("editions.status", [&edition.status.0]));
        return Err(Error::invalid_field(pointer, reason));
    }
    Ok(())
}

/// Code of the city that `input` names, when it may be capital. A city that stays is not judged again.
fn city(
    connection: &mut Connection,
    input: &EditionInput,
    current: Option<&EditionRow>,
) -> Result<Option<String>> {
    const POINTER: &str = "/city_code";
    let before = current.and_then(|edition| edition.city_code.as_ref());
    if input.city_code.as_ref() == before {
        return Ok(before.cloned());
    }
    let given = input.city_code.as_deref();
    let city =
        given.map(|code| territory::cities::queries::referenced(connection, code, POINTER)).transpose()?;
    if city.as_ref().map(|city| &city.code) == before {
        return Ok(before.cloned());
    }
    if let Some(current) = current {
        check_not_frozen(current, POINTER)?;
    }
    let Some(city) = city else { return Ok(None) };
    let pause = input.parameters.as_ref().and_then(|parameters| parameters.city_title_again_after_editions);
    let this = current.map(|edition| edition.id);
    check_may_be_capital(connection, &city, (input.year, pause, this), POINTER)?;
    Ok(Some(city.code))
}

/// Code of the city that the field at `pointer` gives (by its code or slug), when it may have the title of `edition`.
pub fn city_for_title(
    connection: &mut Connection,
    edition: &EditionRow,
    given: &str,
    pointer: &str,
) -> Result<String> {
    let city = territory::cities::queries::referenced(connection, given, pointer)?;
    let pause = edition.parameters.as_ref().and_then(|parameters| parameters.city_title_again_after_editions);
    check_may_be_capital(connection, &city, (edition.year, pause, Some(edition.id)), pointer)?;
    Ok(city.code)
}

/// Only an urban commune can be capital, and again only after as many editions as the edition's parameters say
/// (`pause`).
fn check_may_be_capital(
    connection: &mut Connection,
    city: &CityRow,
    (year, pause, this): (i64, Option<i64>, Option<Id>),
    pointer: &str,
) -> Result<()> {
    if city.kind.0 != CityKind::Urban {
        return Err(Error::invalid_field(pointer, Reason::new(FieldRule::NotUrban)));
    }
    let others: Vec<EditionRow> = editions::table
        .filter(editions::deleted_at.is_null())
        .select(EditionRow::as_select())
        .load(connection)?;
    let live = || others.iter().filter(|edition| edition.status.is_live() && Some(edition.id) != this);
    let years: Vec<i64> = live().map(|edition| edition.year).collect();
    let titles: Vec<i64> = live()
        .filter(|edition| edition.status.has_title() && edition.city_code.as_deref() == Some(&city.code))
        .map(|edition| edition.year)
        .collect();
    match rules::title_in_the_way(year, pause, &titles, &years) {
        Some(year) => {
            Err(Error::invalid_field(pointer, Reason::new(FieldRule::TitleAgain).with("year", year)))
        }
        None => Ok(()),
    }
}
