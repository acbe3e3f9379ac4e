//! Who evaluates what: drawn by a seed, balanced, without conflicts of interest.

pub mod model;
pub mod queries;
pub mod routes;
pub mod rules;
