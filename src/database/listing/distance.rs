//! The SQL of `near` and `bbox`.

use diesel::sql_types::{Bool, Text};

use super::request::Near;
use super::spec::Located;
use crate::database::fragment::{Fragment, Value};

/// Great-circle distance (haversine, mean earth radius), as a whole number so that pages can be cut by it.
pub(super) fn distance_in_metres(located: &Located, near: Near) -> Fragment<Text> {
    let Located { latitude, longitude } = located;
    // The factor keeps rounding from pushing the argument of ASIN above 1 for points on the other side of the earth.
    Fragment::new(format!(
        "CAST(ROUND(12742017.6 * ASIN(0.999999999999 * SQRT(POWER(SIN(RADIANS({latitude} - "
    ))
    .value(Value::Real(near.latitude))
    .sql(") / 2), 2) + COS(RADIANS(")
    .value(Value::Real(near.latitude))
    .sql(format!(")) * COS(RADIANS({latitude})) * POWER(SIN(RADIANS({longitude} - "))
    .value(Value::Real(near.longitude))
    .sql(") / 2), 2)))) AS BIGINT)")
}

pub(super) fn within_radius(located: &Located, near: Near) -> Option<Fragment> {
    let placed = Fragment::<Bool>::new(format!("{} IS NOT NULL", located.latitude));
    let Some(radius_km) = near.radius_km else { return Some(placed) };
    let metres = (radius_km * 1000.0).round() as i64;
    let near_enough =
        Fragment::new("").then(distance_in_metres(located, near)).sql(" <= ").value(Value::Integer(metres));
    Some(Fragment::all([placed, near_enough]))
}

/// Within a box (RFC 7946, 5). One whose west lies east of its east crosses the antimeridian.
pub(super) fn within_box(located: &Located, [west, south, east, north]: [f64; 4]) -> Fragment {
    let or_and = if west > east { " OR " } else { " AND " };
    Fragment::new(format!("({} >= ", located.longitude))
        .value(Value::Real(west))
        .sql(format!("{or_and}{} <= ", located.longitude))
        .value(Value::Real(east))
        .sql(format!(") AND {} BETWEEN ", located.latitude))
        .value(Value::Real(south))
        .sql(" AND ")
        .value(Value::Real(north))
}
