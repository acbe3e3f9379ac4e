//! What a juror makes of a nomination: a score a criterion with a comment, first a draft, then submitted.
//!
//! Who sees how much of it stands in `rules` and in the types of `views`: a juror sees nothing of the others before the
//! own sheet is submitted, and those who run the jury see no scores before it has closed.

pub mod access;
pub mod model;
pub mod progress;
pub mod queries;
pub mod routes;
pub mod rules;
pub mod transitions;
pub mod views;
