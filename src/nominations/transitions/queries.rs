//! All SQL of the changes of state and of the history that they leave.

use diesel::prelude::*;

use super::guards::{self, Step};
use super::model::{PublicTransition, Taken, TransitionInput, TransitionRow};
use crate::access::Caller;
use crate::audit::{Actor, kept};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{deliberations, designations, editions, nomination_transitions};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Keyword, UtcTime};
use crate::database::{Connection, stored};
use crate::editions::model::EditionRow;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;
use crate::nominations::access::{self, Audience};
use crate::nominations::interests::queries::{Nominators, check_disinterested};
use crate::nominations::model::{NominationRow, PublicNomination};
use crate::nominations::queries::{find, write_next};
use crate::nominations::rules::{self, Kind, Status};
use crate::states::{DeliberationStatus, DesignationStatus};

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

/// Takes a nomination from its state to another as `caller` asks, when it is still at a version which the client has
/// seen and nothing stands in the way. Nothing of the selection changes meanwhile.
pub fn transition(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    id: &str,
    if_match: &IfMatch,
    input: &TransitionInput,
) -> Result<PublicTransition> {
    turns::take(connection, Turn::Selection)?;
    let current = find(connection, &Audience::of(Some(caller)), id)?;
    if let Some(rule) = access::rule_to(input.to) {
        access::may_use(rule, caller, &current.row)?;
    }
    if !matches!(input.to, Status::Submitted | Status::Withdrawn) {
        let jury = (current.row.edition_id, current.row.kind.0);
        check_disinterested(connection, caller, jury, Nominators::NotOffices)?;
    }
    if_match.check(&PublicNomination::from(current.clone()))?;
    let to = rules::asked_transition(current.row.status.0, input.to)?;
    let step = Step {
        edition: edition_of(connection, &current.row)?,
        nomination: current.row,
        to,
        reason: input.reason.clone(),
        now: UtcTime::now(),
    };
    let next = guards::prepare(connection, &step)?;
    guards::carry_along(connection, actor, caller.account_id, &step)?;
    let taken = write(connection, actor, caller.account_id, (&step.nomination, &next), step.reason, step.now)
        .map_err(nominated_already)?;
    Ok(PublicTransition::new(taken.step, taken.nomination.version))
}

/// The submission is what collides: with a nomination that everybody sees, never with somebody's draft.
fn nominated_already(mut error: Error) -> Error {
    if error.code == Code::AlreadyExists {
        error.violations = vec![Violation::body("/to", Reason::new(FieldRule::NominatedAlready))];
    }
    error
}

/// Takes a nomination from its state to another, as a step of the process itself that was decided `at` a time: only the
/// table of transitions stands in the way.
pub fn take(
    connection: &mut Connection,
    actor: &Actor,
    account_id: Id,
    nomination: &NominationRow,
    to: Status,
    reason: Option<String>,
    at: UtcTime,
) -> Result<NominationRow> {
    let to = rules::transition(nomination.status.0, to)?;
    // The record changes now, whenever it was decided: whoever asks for what has changed must not miss it.
    let next = nomination.moved(to, UtcTime::now());
    Ok(write(connection, actor, account_id, (nomination, &next), reason, at)?.nomination)
}

/// Writes the next state of a nomination, with its entry in the history.
fn write(
    connection: &mut Connection,
    actor: &Actor,
    account_id: Id,
    (before, next): (&NominationRow, &NominationRow),
    reason: Option<String>,
    at: UtcTime,
) -> Result<Taken> {
    kept::transition(connection, actor, before, |connection| {
        let nomination = write_next(connection, next)?;
        let from = Some(before.status.0);
        let step = note_transition(connection, account_id, &nomination, from, reason, at)?;
        Ok(Taken { nomination, step })
    })
}

/// Writes the history's entry for the state that `nomination` has now.
pub(in crate::nominations) fn note_transition(
    connection: &mut Connection,
    account_id: Id,
    nomination: &NominationRow,
    from: Option<Status>,
    reason: Option<String>,
    at: UtcTime,
) -> Result<TransitionRow> {
    let row = TransitionRow {
        id: Id::new(),
        nomination_id: nomination.id,
        from_status: from.map(Keyword),
        to_status: nomination.status,
        reason,
        account_id,
        at,
    };
    stored(connection, diesel::insert_into(nomination_transitions::table).values(&row))
}

/// The edition of a nomination, by its identifier: after a cancelled edition, another one may have taken its year.
pub fn edition_of(connection: &mut Connection, nomination: &NominationRow) -> Result<EditionRow> {
    let edition: EditionRow =
        editions::table.find(nomination.edition_id).select(EditionRow::as_select()).first(connection)?;
    match edition.deleted_at {
        Some(_) => Err(Error::gone("edition", "editions", edition.id)),
        None => Ok(edition),
    }
}

/// Whether the jury takes no further nominations of a kind: it has closed its work, or the decision on the honours is
/// published, which an edition takes once. When a title was withheld, cities are called again, and a jury meets again.
pub fn jury_has_closed(connection: &mut Connection, edition_id: Id, kind: Kind) -> Result<bool> {
    let ended = match kind {
        Kind::City => vec![DeliberationStatus::Closed],
        Kind::Association => vec![DeliberationStatus::Closed, DeliberationStatus::Concluded],
    };
    let closed: i64 = deliberations::table
        .filter(deliberations::edition_id.eq(edition_id))
        .filter(deliberations::kind.eq(Keyword(kind)))
        .filter(deliberations::status.eq_any(ended.into_iter().map(Keyword)))
        .count()
        .get_result(connection)?;
    if closed > 0 || kind == Kind::City {
        return Ok(closed > 0);
    }
    // Honours are withheld without a jury too.
    let published: i64 = designations::table
        .filter(designations::edition_id.eq(edition_id))
        .filter(designations::kind.eq(Keyword(kind)))
        .filter(designations::status.eq(Keyword(DesignationStatus::Published)))
        .count()
        .get_result(connection)?;
    Ok(published > 0)
}
