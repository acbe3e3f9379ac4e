//! What a request asks of a list, and the page that it gets.

use std::collections::BTreeMap;

use serde_json::Value as JsonValue;

use super::spec::ListSpec;
use crate::database::fragment::Value;
use crate::language::Text;
use crate::search::matching::SearchTerms;

/// One condition that a request sets.
#[derive(Debug, Clone)]
pub enum Condition {
    /// One of these values, or none that is known.
    AnyOf {
        /// The values.
        values: Vec<Value>,
        /// Whether rows in which the value is unknown are meant, too.
        or_unknown: bool,
    },
    /// Each comparison (`>=`, `<=`, `>`, `<`) with its bound.
    Range(Vec<(&'static str, Value)>),
}

/// A point on the ground and how far around it to look.
#[derive(Debug, Clone, Copy)]
pub struct Near {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Kilometres.
    pub radius_km: Option<f64>,
}

/// Where a page begins: the sort keys of the row beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// True for the page before the row, false for the one after it.
    pub backward: bool,
    /// The sort keys of that row, as the database wrote them.
    pub keys: Vec<JsonValue>,
}

/// What a request asks of a list.
#[derive(Debug, Clone, Default)]
pub struct ListRequest {
    /// Rows of a page.
    pub limit: i64,
    /// Whether to count all rows.
    pub count: bool,
    /// Sort keys (their place in the specification) and whether each descends; empty for the natural order.
    pub sort: Vec<(usize, bool)>,
    /// Conditions by the name of their filter.
    pub conditions: Vec<(&'static str, Condition)>,
    /// What to search for.
    pub search: Option<SearchTerms>,
    /// Where to look around.
    pub near: Option<Near>,
    /// West, south, east, north.
    pub bbox: Option<[f64; 4]>,
    /// Which facets to count.
    pub facets: Vec<&'static str>,
    /// Where the page begins.
    pub position: Option<Position>,
}

/// Reads a `sort` parameter; unknown names are left out (the parameter is checked before).
pub fn parse_sort(spec: &ListSpec, text: &str) -> Vec<(usize, bool)> {
    text.split(',')
        .filter_map(|name| {
            let (name, descending) = match name.strip_prefix('-') {
                Some(name) => (name, true),
                None => (name, false),
            };
            spec.sorts.iter().position(|sort| sort.name == name).map(|place| (place, descending))
        })
        .collect()
}

/// How many rows have a value.
#[derive(Debug, Clone)]
pub struct Counted {
    /// The value; none for rows in which it is unknown.
    pub value: Option<String>,
    /// What people call the value.
    pub label: Text,
    /// The number of rows.
    pub count: i64,
}

/// The values of a facet, the most frequent first.
pub type FacetCounts = Vec<Counted>;

/// One page of a list.
#[derive(Debug)]
pub struct Page<Row> {
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// Where the next page begins.
    pub next: Option<Position>,
    /// Where the previous page begins.
    pub prev: Option<Position>,
    /// The number of all rows, when asked for.
    pub total: Option<i64>,
    /// The number of rows that all but `near` and `bbox` let through and that have no place, with either.
    pub without_place: Option<i64>,
    /// The facets, when asked for.
    pub facets: BTreeMap<&'static str, FacetCounts>,
}

impl<Row> Page<Row> {
    /// The same page with each row turned into something else.
    pub fn map<T>(self, convert: impl FnMut(Row) -> T) -> Page<T> {
        Page {
            rows: self.rows.into_iter().map(convert).collect(),
            next: self.next,
            prev: self.prev,
            total: self.total,
            without_place: self.without_place,
            facets: self.facets,
        }
    }
}
