//! All SQL of nominations.

use diesel::prelude::*;

use super::access::{self, Audience};
use super::embargo::{self, Clearance, InternalNomination};
use super::model::{Entry, NominationInput, NominationRow, PublicNomination, Subject};
use super::rules::{Kind, Status};
use super::transitions::queries::note_transition;
pub use super::transitions::queries::take;
use crate::access::Caller;
use crate::access::policy::Rule;
use crate::audit::{Actor, kept};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{editions, nominations};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Keyword, keyword};
use crate::database::{Connection, stored};
use crate::editions::queries::{editions_by_id, referenced};
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation, fields_where, refuse_changed};
use crate::http::body::Change;
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;
use crate::http::representation::Expansions;
use crate::territory::cities::model::CityKind;
use crate::{associations, territory};

/// A page of the nominations that `audience` sees.
pub fn list(
    connection: &mut Connection,
    audience: &Audience,
    request: &ListRequest,
    expand: &Expansions,
) -> Result<Page<PublicNomination>> {
    let plan = Plan::new(connection, &PublicNomination::LIST, request).within(audience.scope());
    let rows = nominations::table
        .inner_join(editions::table.on(editions::id.eq(nominations::edition_id)))
        .select((Entry::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    let mut page = plan.finish(connection, rows)?.map(PublicNomination::from);
    expand_nominations(connection, &mut page.rows, expand)?;
    Ok(page)
}

/// One nomination, if `audience` sees it.
pub fn get(
    connection: &mut Connection,
    audience: &Audience,
    id: &str,
    expand: &Expansions,
) -> Result<PublicNomination> {
    let mut nomination = [PublicNomination::from(find(connection, audience, id)?)];
    expand_nominations(connection, &mut nomination, expand)?;
    let [nomination] = nomination;
    Ok(nomination)
}

/// A page of nominations as those see it who have a clearance for what is under embargo.
pub fn list_internal(
    connection: &mut Connection,
    clearance: &Clearance,
    audience: &Audience,
    request: &ListRequest,
    expand: &Expansions,
) -> Result<Page<InternalNomination>> {
    let page = list(connection, audience, request, expand)?;
    let ids: Vec<Id> = page.rows.iter().map(|nomination| nomination.id).collect();
    let mut outcomes = embargo::queries::outcomes(connection, clearance, &ids)?;
    Ok(page.map(|public| InternalNomination { embargoed: outcomes.remove(&public.id), public }))
}

/// One nomination as those see it who have a clearance for what is under embargo.
pub fn get_internal(
    connection: &mut Connection,
    clearance: &Clearance,
    audience: &Audience,
    id: &str,
    expand: &Expansions,
) -> Result<InternalNomination> {
    let public = get(connection, audience, id, expand)?;
    let mut outcomes = embargo::queries::outcomes(connection, clearance, &[public.id])?;
    Ok(InternalNomination { embargoed: outcomes.remove(&public.id), public })
}

/// The nomination with this identifier, whoever may see it.
pub fn row(connection: &mut Connection, id: Id) -> Result<NominationRow> {
    nominations::table
        .find(id)
        .filter(nominations::deleted_at.is_null())
        .select(NominationRow::as_select())
        .first(connection)
        .optional()?
        .ok_or_else(|| Error::not_found("nomination", id))
}

/// The nominations of a kind for an edition that are in one of these states, in the order of their identifiers.
pub fn of_edition(
    connection: &mut Connection,
    edition_id: Id,
    kind: Kind,
    status: &[Status],
) -> Result<Vec<NominationRow>> {
    let status: Vec<String> = status.iter().map(keyword).collect();
    let rows = nominations::table
        .filter(nominations::edition_id.eq(edition_id))
        .filter(nominations::kind.eq(Keyword(kind)))
        .filter(nominations::status.eq_any(status))
        .filter(nominations::deleted_at.is_null())
        .order(nominations::id)
        .select(NominationRow::as_select())
        .load(connection)?;
    Ok(rows)
}

/// A nomination that `audience` sees. A hidden one is as unknown as one that does not exist; one that was deleted is gone
/// for those who could see it.
pub fn find(connection: &mut Connection, audience: &Audience, id: &str) -> Result<Entry> {
    let unknown = || Error::not_found("nomination", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    let entry: Entry = nominations::table
        .inner_join(editions::table.on(editions::id.eq(nominations::edition_id)))
        .filter(nominations::id.eq(id))
        .filter(audience.scope())
        .select(Entry::as_select())
        .first(connection)
        .optional()?
        .ok_or_else(unknown)?;
    match entry.row.deleted_at {
        Some(_) => Err(Error::gone("nomination", "nominations", id)),
        None => Ok(entry),
    }
}

fn expand_nominations(
    connection: &mut Connection,
    found: &mut [PublicNomination],
    expand: &Expansions,
) -> Result<()> {
    if expand.has("edition") {
        let ids: Vec<Id> = found.iter().map(|nomination| nomination.edition_id).collect();
        let editions = editions_by_id(connection, &ids, &expand.below("edition"))?;
        for nomination in found.iter_mut() {
            nomination.edition = editions.get(&nomination.edition_id).cloned();
        }
    }
    if expand.has("city") {
        let codes = found.iter().filter_map(|nomination| nomination.city_code.clone()).collect();
        let cities = territory::cities::queries::by_code(connection, codes, &expand.below("city"))?;
        for nomination in found.iter_mut() {
            nomination.city = nomination.city_code.as_ref().and_then(|code| cities.get(code)).cloned();
        }
    }
    if expand.has("association") {
        let ids: Vec<Id> = found.iter().filter_map(|nomination| nomination.association_id).collect();
        let below = expand.below("association");
        let associations = associations::queries::associations_by_id(connection, &ids, &below)?;
        for nomination in found.iter_mut() {
            nomination.association = nomination.association_id.and_then(|id| associations.get(&id)).cloned();
        }
    }
    Ok(())
}

/// Adds the draft of a nomination. Others may have drafts of the same subject, which are nobody else's business: nominations
/// collide when they are submitted. Nobody has two drafts of the same.
pub fn create(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    input: &NominationInput,
) -> Result<PublicNomination> {
    let edition = referenced(connection, input.edition_year, "/edition_year")?;
    let subject = subject(connection, input)?;
    access::may_nominate(caller, &subject)?;
    let pointer = subject.pointer();
    let row = NominationRow::new(edition.id, subject, caller.account_id, input);
    let entry = kept::insert(connection, actor, |connection| {
        let row: NominationRow = stored(connection, diesel::insert_into(nominations::table).values(&row))
            .map_err(|error| drafted_already(error, pointer))?;
        note_transition(connection, caller.account_id, &row, None, None, row.created_at)?;
        Ok(Entry { row, edition_year: edition.year })
    })?;
    Ok(entry.into())
}

/// The database speaks of the subject; the body knows it as a city or an association.
fn drafted_already(mut error: Error, pointer: &str) -> Error {
    if error.code == Code::AlreadyExists {
        error.violations = vec![Violation::body(pointer, Reason::new(FieldRule::AlreadyExists))];
    }
    error
}

/// The subject that `input` names. Only an urban commune can be capital.
fn subject(connection: &mut Connection, input: &NominationInput) -> Result<Subject> {
    let missing = |pointer: &str| Error::invalid_field(pointer, Reason::new(FieldRule::Required));
    match input.kind {
        Kind::City => {
            let given = input.city_code.as_ref().ok_or_else(|| missing("/city_code"))?;
            let city = territory::cities::queries::referenced(connection, given, "/city_code")?;
            if city.kind.0 != CityKind::Urban {
                return Err(Error::invalid_field("/city_code", Reason::new(FieldRule::NotUrban)));
            }
            Ok(Subject::City(city.code))
        }
        Kind::Association => {
            let given = input.association_id.ok_or_else(|| missing("/association_id"))?;
            let association = associations::queries::referenced(connection, given, "/association_id")?;
            Ok(Subject::Association(association.id))
        }
    }
}

/// Changes what a draft says, when it is still at a version which the client has seen.
pub fn update(
    connection: &mut Connection,
    rule: Rule,
    caller: &Caller,
    actor: &Actor,
    id: &str,
    if_match: &IfMatch,
    change: &Change<NominationInput>,
) -> Result<PublicNomination> {
    let current = find_editable(connection, rule, caller, id, if_match)?;
    let before = current.input();
    let input = change.apply(&before)?;
    check_read_only(connection, &before, &input)?;
    let next = kept::change(connection, actor, &current, |connection| {
        let row = write_next(connection, &current.row.next(&input))?;
        Ok(Entry { row, edition_year: current.edition_year })
    })?;
    Ok(next.into())
}

/// A nomination that `rule` lets `caller` write now, and its representation at this version.
pub(super) fn find_editable(
    connection: &mut Connection,
    rule: Rule,
    caller: &Caller,
    id: &str,
    if_match: &IfMatch,
) -> Result<Entry> {
    let current = find(connection, &Audience::of(Some(caller)), id)?;
    access::may_use(rule, caller, &current.row)?;
    if_match.check(&PublicNomination::from(current.clone()))?;
    check_state(rule, &current.row)?;
    Ok(current)
}

/// A nomination to which `rule` lets `caller` add something, or take something from it, as far as its state allows
/// ([`check_state`]). The state stays until the end of this transaction.
pub fn find_writable(
    connection: &mut Connection,
    rule: Rule,
    caller: &Caller,
    id: &str,
) -> Result<NominationRow> {
    turns::take(connection, Turn::Selection)?;
    let nomination = find(connection, &Audience::of(Some(caller)), id)?.row;
    access::may_use(rule, caller, &nomination)?;
    Ok(nomination)
}

/// Refuses a write for which the nomination is in the wrong state.
pub fn check_state(rule: Rule, nomination: &NominationRow) -> Result<()> {
    let status = keyword(&nomination.status.0);
    if rule.is_for_state(&status) {
        return Ok(());
    }
    Err(Error::not_editable("nominations.status", status, rule.states))
}

/// What is nominated for which edition stays as it was; a city may be named by its slug again.
fn check_read_only(
    connection: &mut Connection,
    before: &NominationInput,
    input: &NominationInput,
) -> Result<()> {
    let other_city = match (&before.city_code, &input.city_code) {
        (Some(code), Some(given)) if code != given => {
            territory::cities::queries::referenced(connection, given, "/city_code")?.code != *code
        }
        (code, given) => code != given,
    };
    refuse_changed(&fields_where([
        ("/kind", before.kind != input.kind),
        ("/edition_year", before.edition_year != input.edition_year),
        ("/city_code", other_city),
        ("/association_id", before.association_id != input.association_id),
    ]))
}

/// Writes the next version of a nomination over the one before it.
pub(super) fn write_next(connection: &mut Connection, next: &NominationRow) -> Result<NominationRow> {
    let version_before = nominations::table.find(next.id).filter(nominations::version.eq(next.version - 1));
    stored(connection, diesel::update(version_before).set(next))
}
