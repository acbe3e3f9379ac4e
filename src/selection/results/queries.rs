//! All SQL of published results.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::model::{PublicResult, ResultSignature};
use crate::database::Connection;
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{designations, nominations};
use crate::database::types::{Id, Keyword};
use crate::editions::queries::edition_by_year;
use crate::error::Result;
use crate::http::list::Listed as _;
use crate::nominations::rules::Status;
use crate::selection::designations::model::DesignationRow;
use crate::selection::designations::queries::signatures_of;

/// A page of the results of an edition.
pub fn list(connection: &mut Connection, year: i64, request: &ListRequest) -> Result<Page<PublicResult>> {
    let edition = edition_by_year(connection, year)?;
    let plan = Plan::new(connection, &PublicResult::LIST, request)
        .within(Fragment::new("designations.edition_id = ").value(Value::Id(edition.id)));
    let rows = designations::table
        .select((DesignationRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    let page: Page<DesignationRow> = plan.finish(connection, rows)?;
    let ids: Vec<Id> = page.rows.iter().map(|row| row.id).collect();
    let mut signatures = signatures_of(connection, &ids)?;
    let revoked = revoked(connection, edition.id)?;
    Ok(page.map(|row| {
        let of_row = signatures.remove(&row.id).unwrap_or_default().into_iter();
        let shown =
            of_row.map(|row| ResultSignature { institution: row.institution.0, at: row.at }).collect();
        PublicResult::new(row, year, shown, &revoked)
    }))
}

/// The nominations of an edition whose title or honour was taken back.
fn revoked(connection: &mut Connection, edition_id: Id) -> Result<BTreeSet<Id>> {
    let ids: Vec<Id> = nominations::table
        .filter(nominations::edition_id.eq(edition_id))
        .filter(nominations::status.eq(Keyword(Status::Revoked)))
        .select(nominations::id)
        .load(connection)?;
    Ok(ids.into_iter().collect())
}
