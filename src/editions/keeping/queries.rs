//! All SQL of deleting and restoring editions, and of the titles and honours that keep cities and associations.

use diesel::prelude::*;

use crate::access::Caller;
use crate::access::policy::{NameCapital, Rule};
use crate::audit::Actor;
use crate::database::Connection;
use crate::database::schema::{cities, edition_transitions, editions, honours};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Keyword, UtcTime, keyword};
use crate::editions::input::EditionInput;
use crate::editions::model::{EditionRow, PublicEdition};
use crate::editions::path::EditionKey;
use crate::editions::queries::{edition_by_year, public, stood_in, version_after, write_over};
use crate::editions::rules::Status;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation, fields_where};
use crate::http::conditional::IfMatch;
use crate::http::representation::Expansions;
use crate::keeping::references::MOST_NAMED;
use crate::keeping::{self, Deleted, Hold, RecordKind, Reference, References, Referrer, Target};

/// The editions that name a city as theirs or as the next one, and those that have honoured an association. What was
/// taken back has been given all the same.
pub fn references(connection: &mut Connection, target: &Target) -> Result<Vec<Reference>> {
    match target {
        Target::City(code) => naming(connection, code),
        Target::Association(id) => honouring(connection, *id),
        Target::Edition(_) => Ok(Vec::new()),
    }
}

fn naming(connection: &mut Connection, code: &str) -> Result<Vec<Reference>> {
    let rows: Vec<EditionRow> = editions::table
        .filter(editions::deleted_at.is_null())
        .filter(editions::city_code.eq(code).or(editions::next_city_announced.is_not_null()))
        .order(editions::year)
        .select(EditionRow::as_select())
        .load(connection)?;
    let has = |row: &EditionRow| row.city_code.as_deref() == Some(code);
    let announces =
        |row: &EditionRow| row.next_city_announced.as_ref().is_some_and(|next| next.city_code == code);
    let reference = |row: EditionRow| {
        let hold = if row.status.is_closed() || !has(&row) { Hold::Title } else { Hold::Process };
        Reference::new(Referrer::Edition, path_of(&row), hold)
    };
    Ok(rows.into_iter().filter(|row| has(row) || announces(row)).map(reference).collect())
}

/// Where an edition is read: the live one of its year by that, any other by its identifier.
fn path_of(edition: &EditionRow) -> String {
    if edition.status.is_live() {
        format!("/editions/{}", edition.year)
    } else {
        format!("/editions/{}", edition.id)
    }
}

fn honouring(connection: &mut Connection, id: Id) -> Result<Vec<Reference>> {
    let ids: Vec<Id> = honours::table
        .inner_join(editions::table.on(editions::id.eq(honours::edition_id)))
        .filter(honours::association_id.eq(id))
        .order((editions::year, honours::id))
        .limit(MOST_NAMED as i64)
        .select(editions::id)
        .load(connection)?;
    let reference = |id| Reference::new(Referrer::Honour, format!("/editions/{id}/honours"), Hold::Fact);
    Ok(ids.into_iter().map(reference).collect())
}

/// Marks a draft as deleted, unless anything was submitted or decided for it: then, and in every other state, it is not
/// deleted but cancelled.
pub(super) fn delete(
    connection: &mut Connection,
    references: References,
    rule: Rule,
    actor: &Actor,
    year: i64,
    if_match: &IfMatch,
) -> Result<()> {
    take_turns(connection)?;
    let current = edition_by_year(connection, year)?;
    if_match.check(&PublicEdition::from(current.clone()))?;
    let status = keyword(&current.status.0);
    if !rule.is_for_state(&status) {
        return Err(Error::not_editable("editions.status", status, rule.states));
    }
    references.check_unused(connection, &Target::Edition(current.id), false)?;
    let now = UtcTime::now();
    let marked = EditionRow {
        deleted_at: Some(now),
        version: current.version + 1,
        updated_at: now.max(current.updated_at),
        ..current.clone()
    };
    keeping::delete(connection, actor, &deleted(&current, now), &current, |connection| {
        write_over(connection, &current, &marked).map(drop)
    })
}

/// Restores a deleted edition. Another must not have taken its year by now (409 `already_exists`), and its city has to be
/// there.
pub(super) fn restore(
    connection: &mut Connection,
    actor: &Actor,
    key: EditionKey,
    reason: &str,
) -> Result<PublicEdition> {
    take_turns(connection)?;
    let current = find_deleted(connection, key)?;
    check_city(connection, &current)?;
    if current.city_code.is_some() || current.designated_on.is_some() {
        check_title_undecided(connection, current.year, Some(current.id), &[""])?;
    }
    let now = UtcTime::now();
    let restored = EditionRow {
        deleted_at: None,
        version: version_after(connection, current.year, current.version)?,
        updated_at: now.max(current.updated_at),
        ..current.clone()
    };
    let record = deleted(&current, current.deleted_at.unwrap_or(now));
    let restored = keeping::restore(connection, actor, &record, reason, |connection| {
        write_over(connection, &current, &restored)
    })?;
    public(connection, restored, &Expansions::default())
}

/// Refuses to give an edition another city while a decision on its title is proposed or signed and not published. Whether
/// that city is the decided one makes no difference: the refusal would tell. Ask it in the turn of the selection.
pub(in crate::editions) fn check_city_change(
    connection: &mut Connection,
    references: References,
    current: &EditionRow,
    city_code: Option<&str>,
) -> Result<()> {
    if current.city_code.as_deref() == city_code {
        return Ok(());
    }
    if references.awaits_decision(connection, &Target::Edition(current.id))? {
        let reason = Reason::new(FieldRule::HeldByDecision);
        return Err(Error::new(Code::InUse).with_violation(Violation::body("/city_code", reason)));
    }
    Ok(())
}

/// Refuses to name by hand the city of an edition, or the day on which it was designated: to systems always, so that they
/// learn of no decision by it; to everybody when the title of its year was decided before, by an edition that was
/// cancelled or put off since.
pub(in crate::editions) fn check_named_by_hand(
    connection: &mut Connection,
    caller: &Caller,
    current: Option<&EditionRow>,
    input: &EditionInput,
) -> Result<()> {
    let city = current.and_then(|edition| edition.city_code.as_deref());
    let other_city = !names_city(connection, city, input.city_code.as_deref())?;
    let other_day = current.and_then(|edition| edition.designated_on) != input.designated_on;
    let changed = fields_where([("/city_code", other_city), ("/designated_on", other_day)]);
    if changed.is_empty() {
        return Ok(());
    }
    caller.require_fields(NameCapital::RULE, &changed)?;
    let named = fields_where([
        ("/city_code", other_city && input.city_code.is_some()),
        ("/designated_on", other_day && input.designated_on.is_some()),
    ]);
    if named.is_empty() {
        return Ok(());
    }
    check_title_undecided(connection, input.year, current.map(|edition| edition.id), &named)
}

/// Whether `given`, a code or a slug, names the city `code`.
fn names_city(connection: &mut Connection, code: Option<&str>, given: Option<&str>) -> Result<bool> {
    let (Some(code), Some(slug)) = (code, given) else { return Ok(code == given) };
    if code == slug {
        return Ok(true);
    }
    let of_slug = cities::table.find(code).filter(cities::slug.eq(slug));
    Ok(of_slug.count().get_result::<i64>(connection)? > 0)
}

/// Refuses when another edition that stood in a year was designated: its title was decided and published.
fn check_title_undecided(
    connection: &mut Connection,
    year: i64,
    this: Option<Id>,
    pointers: &[&str],
) -> Result<()> {
    let others: Vec<Id> =
        stood_in(connection, year)?.iter().map(|row| row.id).filter(|id| Some(*id) != this).collect();
    let designated: i64 = edition_transitions::table
        .filter(edition_transitions::edition_id.eq_any(others))
        .filter(edition_transitions::to_status.eq(Keyword(Status::Designated)))
        .count()
        .get_result(connection)?;
    if designated == 0 {
        return Ok(());
    }
    let decided =
        |pointer: &&str| Violation::body(*pointer, Reason::new(FieldRule::TitleDecided).with("year", year));
    Err(Error::invalid(pointers.iter().map(decided).collect()))
}

/// Nothing is submitted or decided meanwhile.
fn take_turns(connection: &mut Connection) -> Result<()> {
    turns::take(connection, Turn::Selection)?;
    turns::take(connection, Turn::Keeping)
}

/// The deleted edition of an identifier; or of a year, the one that was deleted last.
fn find_deleted(connection: &mut Connection, key: EditionKey) -> Result<EditionRow> {
    let rows: Vec<EditionRow> = match key {
        EditionKey::Year(year) => {
            stood_in(connection, year)?.into_iter().filter(|row| row.year == year).collect()
        }
        EditionKey::Id(id) => {
            editions::table.filter(editions::id.eq(id)).select(EditionRow::as_select()).load(connection)?
        }
    };
    let is_known = !rows.is_empty();
    match rows.into_iter().filter(|row| row.deleted_at.is_some()).max_by_key(|row| row.deleted_at) {
        Some(row) => Ok(row),
        None if is_known => Err(Error::not_deleted("edition", key)),
        None => Err(Error::not_found("edition", key)),
    }
}

fn check_city(connection: &mut Connection, edition: &EditionRow) -> Result<()> {
    let Some(code) = &edition.city_code else { return Ok(()) };
    let stands = cities::table.filter(cities::code.eq(code)).filter(cities::deleted_at.is_null());
    match stands.count().get_result::<i64>(connection)? {
        0 => Err(Error::restore_first("city", "cities", code)),
        _ => Ok(()),
    }
}

fn deleted(edition: &EditionRow, at: UtcTime) -> Deleted {
    Deleted::new(RecordKind::Edition, edition.id, Some(edition.name.0.clone()), at)
}
