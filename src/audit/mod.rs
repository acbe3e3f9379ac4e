//! The audit trail: who changed what and when, with the state before and after.

pub mod model;
mod queries;
pub mod routes;

pub use model::{Action, Actor};
pub use queries::record;
