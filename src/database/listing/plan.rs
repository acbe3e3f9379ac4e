//! The SQL that answers a request: filter, order, the seek to a page's beginning, totals and facets.

use std::collections::{BTreeMap, HashMap};

use diesel::RunQueryDsl as _;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde_json::Value as JsonValue;
use uuid::Uuid;

use super::distance::{distance_in_metres, within_box, within_radius};
use super::request::{Condition, Counted, FacetCounts, ListRequest, Page, Position, parse_sort};
use super::spec::{ListSpec, Sort, ValueType};
use crate::database::fragment::{Fragment, Statement, Value};
use crate::database::types::{Compact, Id, UtcTime};
use crate::database::{Backend, Connection};
use crate::error::Result;
use crate::language::terms;
use crate::search::matching;

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
        let key = |key: &Key| match (self.backend, key.value_type) {
            // JSON holds no bytes.
            (Backend::Sqlite, ValueType::Id) => Fragment::new("hex(").then(key.sql.clone()).sql(")"),
            _ => key.sql.clone(),
        };
        let keys = Fragment::<Text>::joined(self.keys.iter().map(key), ", ");
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
        let without_place = self.without_place(connection)?;
        let facets = self.facets(connection)?;
        let rows = rows.into_iter().map(|(row, _)| row).collect();
        Ok(Page { rows, next, prev, total, without_place, facets })
    }

    fn is_backward(&self) -> bool {
        self.request.position.as_ref().is_some_and(|position| position.backward)
    }

    fn total(&self, connection: &mut Connection) -> Result<i64> {
        self.number(connection, self.conditions(None))
    }

    fn number(&self, connection: &mut Connection, conditions: Vec<Fragment>) -> Result<i64> {
        let count = Fragment::<BigInt>::new(format!("SELECT count(*) FROM {} WHERE ", self.spec.table))
            .then(Fragment::all(conditions));
        Ok(Statement(count).get_result(connection)?)
    }

    /// How many rows a look around passes over because nobody knows where they are.
    fn without_place(&self, connection: &mut Connection) -> Result<Option<i64>> {
        let looked_around = self.request.near.is_some() || self.request.bbox.is_some();
        let Some(located) = self.spec.location.as_ref().filter(|_| looked_around) else { return Ok(None) };
        let mut conditions = self.conditions_but_place(None);
        conditions.push(Fragment::new(format!("{} IS NULL", located.latitude)));
        self.number(connection, conditions).map(Some)
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
            let counts = Statement(count).load(connection)?;
            counted.insert(facet.name, self.labelled(connection, facet.name, counts)?);
        }
        Ok(counted)
    }

    /// The counts of a facet with what people call its values: the names of the records that codes stand for, the
    /// terms of a closed list, anything else as it is.
    fn labelled(
        &self,
        connection: &mut Connection,
        facet: &str,
        counts: Vec<(Option<String>, i64)>,
    ) -> Result<FacetCounts> {
        let value_type = self.spec.filters.iter().find(|filter| filter.name == facet).map(|it| it.value_type);
        let names = match value_type {
            Some(ValueType::Reference(collection)) => {
                collection.names(connection, counts.iter().filter_map(|(value, _)| value.clone()))?
            }
            _ => HashMap::new(),
        };
        let list = format!("{}.{facet}", self.spec.table);
        let label = |value: &str| {
            let term = || terms::label(&list, value);
            names.get(value).cloned().or_else(term).unwrap_or_else(|| terms::as_it_is(value))
        };
        Ok(counts
            .into_iter()
            .map(|(value, count)| Counted {
                label: value.as_deref().map_or_else(terms::unknown, label),
                value,
                count,
            })
            .collect())
    }

    /// All conditions but the page's beginning and the filter that is `left_out`.
    fn conditions(&self, left_out: Option<&str>) -> Vec<Fragment> {
        let mut conditions = self.conditions_but_place(left_out);
        if let Some(located) = &self.spec.location {
            conditions.extend(self.request.near.and_then(|near| within_radius(located, near)));
            conditions.extend(self.request.bbox.map(|bbox| within_box(located, bbox)));
        }
        conditions
    }

    fn conditions_but_place(&self, left_out: Option<&str>) -> Vec<Fragment> {
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
        conditions
    }

    fn condition(&self, name: &str, condition: &Condition) -> Option<Fragment> {
        let filter = self.spec.filters.iter().find(|filter| filter.name == name)?;
        Some(match condition {
            Condition::AnyOf { values, or_unknown } => {
                let (before, after) = filter.sql.split_once("{}").unwrap_or((filter.sql, ""));
                let known = (!values.is_empty())
                    .then(|| Fragment::<Bool>::new(before).values(values.iter().cloned()).sql(after));
                let unknown = filter.unknown.filter(|_| *or_unknown).map(Fragment::new);
                Fragment::new("(")
                    .then(Fragment::<Bool>::joined(known.into_iter().chain(unknown), " OR "))
                    .sql(")")
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
            JsonValue::Number(micros) => UtcTime::from_micros(micros.as_i64()?).map(Value::Instant),
            other => other.as_str()?.parse().ok().map(Value::Instant),
        },
        ValueType::Id => Uuid::try_parse(value.as_str()?).ok().map(Id).map(Value::Id),
        ValueType::Compact(_) => value.as_str().map(|text| Value::Compact(Compact(text.to_owned()))),
        ValueType::Text(_) | ValueType::Keyword(_) | ValueType::Reference(_) => {
            value.as_str().map(|text| Value::Text(text.to_owned()))
        }
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
