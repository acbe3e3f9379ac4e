//! All SQL of the honours.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::{Value as JsonValue, json};

use super::model::{HonourRow, PublicHonour};
use crate::associations;
use crate::audit::{self, Action, Actor};
use crate::database::Connection;
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::honours;
use crate::database::types::{Id, Json, UtcTime};
use crate::editions::model::EditionRow;
use crate::editions::path::EditionKey;
use crate::editions::queries::published_under;
use crate::error::{Error, Result};
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
    diesel::insert_into(honours::table).values(&row).execute(connection)?;
    audit::record(connection, actor, Action::Create, "honour", &row.id.to_string(), None, Some(state(&row)))
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
        updated_at: now,
        ..row.clone()
    };
    let this_version = honours::table.find(row.id).filter(honours::version.eq(row.version));
    if diesel::update(this_version).set(&next).execute(connection)? == 0 {
        return Err(Error::lost_race());
    }
    let (before, after) = (Some(state(&row)), Some(state(&next)));
    audit::record(connection, actor, Action::Update, "honour", &row.id.to_string(), before, after)
}

fn state(row: &HonourRow) -> JsonValue {
    json!({
        "edition_id": row.edition_id,
        "association_id": row.association_id,
        "nomination_id": row.nomination_id,
        "title": row.title.0,
        "citation": row.citation.as_ref().map(|citation| &citation.0),
        "awarded_on": row.awarded_on,
        "revoked_at": row.revoked_at,
        "revocation_reason": row.revocation_reason,
    })
}
