//! Deleting drafts of editions for which nothing was submitted or decided, restoring them, and what editions refer to.

pub mod queries;
pub mod routes;
