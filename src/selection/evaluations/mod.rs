//! What a juror makes of a nomination: a score a criterion with a comment, first a draft, then submitted.

pub mod model;
pub mod routes;
