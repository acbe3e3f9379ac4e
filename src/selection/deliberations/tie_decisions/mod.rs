//! The chair's decisions on nominations that are level in everything.

pub mod model;
pub mod queries;
pub mod routes;
