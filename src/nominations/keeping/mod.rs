//! Deleting drafts of nominations, restoring them, and what nominations refer to.

pub mod queries;
pub mod routes;
