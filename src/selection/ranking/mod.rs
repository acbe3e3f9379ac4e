//! The ranking of the nominations that a jury evaluated, and how firm it stands.

pub mod routes;
pub mod rules;
