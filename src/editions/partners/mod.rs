//! The partners of an edition: who organises it and who takes part.

pub mod model;
pub mod queries;
pub mod routes;
