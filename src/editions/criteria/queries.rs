//! All SQL of the criteria.

use diesel::prelude::*;

use super::model::{
    CriteriaInput, CriteriaSet, CriterionInput, CriterionRow, KeptCriteria, NominationKind, PublicCriterion,
};
use super::rules::{SUM_OF_WEIGHTS, unbalanced};
use crate::access::policy::Rule;
use crate::audit::{Actor, kept};
use crate::database::Connection;
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::criteria;
use crate::database::types::{Id, Json, UtcTime, keyword};
use crate::editions::model::{EditionRow, PublicEdition};
use crate::editions::path::EditionKey;
use crate::editions::queries::{edition_by_year, named, write_over};
use crate::error::{Error, FieldRule, Reason, Result, Violation};
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;
use crate::language::sentences::Told;

/// A page of an edition's criteria.
pub(super) fn list(
    connection: &mut Connection,
    key: EditionKey,
    request: &ListRequest,
) -> Result<Page<PublicCriterion>> {
    let edition = named(connection, key)?;
    let plan = Plan::new(connection, &PublicCriterion::LIST, request)
        .within(Fragment::new("criteria.edition_id = ").value(Value::Id(edition.id)));
    let rows = criteria::table
        .select((CriterionRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(|row| PublicCriterion::new(row, edition.year)))
}

/// The criteria of an edition for one kind of nomination, in their order.
pub fn of_kind(
    connection: &mut Connection,
    edition_id: Id,
    kind: NominationKind,
) -> Result<Vec<CriterionRow>> {
    let mut rows = of_edition(connection, edition_id)?;
    rows.retain(|row| row.nomination_kind.0 == kind);
    Ok(rows)
}

fn of_edition(connection: &mut Connection, edition_id: Id) -> Result<Vec<CriterionRow>> {
    Ok(criteria::table
        .filter(criteria::edition_id.eq(edition_id))
        .order((criteria::position, criteria::id))
        .select(CriterionRow::as_select())
        .load(connection)?)
}

/// Gives a new edition the default criteria.
pub(in crate::editions) fn insert_defaults(connection: &mut Connection, edition_id: Id) -> Result<()> {
    CriterionRow::defaults(edition_id).try_for_each(|row| insert(connection, &row))
}

fn insert(connection: &mut Connection, row: &CriterionRow) -> Result<()> {
    diesel::insert_into(criteria::table).values(row).execute(connection)?;
    Ok(())
}

/// What an edition's criteria lack for nominations of these kinds to be evaluated by them, as faults at `pointer`.
pub(in crate::editions) fn unbalanced_of(
    connection: &mut Connection,
    edition_id: Id,
    kinds: &[NominationKind],
    pointer: &str,
) -> Result<Vec<Violation>> {
    let mut rows = of_edition(connection, edition_id)?;
    rows.retain(|row| kinds.contains(&row.nomination_kind.0));
    let missing = kinds
        .iter()
        .filter(|kind| !rows.iter().any(|row| row.nomination_kind.0 == **kind))
        .map(|kind| {
            Reason::new(FieldRule::CriteriaNeeded).telling("kind", Told::part("nominations.of_kind", kind))
        })
        .map(|reason| Violation::body(pointer, reason));
    let weights = rows.iter().map(|row| (row.nomination_kind.0, row.weight.unwrap_or(0)));
    Ok(missing.chain(weights_violations(weights, pointer)).collect())
}

fn weights_violations(
    weights: impl IntoIterator<Item = (NominationKind, i64)>,
    pointer: &str,
) -> Vec<Violation> {
    let reason = |(kind, sum)| {
        let reason =
            Reason::new(FieldRule::WeightsSum).telling("kind", Told::part("nominations.of_kind", kind));
        reason.with("sum", sum).with("expected", SUM_OF_WEIGHTS)
    };
    unbalanced(weights).into_iter().map(|kind| Violation::body(pointer, reason(kind))).collect()
}

/// Replaces the criteria of an edition, all at once, while `rule` is for its state. A criterion that keeps its kind and
/// code stays the same record.
pub(super) fn replace(
    connection: &mut Connection,
    rule: Rule,
    actor: &Actor,
    year: i64,
    if_match: &IfMatch,
    input: &CriteriaInput,
) -> Result<CriteriaSet> {
    let edition = edition_by_year(connection, year)?;
    if_match.check(&PublicEdition::from(edition.clone()))?;
    check_state(rule, &edition)?;
    let weights = input.items.iter().map(|item| (item.nomination_kind, item.weight));
    let violations = weights_violations(weights, "/items");
    if !violations.is_empty() {
        return Err(Error::invalid(violations));
    }
    let edition = next_version(connection, &edition)?;
    let before = kept_of(connection, &edition)?;
    let after = kept::change(connection, actor, &before, |connection| {
        diesel::delete(criteria::table.filter(criteria::edition_id.eq(edition.id))).execute(connection)?;
        for (position, item) in (1..).zip(&input.items) {
            insert(connection, &next(&before.rows, &edition, position, item))?;
        }
        kept_of(connection, &edition)
    })?;
    Ok(CriteriaSet::new(&edition, after.rows))
}

fn kept_of(connection: &mut Connection, edition: &EditionRow) -> Result<KeptCriteria> {
    Ok(KeptCriteria { edition_year: edition.year, rows: of_edition(connection, edition.id)? })
}

fn check_state(rule: Rule, edition: &EditionRow) -> Result<()> {
    let status = keyword(&edition.status.0);
    if rule.is_for_state(&status) {
        return Ok(());
    }
    Err(Error::not_editable("editions.status", status, rule.states))
}

/// The criteria are a part of the edition: whoever changes it, or takes it on, has to have seen them.
fn next_version(connection: &mut Connection, edition: &EditionRow) -> Result<EditionRow> {
    let next = EditionRow {
        version: edition.version + 1,
        updated_at: UtcTime::now().max(edition.updated_at),
        ..edition.clone()
    };
    write_over(connection, edition, &next)
}

fn next(before: &[CriterionRow], edition: &EditionRow, position: i64, item: &CriterionInput) -> CriterionRow {
    let same = |row: &&CriterionRow| row.nomination_kind.0 == item.nomination_kind && row.code == item.code;
    let new = CriterionRow {
        weight: Some(item.weight),
        ..CriterionRow::new(edition.id, position, item.nomination_kind, &item.code, item.name.0.clone())
    };
    match before.iter().find(same) {
        None => new,
        Some(row) => CriterionRow {
            id: row.id,
            sources: Json(row.sources.0.clone()),
            version: row.version + 1,
            created_at: row.created_at,
            updated_at: new.updated_at.max(row.updated_at),
            ..new
        },
    }
}
