//! The events of an edition: its opening, its stages and conferences, its closing.

pub mod model;
pub mod queries;
pub mod routes;
