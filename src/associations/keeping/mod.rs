//! Deleting associations that nothing refers to, restoring them, and what associations themselves refer to.

pub mod queries;
pub mod routes;
