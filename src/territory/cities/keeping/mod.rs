//! Deleting cities that nothing refers to, and restoring them.

pub mod queries;
pub mod routes;
