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
use crate::error::{FieldRule, Reason, Result, Violation};
use crate::http::list::Listed as _;
use crate::http::representation::Expansions;
use crate::keeping::{Holdings, Succession};
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

/// The editions that have honoured both of two associations: they cannot become one.
fn obstacles(connection: &mut Connection, succession: Succession) -> Result<Vec<Violation>> {
    let of = |id: Id| honours::table.filter(honours::association_id.eq(id)).select(honours::edition_id);
    let taking: Vec<Id> = of(succession.to).load(connection)?;
    let both: Vec<Id> = of(succession.from)
        .filter(honours::edition_id.eq_any(taking))
        .order(honours::edition_id)
        .load(connection)?;
    let obstacle = |edition: Id| {
        let path = format!("/editions/{edition}/honours");
        let reason = Reason::new(FieldRule::HonouredTwice).with("url", format!("/v1{path}"));
        Violation::body(path, reason)
    };
    Ok(both.into_iter().map(obstacle).collect())
}

/// Makes the honours of one association those of another.
fn hand_over(
    connection: &mut Connection,
    actor: &Actor,
    succession: Succession,
    only: Option<&[Id]>,
) -> Result<Vec<Id>> {
    let rows: Vec<HonourRow> = honours::table
        .filter(honours::association_id.eq(succession.from))
        .order(honours::id)
        .select(HonourRow::as_select())
        .load(connection)?;
    let rows = rows.into_iter().filter(|row| only.is_none_or(|only| only.contains(&row.id)));
    rows.map(|row| {
        let next = HonourRow {
            association_id: succession.to,
            version: row.version + 1,
            updated_at: UtcTime::now().max(row.updated_at),
            ..row.clone()
        };
        let this_version = honours::table.find(row.id).filter(honours::version.eq(row.version));
        let update = diesel::update(this_version).set(&next);
        kept::change(connection, actor, &row, |connection| stored::<HonourRow, _>(connection, update))?;
        Ok(row.id)
    })
    .collect()
}

/// Honours go over with a merge.
pub const HOLDINGS: Holdings = Holdings { listed: |moved| &mut moved.honours, obstacles, hand_over };
