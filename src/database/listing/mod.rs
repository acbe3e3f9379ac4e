//! Lists: what a collection can be filtered, sorted, searched and counted by ([`ListSpec`]), what a request asks of
//! it ([`ListRequest`]), and the SQL that answers ([`Plan`]): keyset pages, totals and facets.
//!
//! A resource states its `ListSpec` once; the query parameters, their OpenAPI description and the SQL follow from it.

mod distance;
mod plan;
pub mod reference;
mod request;
mod spec;

pub use plan::Plan;
pub use request::{Condition, Counted, FacetCounts, ListRequest, Near, Page, Position, parse_sort};
pub use spec::{Comparison, Facet, Filter, ListSpec, Located, Searched, Sort, UNKNOWN, ValueType};
