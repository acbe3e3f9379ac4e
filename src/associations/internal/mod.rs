//! What is never public of an association (law 09-08): a table, a version and types of its own.

mod model;
pub mod queries;

use model::InternalRow;
pub use model::{InternalAssociation, InternalRecord, KeptRecord, is_system, plain};
