//! All SQL of the regions.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{PublicRegion, RegionRow};
use crate::database::Connection;
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::regions;
use crate::error::{Error, Result};
use crate::http::list::Listed as _;

/// A page of regions.
pub fn list(connection: &mut Connection, request: &ListRequest) -> Result<Page<PublicRegion>> {
    let plan = Plan::new(connection, &PublicRegion::LIST, request);
    let rows = regions::table
        .select((RegionRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(PublicRegion::from))
}

/// One region, by its code or its slug.
pub fn get(connection: &mut Connection, code_or_slug: &str) -> Result<PublicRegion> {
    let row = regions::table
        .filter(regions::code.eq(code_or_slug).or(regions::slug.eq(code_or_slug)))
        .select(RegionRow::as_select())
        .first(connection)
        .optional()?;
    row.map(PublicRegion::from).ok_or_else(|| Error::not_found("region", code_or_slug))
}

/// The regions with these codes.
pub fn by_code<'a>(
    connection: &mut Connection,
    codes: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, PublicRegion>> {
    let rows: Vec<RegionRow> = regions::table
        .filter(regions::code.eq_any(codes.map(str::to_owned).collect::<Vec<_>>()))
        .select(RegionRow::as_select())
        .load(connection)?;
    Ok(rows.into_iter().map(|row| (row.code.clone(), row.into())).collect())
}
