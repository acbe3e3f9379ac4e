//! All SQL of the honours of associations.

use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::prelude::*;

use super::Distinction;
use crate::database::Connection;
use crate::database::schema::{editions, honours};
use crate::database::types::{Id, Json, UtcTime};
use crate::error::Result;
use crate::language::Text;

#[derive(Queryable, Selectable)]
#[diesel(table_name = honours)]
struct DistinctionRow {
    association_id: Id,
    title: Json<Text>,
    citation: Option<Json<Text>>,
    awarded_on: Option<NaiveDate>,
}

/// When an honour of the association was given, changed or taken back last.
pub fn last_changed(connection: &mut Connection, id: Id) -> Result<Option<UtcTime>> {
    let honours = honours::table.filter(honours::association_id.eq(id));
    Ok(honours.select(max(honours::updated_at)).first(connection)?)
}

/// The honours of some associations, each with its association, the earliest first. One that was taken back is none.
pub fn of(connection: &mut Connection, ids: &[Id]) -> Result<Vec<(Id, Distinction)>> {
    let rows: Vec<(DistinctionRow, i64)> = honours::table
        .inner_join(editions::table.on(editions::id.eq(honours::edition_id)))
        .filter(honours::association_id.eq_any(ids))
        .filter(honours::revoked_at.is_null())
        .filter(editions::deleted_at.is_null())
        .order((editions::year, honours::id))
        .select((DistinctionRow::as_select(), editions::year))
        .load(connection)?;
    let distinction = |(row, edition_year): (DistinctionRow, i64)| {
        let shown = Distinction {
            edition_year,
            title: row.title.0.into(),
            citation: row.citation.map(|citation| citation.0.into()),
            awarded_on: row.awarded_on,
        };
        (row.association_id, shown)
    };
    Ok(rows.into_iter().map(distinction).collect())
}
