//! All SQL of supporting documents.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::model::{DocumentRow, NewDocument, PublicDocument};
use super::rules::MOST;
use crate::access::policy::{CreateDocument, DeleteDocument, ListDocuments, Rule};
use crate::access::{Caller, Role};
use crate::audit::{Actor, kept};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{documents, evaluations, nominations};
use crate::database::types::{Id, Keyword};
use crate::database::{Connection, deleted, stored};
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;
use crate::nominations::access::{self, Audience};
use crate::nominations::model::NominationRow;
use crate::nominations::queries::check_state;
use crate::states::EvaluationStatus;

/// The states of an evaluation whose juror has declared that there is no conflict of interest.
const WITHOUT_CONFLICT: [EvaluationStatus; 2] = [EvaluationStatus::Draft, EvaluationStatus::Submitted];

/// A page of the documents of a nomination.
pub fn list(
    connection: &mut Connection,
    caller: &Caller,
    nomination_id: &str,
    request: &ListRequest,
) -> Result<Page<PublicDocument>> {
    let nomination = find_nomination(connection, caller, nomination_id)?;
    require_reader(connection, ListDocuments::RULE, caller, &nomination)?;
    let plan = Plan::new(connection, &PublicDocument::LIST, request)
        .within(Fragment::new("documents.nomination_id = ").value(Value::Id(nomination.id)));
    let rows = documents::table
        .select((DocumentRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(PublicDocument::from))
}

/// A document of a nomination, for what `rule` is about.
pub fn get(
    connection: &mut Connection,
    rule: Rule,
    caller: &Caller,
    nomination_id: &str,
    id: &str,
) -> Result<DocumentRow> {
    let nomination = find_nomination(connection, caller, nomination_id)?;
    require_reader(connection, rule, caller, &nomination)?;
    find(connection, nomination.id, id)
}

/// Refuses what [`create`] would refuse whatever the file is: before a byte of it is read. A request that was
/// `answered` before only has to come from somebody who may send it.
pub fn may_create(
    connection: &mut Connection,
    caller: &Caller,
    nomination_id: &str,
    answered: bool,
) -> Result<()> {
    let nomination = find_nomination(connection, caller, nomination_id)?;
    access::may_use(CreateDocument::RULE, caller, &nomination)?;
    if answered {
        return Ok(());
    }
    check_state(CreateDocument::RULE, &nomination)?;
    check_number(connection, nomination.id)
}

/// Adds a document to a nomination.
pub fn create(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    nomination_id: &str,
    new: NewDocument,
) -> Result<PublicDocument> {
    let nomination = find_editable(connection, CreateDocument::RULE, caller, nomination_id)?;
    check_number(connection, nomination.id)?;
    let row = new.into_row(nomination.id, caller.account_id);
    let insert = diesel::insert_into(documents::table).values(&row);
    let row: DocumentRow =
        kept::insert(connection, actor, |connection| stored(connection, insert).map_err(uploaded_already))?;
    Ok(row.into())
}

/// Refuses when the nomination has as many documents as it may have.
fn check_number(connection: &mut Connection, nomination_id: Id) -> Result<()> {
    let of_nomination = documents::table.filter(documents::nomination_id.eq(nomination_id));
    if of_nomination.count().get_result::<i64>(connection)? >= MOST {
        return Err(Error::new(Code::TooManyDocuments).with("max", MOST));
    }
    Ok(())
}

/// The database speaks of the digest; what was sent is the file.
fn uploaded_already(mut error: Error) -> Error {
    if error.code == Code::AlreadyExists {
        error.violations = vec![Violation::body("", Reason::new(FieldRule::AlreadyExists))];
    }
    error
}

/// Deletes a document; its bytes are left to the sweep.
pub fn delete(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    (nomination_id, id): (&str, &str),
    if_match: &IfMatch,
) -> Result<()> {
    let nomination = find_editable(connection, DeleteDocument::RULE, caller, nomination_id)?;
    let current = find(connection, nomination.id, id)?;
    if_match.check(&PublicDocument::from(current.clone()))?;
    let this_version = documents::table.find(current.id).filter(documents::version.eq(current.version));
    let delete = diesel::delete(this_version);
    kept::delete(connection, actor, &current, |connection| deleted(connection, delete))
}

/// Those of `keys` under which no document has its bytes.
pub(super) fn without_document(connection: &mut Connection, keys: &[String]) -> Result<Vec<String>> {
    let known: Vec<String> = documents::table
        .filter(documents::object_key.eq_any(keys))
        .select(documents::object_key)
        .load(connection)?;
    Ok(keys.iter().filter(|key| !known.contains(key)).cloned().collect())
}

fn find(connection: &mut Connection, nomination_id: Id, id: &str) -> Result<DocumentRow> {
    let unknown = || Error::not_found("document", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    let row = documents::table
        .find(id)
        .filter(documents::nomination_id.eq(nomination_id))
        .select(DocumentRow::as_select())
        .first(connection)
        .optional()?;
    row.ok_or_else(unknown)
}

/// A nomination that `caller` sees. A hidden one is as unknown as one that does not exist.
fn find_nomination(connection: &mut Connection, caller: &Caller, id: &str) -> Result<NominationRow> {
    let unknown = || Error::not_found("nomination", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    nominations::table
        .find(id)
        .filter(nominations::deleted_at.is_null())
        .filter(Audience::of(Some(caller)).scope())
        .select(NominationRow::as_select())
        .first(connection)
        .optional()?
        .ok_or_else(unknown)
}

/// A nomination whose documents `rule` lets `caller` write now. Until the end of the transaction nobody else changes it or
/// its documents: it neither leaves its state meanwhile nor gets more documents than it may have.
fn find_editable(
    connection: &mut Connection,
    rule: Rule,
    caller: &Caller,
    id: &str,
) -> Result<NominationRow> {
    let nomination = find_nomination(connection, caller, id)?;
    access::may_use(rule, caller, &nomination)?;
    let this_version =
        nominations::table.find(nomination.id).filter(nominations::version.eq(nomination.version));
    // Changes nothing, but locks the row.
    if diesel::update(this_version).set(nominations::version.eq(nomination.version)).execute(connection)? == 0
    {
        return Err(Error::lost_race());
    }
    check_state(rule, &nomination)?;
    Ok(nomination)
}

/// Refuses with 403 unless `caller` may read the documents of `nomination`: its nominator, who speaks for its subject, and
/// whoever evaluates it.
fn require_reader(
    connection: &mut Connection,
    rule: Rule,
    caller: &Caller,
    nomination: &NominationRow,
) -> Result<()> {
    let owned = nomination.nominator_id == caller.account_id
        || nomination.city_code.as_ref().is_some_and(|code| caller.represents_city(code))
        || nomination.association_id.is_some_and(|id| caller.represents_association(id))
        || evaluates(connection, caller, nomination.id)?;
    caller.require(rule, owned)
}

/// Whether `caller` is a juror of the nomination who has declared that there is no conflict of interest.
fn evaluates(connection: &mut Connection, caller: &Caller, nomination_id: Id) -> Result<bool> {
    if !caller.is_any_of(&[Role::Juror, Role::JuryChair]) {
        return Ok(false);
    }
    let evaluation = evaluations::table
        .filter(evaluations::nomination_id.eq(nomination_id))
        .filter(evaluations::juror_id.eq(caller.account_id))
        .filter(evaluations::status.eq_any(WITHOUT_CONFLICT.map(Keyword)));
    Ok(diesel::select(exists(evaluation)).get_result(connection)?)
}
