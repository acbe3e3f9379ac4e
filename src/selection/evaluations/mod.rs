//! What a juror makes of a nomination: a score a criterion with a comment, first a draft, then submitted.
//!
//! Who sees how much of it stands in `rules` and in the types of `views`: those who run the jury see no scores before it
//! has closed, and jurors no evaluation but their own. What the others handed in they read in `sharing`, in copies that
//! lead to no name.

pub mod access;
pub mod model;
pub mod progress;
pub mod queries;
pub mod routes;
pub mod rules;
pub mod sharing;
pub mod transitions;
pub mod views;
