//! What a collection can do as a list: its filters, sort keys, facets, search and places.

use super::reference::Collection;

/// The type of a filter's or a sort key's values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueType {
    /// Any text, with an example.
    Text(&'static str),
    /// A text that mostly is an identifier and is kept [`Compact`](crate::database::types::Compact), with an example.
    Compact(&'static str),
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
    /// A record of another collection, by its code or its slug.
    Reference(&'static Collection),
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
    /// The condition of rows in which the value is unknown, where it can be: the filter takes [`UNKNOWN`], too.
    pub unknown: Option<&'static str>,
    /// For the reader of the explorer.
    pub description: &'static str,
}

/// The word by which a filter selects the rows in which its value is unknown, as `null` stands for them in facets.
pub const UNKNOWN: &str = "null";

impl Filter {
    /// One of the given values of a type; `sql` is a condition with `{}` for them.
    pub const fn any_of(
        name: &'static str,
        value_type: ValueType,
        sql: &'static str,
        description: &'static str,
    ) -> Self {
        Self { name, comparison: Comparison::AnyOf, value_type, sql, unknown: None, description }
    }

    /// Bounds of a column.
    pub const fn range(
        name: &'static str,
        value_type: ValueType,
        sql: &'static str,
        description: &'static str,
    ) -> Self {
        Self { name, comparison: Comparison::Range, value_type, sql, unknown: None, description }
    }

    /// The same for a value that can be unknown: `sql` is the condition that it is.
    #[must_use]
    pub const fn or_unknown(self, sql: &'static str) -> Self {
        Self { unknown: Some(sql), ..self }
    }
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
    /// Where the place of an item stands in its representation, as a dotted path: the list leaves as GeoJSON, too. The path
    /// may begin with what has to be embedded for it.
    pub place: Option<&'static str>,
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
            place: None,
        }
    }
}
