//! All SQL of the provinces.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{ProvinceRow, PublicProvince};
use crate::database::Connection;
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::provinces;
use crate::error::{Error, Result};
use crate::http::list::Listed as _;
use crate::http::representation::Expansions;
use crate::territory::regions;

/// A page of provinces.
pub fn list(
    connection: &mut Connection,
    request: &ListRequest,
    expand: &Expansions,
) -> Result<Page<PublicProvince>> {
    let plan = Plan::new(connection, &PublicProvince::LIST, request);
    let rows = provinces::table
        .select((ProvinceRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    let mut page = plan.finish(connection, rows)?.map(PublicProvince::from);
    expand_provinces(connection, &mut page.rows, expand)?;
    Ok(page)
}

/// One province, by its code or its slug.
pub fn get(connection: &mut Connection, code_or_slug: &str, expand: &Expansions) -> Result<PublicProvince> {
    let row = provinces::table
        .filter(provinces::code.eq(code_or_slug).or(provinces::slug.eq(code_or_slug)))
        .select(ProvinceRow::as_select())
        .first(connection)
        .optional()?;
    let mut province = [PublicProvince::from(row.ok_or_else(|| Error::not_found("province", code_or_slug))?)];
    expand_provinces(connection, &mut province, expand)?;
    let [province] = province;
    Ok(province)
}

/// The provinces with these codes.
pub fn by_code(
    connection: &mut Connection,
    codes: Vec<String>,
    expand: &Expansions,
) -> Result<HashMap<String, PublicProvince>> {
    let rows: Vec<ProvinceRow> = provinces::table
        .filter(provinces::code.eq_any(codes))
        .select(ProvinceRow::as_select())
        .load(connection)?;
    let mut found: Vec<PublicProvince> = rows.into_iter().map(PublicProvince::from).collect();
    expand_provinces(connection, &mut found, expand)?;
    Ok(found.into_iter().map(|province| (province.code.clone(), province)).collect())
}

/// The province that a body's field at `pointer` refers to.
pub fn referenced(connection: &mut Connection, code: &str, pointer: &str) -> Result<ProvinceRow> {
    let row = provinces::table.find(code).select(ProvinceRow::as_select()).first(connection).optional()?;
    row.ok_or_else(|| Error::bad_reference(pointer, "/v1/provinces"))
}

fn expand_provinces(
    connection: &mut Connection,
    provinces: &mut [PublicProvince],
    expand: &Expansions,
) -> Result<()> {
    if expand.has("region") {
        let regions = regions::queries::by_code(
            connection,
            provinces.iter().map(|province| province.region_code.as_str()),
        )?;
        for province in provinces {
            province.region = regions.get(&province.region_code).cloned();
        }
    }
    Ok(())
}
