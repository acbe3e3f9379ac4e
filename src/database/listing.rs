//! Lists: what a collection can be filtered, sorted, searched and counted by ([`ListSpec`]), what a request asks of
//! it ([`ListRequest`]), and the SQL that answers ([`Plan`]): keyset pages, totals and facets.
//!
//! A resource states its `ListSpec` once; the query parameters, their OpenAPI description and the SQL follow from it.

use std::collections::BTreeMap;

use diesel::RunQueryDsl as _;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde_json::Value as JsonValue;

use super::fragment::{Fragment, Statement, Value};
use super::{Backend, Connection};
use crate::error::Result;
use crate::search::matching::{self, SearchTerms};

/// The type of a filter's or a sort key's values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueType {
    /// Any text, with an example.
    Text(&'static str),
    /// One of a closed list of words.
    Keyword(&'static [&'static str]),
    /// A whole number within bounds.
    Integer(i64, i64),
    /// A calendar day.
    Date,
    /// An instant.
    Instant,
    /// `true` or `false`.
    Boolean,
    /// A UUID.
    Id,
}

/// How a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// One of the given values; `{}` in the SQL stands for `(value, value, …)`.
    AnyOf,
    /// The four typed parameters `[gte]`, `[lte]`, `[gt]` and `[lt]`.
    Range,
}

/// A filter of a list.
#[derive(Debug)]
pub struct Filter {
    /// Its name in the URL.
    pub name: &'static str,
    /// How it compares.
    pub comparison: Comparison,
    /// The type of its values.
    pub value_type: ValueType,
    /// A condition with `{}` ([`Comparison::AnyOf`]) or a column ([`Comparison::Range`]).
    pub sql: &'static str,
    /// For the reader of the explorer.
    pub description: &'static str,
}

/// A key that a list can be sorted by.
#[derive(Debug)]
pub struct Sort {
    /// Its name in the URL.
    pub name: &'static str,
    /// The column or expression.
    pub sql: &'static str,
    /// The type of its values.
    pub value_type: ValueType,
    /// Whether it can be unknown; unknown values come last in both directions.
    pub nullable: bool,
}

/// A field whose values a list can count.
#[derive(Debug)]
pub struct Facet {
    /// Its name in the URL, the same as that of the filter which selects a value.
    pub name: &'static str,
    /// The counted column or expression.
    pub sql: &'static str,
    /// What has to be joined to reach it.
    pub join: &'static str,
}

/// What is searched by `q`.
#[derive(Debug)]
pub struct Searched {
    /// The fields of the representation in which a match is pointed out.
    pub fields: &'static [&'static str],
    /// The column of folded names.
    pub column: &'static str,
    /// The FTS5 table beside it on SQLite, for large collections.
    pub sqlite_index: Option<&'static str>,
    /// The order of rows that match equally well, as in the `sort` parameter.
    pub then: &'static str,
}

/// The columns of a place (WGS 84).
#[derive(Debug)]
pub struct Located {
    /// Column of the latitude.
    pub latitude: &'static str,
    /// Column of the longitude.
    pub longitude: &'static str,
}

/// What a collection can do as a list.
#[derive(Debug)]
pub struct ListSpec {
    /// The table that is listed.
    pub table: &'static str,
    /// What every row of the list fulfils.
    pub condition: &'static str,
    /// The column that identifies a row: always the last sort key.
    pub key: Sort,
    /// Its filters.
    pub filters: &'static [Filter],
    /// Its sort keys.
    pub sorts: &'static [Sort],
    /// The order when none is asked for, as in the `sort` parameter.
    pub default_sort: &'static str,
    /// Its facets.
    pub facets: &'static [Facet],
    /// What `expand` can embed, as dotted paths.
    pub expansions: &'static [&'static str],
    /// What `q` searches.
    pub search: Option<Searched>,
    /// What `near` and `bbox` measure.
    pub location: Option<Located>,
}

impl ListSpec {
    /// A list of `table`, identified by `key`, that can only be paged through; the rest by struct update.
    pub const fn new(table: &'static str, key: Sort) -> Self {
        Self {
            table,
            condition: "1 = 1",
            key,
            filters: &[],
            sorts: &[],
            default_sort: "",
            facets: &[],
            expansions: &[],
            search: None,
            location: None,
        }
    }
}

/// One condition that a request sets.
#[derive(Debug, Clone)]
pub enum Condition {
    /// One of these values.
    AnyOf(Vec<Value>),
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

/// How many rows have a value.
pub type FacetCounts = Vec<(Option<String>, i64)>;

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
            facets: self.facets,
        }
    }
}

/// The SQL that answers a request.
pub struct Plan<'a> {
    spec: &'a ListSpec,
    request: &'a ListRequest,
    backend: Backend,
    keys: Vec<Key>,
    scope: Vec<Fragment>,
}

/// A sort key, ready for SQL.
struct Key {
    sql: Fragment<Text>,
    value_type: ValueType,
    nullable: bool,
    descending: bool,
}

impl<'a> Plan<'a> {
    /// Plans `request` on the database behind `connection`.
    pub fn new(connection: &Connection, spec: &'a ListSpec, request: &'a ListRequest) -> Self {
        let backend = connection.backend();
        Self { spec, request, backend, keys: sort_keys(spec, request), scope: Vec::new() }
    }

    /// Limits the list further: to the children of a record, or to what the caller may see.
    #[must_use]
    pub fn within(mut self, condition: Fragment) -> Self {
        self.scope.push(condition);
        self
    }

    /// The condition for `WHERE`, the page's beginning included.
    pub fn filter(&self) -> Fragment {
        let mut conditions = self.conditions(None);
        if let Some(position) = &self.request.position {
            conditions.push(self.beyond(position));
        }
        Fragment::all(conditions)
    }

    /// The expression for `ORDER BY`.
    pub fn order(&self) -> Fragment {
        let backward = self.is_backward();
        Fragment::joined(
            self.keys.iter().map(|key| {
                let direction = match (key.descending != backward, key.nullable, backward) {
                    (false, false, _) => "",
                    (true, false, _) => " DESC",
                    (false, true, false) => " ASC NULLS LAST",
                    (true, true, false) => " DESC NULLS LAST",
                    (false, true, true) => " ASC NULLS FIRST",
                    (true, true, true) => " DESC NULLS FIRST",
                };
                key.sql.clone().sql(direction)
            }),
            ", ",
        )
    }

    /// The sort keys of each row as a JSON array, to be selected beside the row.
    pub fn keys(&self) -> Fragment<Text> {
        let keys = Fragment::<Text>::joined(self.keys.iter().map(|key| key.sql.clone()), ", ");
        match self.backend {
            Backend::Sqlite => Fragment::new("json_array(").then(keys).sql(")"),
            Backend::Postgresql => Fragment::new("json_build_array(").then(keys).sql(")::text"),
        }
    }

    /// How many rows to fetch: one more than the page holds tells whether another follows.
    pub fn limit(&self) -> i64 {
        self.request.limit + 1
    }

    /// Makes the page of the fetched rows; counts what was asked to be counted.
    pub fn finish<Row>(
        &self,
        connection: &mut Connection,
        mut rows: Vec<(Row, String)>,
    ) -> Result<Page<Row>> {
        let page_size = usize::try_from(self.request.limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > page_size;
        rows.truncate(page_size);
        let backward = self.is_backward();
        if backward {
            rows.reverse();
        }
        let position = |row: Option<&(Row, String)>, backward| {
            row.map(|(_, keys)| Position { backward, keys: serde_json::from_str(keys).unwrap_or_default() })
        };
        let (has_next, has_prev) = match (&self.request.position, backward) {
            (None, _) => (has_more, false),
            (Some(_), false) => (has_more, true),
            (Some(_), true) => (true, has_more),
        };
        let next = position(rows.last(), false).filter(|_| has_next);
        let prev = position(rows.first(), true).filter(|_| has_prev);
        let total = if self.request.count { Some(self.total(connection)?) } else { None };
        let facets = self.facets(connection)?;
        Ok(Page { rows: rows.into_iter().map(|(row, _)| row).collect(), next, prev, total, facets })
    }

    fn is_backward(&self) -> bool {
        self.request.position.as_ref().is_some_and(|position| position.backward)
    }

    fn total(&self, connection: &mut Connection) -> Result<i64> {
        let count = Fragment::<BigInt>::new(format!("SELECT count(*) FROM {} WHERE ", self.spec.table))
            .then(Fragment::all(self.conditions(None)));
        Ok(Statement(count).get_result(connection)?)
    }

    fn facets(&self, connection: &mut Connection) -> Result<BTreeMap<&'static str, FacetCounts>> {
        const MOST_VALUES: &str = "200";
        let mut counted = BTreeMap::new();
        for facet in self.spec.facets.iter().filter(|facet| self.request.facets.contains(&facet.name)) {
            // A facet ignores its own filter, so that the other values stay to be chosen.
            let (table, conditions) = (self.spec.table, Fragment::all(self.conditions(Some(facet.name))));
            let count = Fragment::<(Nullable<Text>, BigInt)>::new(format!(
                "SELECT CAST({} AS TEXT), count(*) FROM {table} {} WHERE ",
                facet.sql, facet.join
            ))
            .then(conditions)
            .sql(format!(" GROUP BY {} ORDER BY count(*) DESC, 1 LIMIT {MOST_VALUES}", facet.sql));
            counted.insert(facet.name, Statement(count).load(connection)?);
        }
        Ok(counted)
    }

    /// All conditions but the page's beginning and the filter that is `left_out`.
    fn conditions(&self, left_out: Option<&str>) -> Vec<Fragment> {
        let mut conditions = vec![Fragment::new(self.spec.condition)];
        conditions.extend(self.scope.iter().cloned());
        conditions.extend(
            self.request
                .conditions
                .iter()
                .filter(|(name, _)| Some(*name) != left_out)
                .filter_map(|(name, condition)| self.condition(name, condition)),
        );
        if let (Some(terms), Some(searched)) = (&self.request.search, &self.spec.search) {
            conditions.push(matching::condition(self.backend, self.spec.table, searched, terms));
        }
        if let Some(located) = &self.spec.location {
            conditions.extend(self.request.near.and_then(|near| within_radius(located, near)));
            conditions.extend(self.request.bbox.map(|bbox| within_box(located, bbox)));
        }
        conditions
    }

    fn condition(&self, name: &str, condition: &Condition) -> Option<Fragment> {
        let filter = self.spec.filters.iter().find(|filter| filter.name == name)?;
        Some(match condition {
            Condition::AnyOf(values) => {
                let (before, after) = filter.sql.split_once("{}").unwrap_or((filter.sql, ""));
                Fragment::new(before).values(values.iter().cloned()).sql(after)
            }
            Condition::Range(bounds) => {
                Fragment::all(bounds.iter().map(|(sign, bound)| {
                    Fragment::new(format!("{} {sign} ", filter.sql)).value(bound.clone())
                }))
            }
        })
    }

    /// The rows beyond `position`: greater in the first key, or equal in it and greater in the next, and so on.
    fn beyond(&self, position: &Position) -> Fragment {
        let mut steps = Vec::new();
        let mut equal: Vec<Fragment> = Vec::new();
        for (key, value) in self.keys.iter().zip(&position.keys) {
            let value = bound_value(key.value_type, value);
            if let Some(further) = further(key, value.as_ref(), position.backward) {
                steps.push(Fragment::all(equal.iter().cloned().chain([further])));
            }
            equal.push(match value {
                Some(value) => Fragment::new("").then(key.sql.clone()).sql(" = ").value(value),
                None => Fragment::new("").then(key.sql.clone()).sql(" IS NULL"),
            });
        }
        let any = Fragment::<Bool>::new("(").then(Fragment::<Bool>::joined(steps, " OR ")).sql(")");
        match self.first_key_bound(position) {
            Some(bound) => Fragment::all([bound, any]),
            None => any,
        }
    }

    /// Bounds the first key on its own: only with it do both databases seek in the index instead of filtering.
    fn first_key_bound(&self, position: &Position) -> Option<Fragment> {
        let (key, value) = (self.keys.first()?, position.keys.first()?);
        if key.nullable {
            return None;
        }
        let sign = if key.descending == position.backward { " >= " } else { " <= " };
        let value = bound_value(key.value_type, value)?;
        Some(Fragment::new("").then(key.sql.clone()).sql(sign).value(value))
    }
}

/// The condition that `key` lies further along the list than `value` (unknown values come last).
fn further(key: &Key, value: Option<&Value>, backward: bool) -> Option<Fragment> {
    let sql = || Fragment::<Bool>::new("(").then(key.sql.clone());
    match (value, backward) {
        (None, false) => None,
        (None, true) => Some(sql().sql(" IS NOT NULL)")),
        (Some(value), _) => {
            let sign = if key.descending == backward { " > " } else { " < " };
            let beyond = sql().sql(sign).value(value.clone());
            Some(if key.nullable && !backward {
                beyond.sql(" OR ").then(key.sql.clone()).sql(" IS NULL)")
            } else {
                beyond.sql(")")
            })
        }
    }
}

/// A key that the database wrote as JSON, ready to be bound again.
fn bound_value(value_type: ValueType, value: &JsonValue) -> Option<Value> {
    match value_type {
        ValueType::Integer(..) => value.as_i64().map(Value::Integer),
        ValueType::Boolean => {
            value.as_bool().or_else(|| value.as_i64().map(|number| number != 0)).map(Value::Boolean)
        }
        ValueType::Date => value.as_str()?.parse().ok().map(Value::Date),
        ValueType::Instant => match value {
            JsonValue::Number(micros) => {
                super::types::UtcTime::from_micros(micros.as_i64()?).map(Value::Instant)
            }
            other => other.as_str()?.parse().ok().map(Value::Instant),
        },
        ValueType::Id => value.as_str()?.parse().ok().map(Value::Id),
        ValueType::Text(_) | ValueType::Keyword(_) => value.as_str().map(|text| Value::Text(text.to_owned())),
    }
}

fn sort_keys(spec: &ListSpec, request: &ListRequest) -> Vec<Key> {
    let mut keys = Vec::new();
    if request.sort.is_empty() {
        keys.extend(relevance_keys(spec, request));
    }
    let natural = match (&request.search, &spec.search) {
        (Some(_), Some(searched)) => searched.then,
        _ => spec.default_sort,
    };
    let asked = if request.sort.is_empty() { parse_sort(spec, natural) } else { request.sort.clone() };
    keys.extend(
        asked.iter().filter_map(|(place, descending)| {
            spec.sorts.get(*place).map(|sort| column_key(sort, *descending))
        }),
    );
    let descending = keys.last().is_some_and(|key| key.descending);
    keys.push(column_key(&spec.key, descending));
    keys
}

/// The natural order of a search is best first, that of a look around nearest first.
fn relevance_keys(spec: &ListSpec, request: &ListRequest) -> Vec<Key> {
    let number =
        |sql, nullable| Key { sql, value_type: ValueType::Integer(0, i64::MAX), nullable, descending: false };
    let rank = match (&request.search, &spec.search) {
        (Some(terms), Some(searched)) => Some(number(matching::rank(spec.table, searched, terms), false)),
        _ => None,
    };
    let distance = match (request.near, &spec.location) {
        (Some(near), Some(located)) => Some(number(distance_in_metres(located, near), true)),
        _ => None,
    };
    rank.into_iter().chain(distance).collect()
}

fn column_key(sort: &Sort, descending: bool) -> Key {
    Key { sql: Fragment::new(sort.sql), value_type: sort.value_type, nullable: sort.nullable, descending }
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

/// Great-circle distance (haversine, mean earth radius), as a whole number so that pages can be cut by it.
fn distance_in_metres(located: &Located, near: Near) -> Fragment<Text> {
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

fn within_radius(located: &Located, near: Near) -> Option<Fragment> {
    let placed = Fragment::<Bool>::new(format!("{} IS NOT NULL", located.latitude));
    let Some(radius_km) = near.radius_km else { return Some(placed) };
    let metres = (radius_km * 1000.0).round() as i64;
    let near_enough =
        Fragment::new("").then(distance_in_metres(located, near)).sql(" <= ").value(Value::Integer(metres));
    Some(Fragment::all([placed, near_enough]))
}

fn within_box(located: &Located, [west, south, east, north]: [f64; 4]) -> Fragment {
    Fragment::new(format!("{} BETWEEN ", located.longitude))
        .value(Value::Real(west))
        .sql(" AND ")
        .value(Value::Real(east))
        .sql(format!(" AND {} BETWEEN ", located.latitude))
        .value(Value::Real(south))
        .sql(" AND ")
        .value(Value::Real(north))
}
