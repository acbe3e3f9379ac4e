//! All SQL of the decisions on ties.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::model::{Entry, ShownTieDecision, TieDecisionInput, TieDecisionRow};
use crate::access::Caller;
use crate::access::policy::CreateTieDecision;
use crate::audit::{Actor, kept};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{deliberations, tie_decisions};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Json, UtcTime, keyword};
use crate::database::{Connection, stored};
use crate::editions::model::EditionRow;
use crate::editions::queries::edition_by_year;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::http::list::Listed as _;
use crate::language::sentences::Told;
use crate::nominations::interests::queries::{Nominators, check_disinterested};
use crate::nominations::rules::Kind;
use crate::nominations::{self, embargo::Clearance};
use crate::selection::conflicts;
use crate::selection::deliberations::conditions::check_undesignated;
use crate::selection::deliberations::model::DeliberationRow;
use crate::selection::deliberations::queries::latest;
use crate::selection::evaluations::rules::check_review;
use crate::selection::ranking;
use crate::selection::ranking::rules::TieDecision;

/// A page of the decisions on ties of an edition.
pub(super) fn list(
    connection: &mut Connection,
    year: i64,
    request: &ListRequest,
) -> Result<Page<ShownTieDecision>> {
    let edition = edition_by_year(connection, year)?;
    let of_edition = Fragment::new(
        "tie_decisions.deliberation_id IN (SELECT deliberations.id FROM deliberations \
         WHERE deliberations.edition_id = ",
    );
    let of_edition = of_edition.value(Value::Id(edition.id)).sql(")");
    let plan = Plan::new(connection, &ShownTieDecision::LIST, request).within(of_edition);
    let rows = tie_decisions::table
        .inner_join(deliberations::table.on(deliberations::id.eq(tie_decisions::deliberation_id)))
        .select((Entry::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(|entry| ShownTieDecision::new(entry, year)))
}

/// The decisions that belong to a deliberation, the first one first.
pub(in crate::selection) fn of_deliberation(
    connection: &mut Connection,
    deliberation_id: Id,
) -> Result<Vec<TieDecisionRow>> {
    Ok(tie_decisions::table
        .filter(tie_decisions::deliberation_id.eq(deliberation_id))
        .order((tie_decisions::at, tie_decisions::id))
        .select(TieDecisionRow::as_select())
        .load(connection)?)
}

/// Notes the chair's order of nominations that are level in everything.
pub(super) fn create(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    year: i64,
    input: &TieDecisionInput,
) -> Result<ShownTieDecision> {
    turns::take(connection, Turn::Selection)?;
    let edition = edition_by_year(connection, year)?;
    check_review(edition.year, edition.status.0, input.kind)?;
    let deliberation = find_closed(connection, &edition, input.kind)?;
    check_undesignated(connection, &edition, input.kind)?;
    let (deliberation_id, kind) = (deliberation.id, deliberation.kind);
    check_level(connection, deliberation, &input.nominations)?;
    for nomination in &input.nominations {
        let nomination = nominations::queries::row(connection, *nomination)?;
        conflicts::queries::check_impartial(connection, caller.account_id, &nomination)?;
    }
    check_disinterested(connection, caller, (edition.id, input.kind), Nominators::NotOffices)?;
    let row = TieDecisionRow {
        id: Id::new(),
        deliberation_id,
        nominations: Json(input.nominations.clone()),
        reason: input.reason.clone(),
        account_id: caller.account_id,
        at: UtcTime::now(),
    };
    let entry = kept::insert(connection, actor, |connection| {
        let row = stored(connection, diesel::insert_into(tie_decisions::table).values(&row))?;
        Ok(Entry { row, kind })
    })?;
    Ok(ShownTieDecision::new(entry, year))
}

/// The deliberation that keeps the jury of a kind closed.
fn find_closed(connection: &mut Connection, edition: &EditionRow, kind: Kind) -> Result<DeliberationRow> {
    let jury_open = || {
        Error::new(Code::JuryOpen)
            .telling("kind", Told::part("nominations.of_kind", kind))
            .with("year", edition.year)
    };
    let latest = latest(connection, edition.id, kind)?.ok_or_else(jury_open)?;
    let status = keyword(&latest.status.0);
    if CreateTieDecision::RULE.is_for_state(&status) {
        return Ok(latest);
    }
    Err(Error::not_editable("deliberations.status", status, CreateTieDecision::RULE.states))
}

/// A decision has to order all nominations that are level with each other, and no others.
fn check_level(connection: &mut Connection, deliberation: DeliberationRow, nominations: &[Id]) -> Result<()> {
    let ranking = ranking::queries::of_deliberation(connection, &Clearance::of_process(), deliberation)?;
    let levels = ranking.level_nominations();
    let asked: BTreeSet<Id> = nominations.iter().copied().collect();
    let is_asked = |level: &Vec<Id>| level.iter().copied().collect::<BTreeSet<Id>>() == asked;
    if asked.len() == nominations.len() && levels.iter().any(is_asked) {
        return Ok(());
    }
    let words = |level: &Vec<Id>| level.iter().map(Id::to_string).collect::<Vec<_>>().join(", ");
    let told = levels.iter().map(words).collect::<Vec<_>>().join(" | ");
    let told = if told.is_empty() { "—".to_owned() } else { told };
    let reason = Reason::new(FieldRule::NotLevel).with("levels", told);
    Err(Error::invalid(vec![Violation::body("/nominations", reason)]))
}

/// A decision as the ranking takes it.
impl From<TieDecisionRow> for TieDecision {
    fn from(row: TieDecisionRow) -> Self {
        Self { nominations: row.nominations.0, reason: row.reason }
    }
}
