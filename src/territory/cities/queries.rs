//! All SQL of the cities.

use std::collections::HashMap;

use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use super::keeping::queries::check_identity;
use super::model::{CityInput, CityRow, PublicCity};
use crate::access::Caller;
use crate::audit::{Actor, kept};
use crate::database::listing::{ListRequest, Near, Page, Plan};
use crate::database::schema::{associations, cities, editions};
use crate::database::turns::{self, Turn};
use crate::database::types::{Keyword, UtcTime};
use crate::database::{Connection, stored};
use crate::error::{Error, FieldRule, Reason, Result};
use crate::http::body::Change;
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;
use crate::http::representation::Expansions;
use crate::keeping::References;
use crate::states::{AssociationStatus, EditionStatus};
use crate::territory::{provinces, regions};

/// A page of cities.
pub fn list(
    connection: &mut Connection,
    request: &ListRequest,
    expand: &Expansions,
) -> Result<Page<PublicCity>> {
    let plan = Plan::new(connection, &PublicCity::LIST, request);
    let rows = cities::table
        .select((CityRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    let mut page = plan.finish(connection, rows)?.map(PublicCity::from);
    complete_cities(connection, &mut page.rows, expand)?;
    if let Some(near) = request.near {
        page.rows.iter_mut().for_each(|city| city.distance_km = distance_km(city, near));
    }
    Ok(page)
}

/// The great-circle distance of a city, to the metre.
fn distance_km(city: &PublicCity, near: Near) -> Option<f64> {
    const EARTH_RADIUS_KM: f64 = 6371.0088;
    let location = city.location?;
    let half_north = ((location.lat - near.latitude) / 2.0).to_radians().sin();
    let half_east = ((location.lon - near.longitude) / 2.0).to_radians().sin();
    let cosines = near.latitude.to_radians().cos() * location.lat.to_radians().cos();
    let haversine = (half_north.powi(2) + cosines * half_east.powi(2)).min(1.0);
    Some((2.0 * EARTH_RADIUS_KM * haversine.sqrt().asin() * 1000.0).round() / 1000.0)
}

/// One city, by its code or its slug.
pub fn get(connection: &mut Connection, code_or_slug: &str, expand: &Expansions) -> Result<PublicCity> {
    let row = find(connection, code_or_slug)?;
    let mut city = complete_city(connection, row, expand)?;
    let of_others = followed_from(connection, &city.code)?;
    city.last_modified = of_others.into_iter().fold(city.updated_at, UtcTime::max);
    Ok(city)
}

/// When that changed last which a city shows of others: of the register, whose associations come and go, and of the
/// editions that had it as capital.
fn followed_from(connection: &mut Connection, code: &str) -> Result<Vec<UtcTime>> {
    let register: Option<UtcTime> =
        associations::table.select(max(associations::updated_at)).first(connection)?;
    let editions: Option<UtcTime> = editions::table
        .filter(editions::city_code.eq(code))
        .filter(editions::status.ne(Keyword(EditionStatus::Draft)))
        .select(max(editions::updated_at))
        .first(connection)?;
    Ok(register.into_iter().chain(editions).collect())
}

/// The cities with these codes, deleted ones included: others may still refer to them.
pub fn by_code(
    connection: &mut Connection,
    codes: Vec<String>,
    expand: &Expansions,
) -> Result<HashMap<String, PublicCity>> {
    let rows: Vec<CityRow> =
        cities::table.filter(cities::code.eq_any(codes)).select(CityRow::as_select()).load(connection)?;
    let mut found: Vec<PublicCity> = rows.into_iter().map(PublicCity::from).collect();
    complete_cities(connection, &mut found, expand)?;
    Ok(found.into_iter().map(|city| (city.code.clone(), city)).collect())
}

/// The city that a body's field at `pointer` refers to, by code or slug. It is not deleted before the end of this
/// transaction.
pub fn referenced(connection: &mut Connection, code_or_slug: &str, pointer: &str) -> Result<CityRow> {
    turns::share(connection, Turn::Keeping)?;
    find(connection, code_or_slug).map_err(|error| error.or_bad_reference(pointer, "/v1/cities"))
}

/// The row of a city, by its code or its slug.
pub(super) fn find(connection: &mut Connection, code_or_slug: &str) -> Result<CityRow> {
    let by_code =
        cities::table.find(code_or_slug).select(CityRow::as_select()).first(connection).optional()?;
    let row = match by_code {
        Some(row) => Some(row),
        None => cities::table
            .filter(cities::slug.eq(code_or_slug))
            .filter(cities::deleted_at.is_null())
            .select(CityRow::as_select())
            .first(connection)
            .optional()?,
    };
    match row {
        Some(row) if row.deleted_at.is_some() => Err(Error::gone("city", "cities", code_or_slug)),
        Some(row) => Ok(row),
        None => Err(Error::not_found("city", code_or_slug)),
    }
}

/// A city with what other rooms know of it.
pub(super) fn complete_city(
    connection: &mut Connection,
    row: CityRow,
    expand: &Expansions,
) -> Result<PublicCity> {
    let mut city = [PublicCity::from(row)];
    complete_cities(connection, &mut city, expand)?;
    let [city] = city;
    Ok(city)
}

/// Adds what other rooms know of the cities, and the related records that were asked for.
fn complete_cities(
    connection: &mut Connection,
    cities: &mut [PublicCity],
    expand: &Expansions,
) -> Result<()> {
    let codes: Vec<String> = cities.iter().map(|city| city.code.clone()).collect();
    let active = active_associations(connection, &codes)?;
    let mut years = capital_years(connection, &codes)?;
    for city in cities.iter_mut() {
        city.active_associations = active.get(&city.code).copied().unwrap_or(0);
        city.capital_years = years.remove(&city.code).unwrap_or_default();
    }
    if expand.has("province") {
        let codes = cities.iter().map(|city| city.province_code.clone()).collect();
        let provinces = provinces::queries::by_code(connection, codes, &expand.below("province"))?;
        cities.iter_mut().for_each(|city| city.province = provinces.get(&city.province_code).cloned());
    }
    if expand.has("region") {
        let regions =
            regions::queries::by_code(connection, cities.iter().map(|city| city.region_code.as_str()))?;
        cities.iter_mut().for_each(|city| city.region = regions.get(&city.region_code).cloned());
    }
    Ok(())
}

fn active_associations(connection: &mut Connection, codes: &[String]) -> Result<HashMap<String, i64>> {
    let counts: Vec<(Option<String>, i64)> = associations::table
        .filter(associations::city_code.eq_any(codes))
        .filter(associations::status.eq(Keyword(AssociationStatus::Active)))
        .filter(associations::deleted_at.is_null())
        .group_by(associations::city_code)
        .select((associations::city_code, count_star()))
        .load(connection)?;
    Ok(counts.into_iter().filter_map(|(code, count)| Some((code?, count))).collect())
}

fn capital_years(connection: &mut Connection, codes: &[String]) -> Result<HashMap<String, Vec<i64>>> {
    let rows: Vec<(Option<String>, i64)> = editions::table
        .filter(editions::city_code.eq_any(codes))
        .filter(editions::status.eq_any(EditionStatus::WITH_TITLE.map(Keyword)))
        .filter(editions::deleted_at.is_null())
        .order(editions::year)
        .select((editions::city_code, editions::year))
        .load(connection)?;
    let mut years: HashMap<String, Vec<i64>> = HashMap::new();
    for (code, year) in rows {
        years.entry(code.unwrap_or_default()).or_default().push(year);
    }
    Ok(years)
}

/// Adds a city.
pub fn create(connection: &mut Connection, actor: &Actor, input: &CityInput) -> Result<PublicCity> {
    let region_code = region_of(connection, input)?;
    let row = CityRow::new(input.clone(), region_code);
    let row = kept::insert(connection, actor, |connection| {
        stored(connection, diesel::insert_into(cities::table).values(&row))
    })?;
    complete_city(connection, row, &Expansions::default())
}

/// Changes a city that is still at a version which the client has seen.
pub fn update(
    connection: &mut Connection,
    references: References,
    (caller, actor): (&Caller, &Actor),
    code_or_slug: &str,
    if_match: &IfMatch,
    change: &Change<CityInput>,
) -> Result<PublicCity> {
    let current = find(connection, code_or_slug)?;
    let shown = complete_city(connection, current.clone(), &Expansions::default())?;
    if_match.check(&shown)?;
    let before = current.input();
    let input = change.apply(&before)?;
    if input.code != current.code {
        return Err(Error::invalid_field("/code", Reason::new(FieldRule::ReadOnly)));
    }
    check_identity(connection, references, caller, &current, &input)?;
    let region_code = region_of(connection, &input)?;
    let next = current.next(input, region_code);
    let next =
        kept::change(connection, actor, &current, |connection| write_over(connection, &current, &next))?;
    complete_city(connection, next, &Expansions::default())
}

/// Writes the next version of a city over the one before it.
pub(super) fn write_over(connection: &mut Connection, current: &CityRow, next: &CityRow) -> Result<CityRow> {
    let this_version = cities::table.find(&current.code).filter(cities::version.eq(current.version));
    stored(connection, diesel::update(this_version).set(next))
}

/// The region of the city's province, whose code the city's must begin with.
fn region_of(connection: &mut Connection, input: &CityInput) -> Result<String> {
    let province = provinces::queries::referenced(connection, &input.province_code, "/province_code")?;
    if !input.code.starts_with(&format!("{}.", province.code)) {
        let expected = format!("{}.##.##", province.code);
        return Err(Error::invalid_field(
            "/code",
            Reason::new(FieldRule::Pattern).with("expected", expected),
        ));
    }
    Ok(province.region_code)
}
