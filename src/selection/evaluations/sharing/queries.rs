//! All SQL of shared sheets.

use diesel::prelude::*;

use super::model::{ScoreSheet, SharedSheetRow};
use crate::access::Caller;
use crate::access::policy::ListScoreSheets;
use crate::database::Connection;
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::shared_sheets;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::list::Listed as _;
use crate::selection::evaluations::access::evaluates;
use crate::selection::evaluations::model::{EvaluationRow, Status};
use crate::selection::evaluations::queries as evaluations;
use crate::selection::evaluations::rules::can_be_shared;

/// A page of the sheets of a nomination that are shared among those who have handed in one.
pub fn list(
    connection: &mut Connection,
    caller: &Caller,
    nomination_id: &str,
    request: &ListRequest,
) -> Result<Page<ScoreSheet>> {
    let nomination = evaluations::nomination(connection, caller, nomination_id)?;
    let own = evaluations::of_juror(connection, nomination.id, caller.account_id)?;
    let has_submitted = own.is_some_and(|own| own.status.0 == Status::Submitted);
    caller.require(ListScoreSheets::RULE, has_submitted && evaluates(caller))?;
    let plan = Plan::new(connection, &ScoreSheet::LIST, request)
        .within(Fragment::new("shared_sheets.nomination_id = ").value(Value::Id(nomination.id)));
    let rows = shared_sheets::table
        .select((SharedSheetRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(ScoreSheet::from))
}

/// Shares the sheets of a nomination when nobody has still to write, once: what is handed in or falls away afterwards
/// changes nothing of it until the jury closes, or it would tell whose it is.
pub fn share_when_complete(connection: &mut Connection, nomination_id: Id) -> Result<()> {
    let evaluations = evaluations::of_nominations(connection, &[nomination_id])?;
    let states: Vec<Status> = evaluations.iter().map(|evaluation| evaluation.status.0).collect();
    let shared = shared_sheets::table.filter(shared_sheets::nomination_id.eq(nomination_id));
    if !can_be_shared(&states) || shared.count().get_result::<i64>(connection)? > 0 {
        return Ok(());
    }
    share(connection, &evaluations)
}

/// Shares what was handed in for these nominations, now that the jury has closed: under new names, in place of what was
/// shared before.
pub fn share_all(
    connection: &mut Connection,
    nominations: &[Id],
    evaluations: &[EvaluationRow],
) -> Result<()> {
    let before = shared_sheets::table.filter(shared_sheets::nomination_id.eq_any(nominations));
    diesel::delete(before).execute(connection)?;
    share(connection, evaluations)
}

fn share(connection: &mut Connection, evaluations: &[EvaluationRow]) -> Result<()> {
    for evaluation in evaluations.iter().filter(|evaluation| evaluation.status.0 == Status::Submitted) {
        let row = SharedSheetRow::of(evaluation);
        diesel::insert_into(shared_sheets::table).values(&row).execute(connection)?;
    }
    Ok(())
}
