//! All SQL of nominations.

use diesel::prelude::*;
use serde_json::json;

use super::access::{self, Audience};
use super::model::{Entry, NominationInput, NominationRow, PublicNomination, Subject};
use super::rules::{self, Call, Kind, Status};
use super::transitions::{PublicTransition, TransitionInput, TransitionRow};
use crate::access::Caller;
use crate::access::policy::{DeleteNomination, Rule};
use crate::audit::{self, Action, Actor};
use crate::database::Connection;
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{editions, nomination_transitions, nominations};
use crate::database::types::{Id, Keyword, UtcTime, keyword};
use crate::editions::model::EditionRow;
use crate::editions::queries::{editions_by_id, referenced};
use crate::error::{Code, Error, Reason, Result, Violation};
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

/// A page of the history of a nomination, if `audience` sees it.
pub fn list_history(
    connection: &mut Connection,
    audience: &Audience,
    id: &str,
    request: &ListRequest,
) -> Result<Page<PublicTransition>> {
    let nomination = find(connection, audience, id)?.row;
    let of_nomination =
        Fragment::new("nomination_transitions.nomination_id = ").value(Value::Id(nomination.id));
    let plan = Plan::new(connection, &PublicTransition::LIST, request).within(of_nomination);
    let rows = nomination_transitions::table
        .select((TransitionRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(|row| PublicTransition::new(row, nomination.version)))
}

/// A nomination that `audience` sees. A hidden one is as unknown as one that does not exist.
fn find(connection: &mut Connection, audience: &Audience, id: &str) -> Result<Entry> {
    let unknown = || Error::not_found("nomination", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    nominations::table
        .inner_join(editions::table.on(editions::id.eq(nominations::edition_id)))
        .filter(nominations::id.eq(id))
        .filter(nominations::deleted_at.is_null())
        .filter(audience.scope())
        .select(Entry::as_select())
        .first(connection)
        .optional()?
        .ok_or_else(unknown)
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

/// Adds the draft of a nomination.
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
    diesel::insert_into(nominations::table)
        .values(&row)
        .execute(connection)
        .map_err(|error| nominated_already(error.into(), pointer))?;
    note_transition(connection, caller, &row, None, None)?;
    let entry = Entry { row, edition_year: edition.year };
    let (id, after) = (entry.row.id.to_string(), Some(json!(entry.input())));
    audit::record(connection, actor, Action::Create, "nomination", &id, None, after)?;
    Ok(entry.into())
}

/// The database speaks of the subject; the body knows it as a city or an association.
fn nominated_already(mut error: Error, pointer: &str) -> Error {
    if error.code == Code::AlreadyExists {
        error.violations = vec![Violation::body(pointer, Reason::new("already_exists"))];
    }
    error
}

/// The subject that `input` names. Only an urban commune can be capital.
fn subject(connection: &mut Connection, input: &NominationInput) -> Result<Subject> {
    let missing = |pointer: &str| Error::invalid_field(pointer, Reason::new("required"));
    match input.kind {
        Kind::City => {
            let given = input.city_code.as_ref().ok_or_else(|| missing("/city_code"))?;
            let city = territory::cities::queries::referenced(connection, given, "/city_code")?;
            if city.kind.0 != CityKind::Urban {
                return Err(Error::invalid_field("/city_code", Reason::new("not_urban")));
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
    let next = Entry { row: current.row.next(&input), ..current };
    write_next(connection, &next.row)?;
    let (id, before, after) = (next.row.id.to_string(), Some(json!(before)), Some(json!(next.input())));
    audit::record(connection, actor, Action::Update, "nomination", &id, before, after)?;
    Ok(next.into())
}

/// Erases a draft with its history; whatever was submitted once stays.
pub fn delete(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    id: &str,
    if_match: &IfMatch,
) -> Result<()> {
    let current = find_editable(connection, DeleteNomination::RULE, caller, id, if_match)?;
    let this_version =
        nominations::table.find(current.row.id).filter(nominations::version.eq(current.row.version));
    if diesel::delete(this_version).execute(connection)? == 0 {
        return Err(Error::lost_race());
    }
    let (id, before) = (current.row.id.to_string(), Some(json!(current.input())));
    audit::record(connection, actor, Action::Delete, "nomination", &id, before, None)
}

/// A nomination that `rule` lets `caller` write now, and its representation at this version.
fn find_editable(
    connection: &mut Connection,
    rule: Rule,
    caller: &Caller,
    id: &str,
    if_match: &IfMatch,
) -> Result<Entry> {
    let current = find(connection, &Audience::of(Some(caller)), id)?;
    access::may_use(rule, caller, &current.row)?;
    if_match.check(&PublicNomination::from(current.clone()))?;
    let status = keyword(&current.row.status.0);
    if !rule.is_for_state(&status) {
        let error = Error::new(Code::NotEditable).with("status", status);
        return Err(error.with("allowed", rule.states.join(", ")));
    }
    Ok(current)
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
    let changed = [
        ("/kind", before.kind != input.kind),
        ("/edition_year", before.edition_year != input.edition_year),
        ("/city_code", other_city),
        ("/association_id", before.association_id != input.association_id),
    ];
    let violations: Vec<Violation> = changed
        .into_iter()
        .filter(|(_, changed)| *changed)
        .map(|(pointer, _)| Violation::body(pointer, Reason::new("read_only")))
        .collect();
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
}

/// Writes the next version of a nomination over the one before it.
fn write_next(connection: &mut Connection, next: &NominationRow) -> Result<()> {
    let version_before = nominations::table.find(next.id).filter(nominations::version.eq(next.version - 1));
    if diesel::update(version_before).set(next).execute(connection)? == 0 {
        return Err(Error::lost_race());
    }
    Ok(())
}

/// Takes a nomination from its state to another, when it is still at a version which the client has seen.
pub fn transition(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    id: &str,
    if_match: &IfMatch,
    input: &TransitionInput,
) -> Result<PublicTransition> {
    let current = find(connection, &Audience::of(Some(caller)), id)?;
    if let Some(rule) = access::rule_to(input.to) {
        access::may_use(rule, caller, &current.row)?;
    }
    if_match.check(&PublicNomination::from(current.clone()))?;
    let from = current.row.status.0;
    let to = rules::transition(from, input.to)?;
    let now = UtcTime::now();
    if to == Status::Submitted {
        check_call(connection, &current, now)?;
    }
    let next = current.row.moved(to, now);
    write_next(connection, &next)?;
    let noted = note_transition(connection, caller, &next, Some(from), input.reason.clone())?;
    let (id, before, after) =
        (next.id.to_string(), json!({"status": from}), json!({"status": to, "reason": input.reason}));
    audit::record(connection, actor, Action::Transition, "nomination", &id, Some(before), Some(after))?;
    Ok(PublicTransition::new(noted, next.version))
}

/// Deadlines are checked when submitting, by the edition's call for this kind of nomination.
fn check_call(connection: &mut Connection, nomination: &Entry, now: UtcTime) -> Result<()> {
    // By the identifier: after a cancelled edition, another one may have taken its year.
    let edition: EditionRow =
        editions::table.find(nomination.row.edition_id).select(EditionRow::as_select()).first(connection)?;
    if edition.deleted_at.is_some() {
        return Err(Error::gone("edition", edition.year));
    }
    check_subject_stands(connection, &nomination.row)?;
    let kind = nomination.row.kind.0;
    let (opens_at, closes_at) = match kind {
        Kind::City => (edition.city_call_opens_at, edition.city_call_closes_at),
        Kind::Association => (edition.honours_call_opens_at, edition.honours_call_closes_at),
    };
    Call { year: edition.year, status: edition.status.0, opens_at, closes_at }.check(kind, now)
}

/// A city or an association that was deleted since the draft was made cannot be nominated.
fn check_subject_stands(connection: &mut Connection, nomination: &NominationRow) -> Result<()> {
    if let Some(code) = &nomination.city_code {
        territory::cities::queries::get(connection, code, &Expansions::default())?;
    }
    if let Some(id) = nomination.association_id {
        crate::associations::queries::get(connection, &id.to_string(), &Expansions::default())?;
    }
    Ok(())
}

/// Writes the history's entry for the state that `nomination` has now.
fn note_transition(
    connection: &mut Connection,
    caller: &Caller,
    nomination: &NominationRow,
    from: Option<Status>,
    reason: Option<String>,
) -> Result<TransitionRow> {
    let row = TransitionRow {
        id: Id::new(),
        nomination_id: nomination.id,
        from_status: from.map(Keyword),
        to_status: nomination.status,
        reason,
        account_id: caller.account_id,
        at: nomination.updated_at,
    };
    diesel::insert_into(nomination_transitions::table).values(&row).execute(connection)?;
    Ok(row)
}
