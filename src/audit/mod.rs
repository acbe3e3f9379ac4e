//! The audit trail: who changed what and when, with what it changed, and what was refused to whom.
//!
//! Rooms write their records through [`kept`], which tells the trail of it. It is append-only and sealed by a hash chain
//! (`chain`), so that an entry that is changed or gone is found. What identifies people stands apart from the entries
//! (`personal_data`) and can be erased without breaking the chain.

mod canonical;
pub mod chain;
mod changed;
pub mod commands;
pub mod kept;
pub mod listing;
pub mod model;
pub mod personal_data;
mod queries;
pub mod refusals;
pub mod routes;

pub use canonical::canonical;
pub use kept::Kept;
pub use model::{Action, Actor};
