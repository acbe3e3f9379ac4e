//! All SQL of the editions themselves.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::json;

use super::input::EditionInput;
use super::model::{EditionRow, PublicEdition};
use super::rules::{self, Status};
use super::years_without_edition;
use super::{criteria, frozen};
use crate::access::Caller;
use crate::access::policy::Rule;
use crate::audit::{self, Action, Actor};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{edition_transitions, editions};
use crate::database::types::{Id, UtcTime, keyword};
use crate::database::{Connection, erase_or_mark};
use crate::error::{Code, Error, Reason, Result};
use crate::http::body::Change;
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;
use crate::http::representation::Expansions;
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
    expand_editions(connection, &mut page.rows, expand)?;
    Ok(page)
}

/// One edition.
pub fn get(connection: &mut Connection, year: i64, expand: &Expansions) -> Result<PublicEdition> {
    let row = edition_by_year(connection, year)?;
    public(connection, row, expand)
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
        Some(row) if row.deleted_at.is_some() => Err(Error::gone("edition", year)),
        Some(row) => Ok(row),
        None => Err(years_without_edition::not_found(connection, year)?),
    }
}

/// The edition of a year, if anything of it, or of what belongs to it, can still change.
pub(super) fn open_edition_by_year(connection: &mut Connection, year: i64) -> Result<EditionRow> {
    let edition = edition_by_year(connection, year)?;
    check_open(&edition)?;
    Ok(edition)
}

fn check_open(edition: &EditionRow) -> Result<()> {
    if !edition.status.is_closed() {
        return Ok(());
    }
    let open: Vec<String> = Status::ALL.iter().filter(|status| !status.is_closed()).map(keyword).collect();
    let error = Error::new(Code::NotEditable).with("status", keyword(&edition.status.0));
    Err(error.with("allowed", open.join(", ")))
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
    expand_editions(connection, &mut found, expand)?;
    Ok(ids.into_iter().zip(found).collect())
}

/// The live edition whose year a body's field at `pointer` gives.
pub fn referenced(connection: &mut Connection, year: i64, pointer: &str) -> Result<EditionRow> {
    let rows: Vec<EditionRow> = editions::table
        .filter(editions::year.eq(year))
        .filter(editions::deleted_at.is_null())
        .select(EditionRow::as_select())
        .load(connection)?;
    rows.into_iter()
        .find(|row| row.status.is_live())
        .ok_or_else(|| Error::bad_reference(pointer, "/v1/editions"))
}

fn public(connection: &mut Connection, row: EditionRow, expand: &Expansions) -> Result<PublicEdition> {
    let mut edition = [PublicEdition::from(row)];
    expand_editions(connection, &mut edition, expand)?;
    let [edition] = edition;
    Ok(edition)
}

fn expand_editions(
    connection: &mut Connection,
    found: &mut [PublicEdition],
    expand: &Expansions,
) -> Result<()> {
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
pub fn create(connection: &mut Connection, actor: &Actor, input: &EditionInput) -> Result<PublicEdition> {
    let parameters = Some(input.parameters.clone().unwrap_or_default());
    let input = EditionInput { parameters, ..input.clone() };
    let city_code = city(connection, &input, None)?;
    let row = EditionRow::new(Id::new(), &input, city_code);
    diesel::insert_into(editions::table).values(&row).execute(connection)?;
    criteria::insert_defaults(connection, row.id)?;
    let after = Some(json!(row.input()));
    audit::record(connection, actor, Action::Create, "edition", &row.year.to_string(), None, after)?;
    public(connection, row, &Expansions::default())
}

/// Changes an edition that is still at a version which the client has seen.
pub fn update(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    year: i64,
    if_match: &IfMatch,
    change: &Change<EditionInput>,
) -> Result<PublicEdition> {
    let current = edition_by_year(connection, year)?;
    let shown = PublicEdition::from(current.clone());
    if_match.check(&shown)?;
    check_open(&current)?;
    let before = current.input();
    let mut input = change.apply(&before)?;
    if before.parameters.is_some() {
        input.parameters.get_or_insert_default();
    }
    if input.year != current.year {
        return Err(Error::invalid_field("/year", Reason::new("read_only")));
    }
    frozen::check_change(caller, &current, &input)?;
    if input.parameters != before.parameters {
        check_not_frozen(&current, "/parameters")?;
    }
    let city_code = city(connection, &input, Some(&current))?;
    let next = current.next(&input, city_code);
    let this_version = editions::table.find(current.id).filter(editions::version.eq(current.version));
    if diesel::update(this_version).set(&next).execute(connection)? == 0 {
        return Err(Error::lost_race());
    }
    let (before, after) = (Some(json!(before)), Some(json!(next.input())));
    audit::record(connection, actor, Action::Update, "edition", &year.to_string(), before, after)?;
    public(connection, next, &Expansions::default())
}

/// Deletes a draft. One that others refer to, or that has a history, is only marked as deleted. Whatever has left the
/// draft is not deleted but cancelled.
pub fn delete(
    connection: &mut Connection,
    rule: Rule,
    actor: &Actor,
    year: i64,
    if_match: &IfMatch,
) -> Result<()> {
    let current = edition_by_year(connection, year)?;
    let shown = PublicEdition::from(current.clone());
    if_match.check(&shown)?;
    let status = keyword(&current.status.0);
    if !rule.is_for_state(&status) {
        let error = Error::new(Code::NotEditable).with("status", status);
        return Err(error.with("allowed", rule.states.join(", ")));
    }
    let this_version = editions::table.find(current.id).filter(editions::version.eq(current.version));
    let mark = |connection: &mut Connection| {
        let now = UtcTime::now();
        let marked = (
            editions::deleted_at.eq(now),
            editions::updated_at.eq(now),
            editions::version.eq(current.version + 1),
        );
        diesel::update(this_version).set(marked).execute(connection)
    };
    let deleted = if has_history(connection, current.id)? {
        mark(connection)?
    } else {
        erase_or_mark(connection, |connection| diesel::delete(this_version).execute(connection), mark)?
    };
    if deleted == 0 {
        return Err(Error::lost_race());
    }
    let before = Some(json!(current.input()));
    audit::record(connection, actor, Action::Delete, "edition", &year.to_string(), before, None)
}

fn has_history(connection: &mut Connection, edition_id: Id) -> Result<bool> {
    let entries = edition_transitions::table.filter(edition_transitions::edition_id.eq(edition_id));
    Ok(diesel::select(diesel::dsl::exists(entries)).get_result(connection)?)
}

fn check_not_frozen(edition: &EditionRow, pointer: &str) -> Result<()> {
    if edition.status.is_frozen() {
        let reason = Reason::new("frozen").with("status", keyword(&edition.status.0));
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
        return Err(Error::invalid_field(pointer, Reason::new("not_urban")));
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
        Some(year) => Err(Error::invalid_field(pointer, Reason::new("title_again").with("year", year))),
        None => Ok(()),
    }
}
