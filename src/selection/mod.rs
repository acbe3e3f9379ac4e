//! The selection process of an edition, from the jury's assignment to the published result. It stands on the editions
//! and the nominations.
//!
//! Everything here is under embargo until it is published (see [`crate::nominations::embargo`]); the scores are hidden
//! from other jurors besides.

pub mod assignments;
pub mod conflicts;
pub mod deliberations;
pub mod designations;
pub mod evaluations;
pub mod institution_keys;
pub mod keeping;
pub mod ranking;
pub mod results;
pub mod routes;
mod sentence;
pub mod state_diagrams;
