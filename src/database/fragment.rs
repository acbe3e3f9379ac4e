//! A piece of SQL with its bound values, put together at run time: what the boxed queries of Diesel cannot say on
//! both databases at once. Text from outside only ever enters as a bound value.

use std::borrow::Cow;
use std::marker::PhantomData;

use chrono::NaiveDate;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types;
use diesel::{QueryResult, RunQueryDsl};

use super::types::{Compact, CompactText, Id, Identifier, Instant, UtcTime};
use super::{Connection, MultiBackend};

/// A value to bind.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Value {
    Text(String),
    Compact(Compact),
    Integer(i64),
    Real(f64),
    Boolean(bool),
    Date(NaiveDate),
    Instant(UtcTime),
    Id(Id),
}

#[derive(Debug, Clone)]
enum Part {
    Sql(Cow<'static, str>),
    Value(Value),
}

/// A piece of SQL whose value has the SQL type `ST` (as a whole query: whose rows have it).
#[derive(Debug)]
pub struct Fragment<ST = sql_types::Bool> {
    parts: Vec<Part>,
    sql_type: PhantomData<ST>,
}

impl<ST> Clone for Fragment<ST> {
    fn clone(&self) -> Self {
        Self { parts: self.parts.clone(), sql_type: PhantomData }
    }
}

/// More bound values than this make a statement too rare to be worth a place in the statement cache.
const CACHED_VALUES: usize = 6;

impl<ST> Fragment<ST> {
    /// A piece of SQL text.
    pub fn new(sql: impl Into<Cow<'static, str>>) -> Self {
        Self { parts: vec![Part::Sql(sql.into())], sql_type: PhantomData }
    }

    /// Appends SQL text.
    #[must_use]
    pub fn sql(mut self, sql: impl Into<Cow<'static, str>>) -> Self {
        self.parts.push(Part::Sql(sql.into()));
        self
    }

    /// Appends a bound value.
    #[must_use]
    pub fn value(mut self, value: Value) -> Self {
        self.parts.push(Part::Value(value));
        self
    }

    /// Appends another fragment.
    #[must_use]
    pub fn then<T>(mut self, other: Fragment<T>) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// Appends `(value, value, …)`.
    #[must_use]
    pub fn values(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        self = self.sql("(");
        for (position, value) in values.into_iter().enumerate() {
            if position > 0 {
                self = self.sql(", ");
            }
            self = self.value(value);
        }
        self.sql(")")
    }

    /// The fragments with `separator` between them.
    pub fn joined<T>(fragments: impl IntoIterator<Item = Fragment<T>>, separator: &'static str) -> Self {
        let mut parts = Vec::new();
        for fragment in fragments {
            if !parts.is_empty() {
                parts.push(Part::Sql(separator.into()));
            }
            parts.extend(fragment.parts);
        }
        Self { parts, sql_type: PhantomData }
    }
}

impl Fragment<sql_types::Bool> {
    /// True when every condition is.
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        let mut conditions = conditions.into_iter().peekable();
        if conditions.peek().is_none() {
            return Self::new("(1 = 1)");
        }
        Self::new("(").then(Self::joined::<sql_types::Bool>(conditions, ") AND (")).sql(")")
    }
}

impl<ST> QueryFragment<MultiBackend> for Fragment<ST> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        let values = self.parts.iter().filter(|part| matches!(part, Part::Value(_))).count();
        if values > CACHED_VALUES {
            pass.unsafe_to_cache_prepared();
        }
        for part in &self.parts {
            match part {
                Part::Sql(sql) => pass.push_sql(sql),
                Part::Value(value) => push_value(&mut pass, value)?,
            }
        }
        Ok(())
    }
}

fn push_value<'b>(pass: &mut AstPass<'_, 'b, MultiBackend>, value: &'b Value) -> QueryResult<()> {
    match value {
        Value::Text(text) => pass.push_bind_param::<sql_types::Text, String>(text),
        Value::Compact(text) => pass.push_bind_param::<CompactText, Compact>(text),
        Value::Integer(number) => pass.push_bind_param::<sql_types::BigInt, i64>(number),
        Value::Real(number) => pass.push_bind_param::<sql_types::Double, f64>(number),
        Value::Boolean(flag) => pass.push_bind_param::<sql_types::Bool, bool>(flag),
        Value::Date(date) => pass.push_bind_param::<sql_types::Date, NaiveDate>(date),
        Value::Instant(time) => pass.push_bind_param::<Instant, UtcTime>(time),
        Value::Id(id) => pass.push_bind_param::<Identifier, Id>(id),
    }
}

impl<ST: 'static> QueryId for Fragment<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST: sql_types::SqlType + sql_types::SingleValue + 'static> Expression for Fragment<ST> {
    type SqlType = ST;
}

impl<ST, QS> AppearsOnTable<QS> for Fragment<ST> where Self: Expression {}
impl<ST, QS> SelectableExpression<QS> for Fragment<ST> where Self: Expression {}

impl<ST, GB> ValidGrouping<GB> for Fragment<ST> {
    type IsAggregate = is_aggregate::Never;
}

/// A fragment as a whole query: its SQL type is that of its rows.
#[derive(Debug, Clone)]
pub struct Statement<ST>(pub Fragment<ST>);

impl<ST> QueryFragment<MultiBackend> for Statement<ST> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }
}

impl<ST: 'static> QueryId for Statement<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> Query for Statement<ST> {
    type SqlType = ST;
}

impl<ST> RunQueryDsl<Connection> for Statement<ST> {}
