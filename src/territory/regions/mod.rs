//! The 12 regions: reference data.

pub mod model;
pub mod queries;
pub mod routes;
