//! All SQL of the honours.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{HonourRow, PublicHonour};
use crate::associations;
use crate::audit::{Actor, kept};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::honours;
use crate::database::types::{Id, Json, UtcTime};
use crate::database::{Connection, stored};
use crate::editions::model::EditionRow;
use crate::editions::path::EditionKey;
use crate::editions::queries::published_under;
use crate::error::Result;
use crate::http::list::Listed as _;
use crate::http::representation::Expansions;
use crate::language::Text;

/// A page of an edition's honours.
pub(super) fn list(
    connection: &mut Connection,
    key: EditionKey,
    request: &ListRequest,
    expand: &Expansions,
) -> Result<Page<PublicHonour>> {
    let editions = published_under(connection, key)?;
    let ids = editions.iter().map(|edition| Value::Id(edition.id));
    let plan = Plan::new(connection, &PublicHonour::LIST, request)
        .within(Fragment::new("honours.edition_id IN ").values(ids));
    let rows = honours::table
        .select((HonourRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    let year_of: HashMap<Id, i64> = editions.iter().map(|edition| (edition.id, edition.year)).collect();
    let mut page = plan.finish(connection, rows)?.map(|row: HonourRow| {
        let year = year_of.get(&row.edition_id).copied().unwrap_or_default();
        PublicHonour::new(row, year)
    });
    if expand.has("association") {
        let ids: Vec<Id> = page.rows.iter().map(|honour| honour.association_id).collect();
        let below = expand.below("association");
        let found = associations::queries::associations_by_id(connection, &ids, &below)?;
        for honour in &mut page.rows {
            honour.association = found.get(&honour.association_id).cloned();
        }
    }
    Ok(page)
}

/// Gives an association the honour that it was selected for.
#[allow(clippy::too_many_arguments)] // what an honour consists of
pub fn award(
    connection: &mut Connection,
    actor: &Actor,
    edition: &EditionRow,
    nomination_id: Id,
    association_id: Id,
    title: Text,
    citation: Option<Text>,
    now: UtcTime,
) -> Result<()> {
    let row = HonourRow {
        citation: citation.map(Json),
        awarded_on: Some(now.date_in_morocco()),
        nomination_id: Some(nomination_id),
        created_at: now,
        updated_at: now,
        ..HonourRow::new(edition.id, association_id, title)
    };
    let insert = diesel::insert_into(honours::table).values(&row);
    kept::insert(connection, actor, |connection| stored::<HonourRow, _>(connection, insert)).map(drop)
}

/// Takes back the honour that came from a nomination. Its record stays.
pub fn revoke(
    connection: &mut Connection,
    actor: &Actor,
    nomination_id: Id,
    reason: &str,
    now: UtcTime,
) -> Result<()> {
    let standing: Option<HonourRow> = honours::table
        .filter(honours::nomination_id.eq(nomination_id))
        .filter(honours::revoked_at.is_null())
        .select(HonourRow::as_select())
        .first(connection)
        .optional()?;
    let Some(row) = standing else { return Ok(()) };
    let next = HonourRow {
        revoked_at: Some(now),
        revocation_reason: Some(reason.to_owned()),
        version: row.version + 1,
        updated_at: now.max(row.updated_at),
        ..row.clone()
    };
    let this_version = honours::table.find(row.id).filter(honours::version.eq(row.version));
    let update = diesel::update(this_version).set(&next);
    kept::change(connection, actor, &row, |connection| stored::<HonourRow, _>(connection, update)).map(drop)
}
