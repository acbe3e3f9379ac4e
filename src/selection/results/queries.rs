//! All SQL of published results.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::model::{PublicResult, ResultSignature};
use crate::database::Connection;
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{designations, nominations};
use crate::database::types::{Id, Keyword};
use crate::editions::model::EditionRow;
use crate::editions::path::EditionKey;
use crate::editions::queries::published_under;
use crate::error::Result;
use crate::http::list::Listed as _;
use crate::nominations::rules::Status;
use crate::selection::designations::model::DesignationRow;
use crate::selection::designations::queries::signatures_of;

/// A page of the results of an edition.
pub fn list(
    connection: &mut Connection,
    key: EditionKey,
    request: &ListRequest,
) -> Result<Page<PublicResult>> {
    let editions = published_under(connection, key)?;
    let ids: Vec<Id> = editions.iter().map(|edition| edition.id).collect();
    let plan = Plan::new(connection, &PublicResult::LIST, request)
        .within(Fragment::new("designations.edition_id IN ").values(ids.iter().copied().map(Value::Id)));
    let rows = designations::table
        .select((DesignationRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    let page: Page<DesignationRow> = plan.finish(connection, rows)?;
    let of_page: Vec<Id> = page.rows.iter().map(|row| row.id).collect();
    let mut signatures = signatures_of(connection, &of_page)?;
    let revoked = revoked(connection, &ids)?;
    let editions: HashMap<Id, EditionRow> = editions.into_iter().map(|row| (row.id, row)).collect();
    Ok(page.map(|row| {
        let of_row = signatures.remove(&row.id).unwrap_or_default().into_iter();
        let shown =
            of_row.map(|row| ResultSignature { institution: row.institution.0, at: row.at }).collect();
        let edition = &editions[&row.edition_id];
        PublicResult::new(row, edition, shown, &revoked)
    }))
}

/// The nominations of these editions whose title or honour was taken back.
fn revoked(connection: &mut Connection, edition_ids: &[Id]) -> Result<BTreeSet<Id>> {
    let ids: Vec<Id> = nominations::table
        .filter(nominations::edition_id.eq_any(edition_ids))
        .filter(nominations::status.eq(Keyword(Status::Revoked)))
        .select(nominations::id)
        .load(connection)?;
    Ok(ids.into_iter().collect())
}
