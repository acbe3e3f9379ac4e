//! Keeping records: what refers to a record and so keeps it from being deleted ([`references`]), and the way back for
//! what was deleted all the same.
//!
//! A city, an association, an edition or a nomination is never erased but marked as deleted. Each room marks and restores
//! its own (its part `keeping`); here stands what they share, and the list of what can be restored.

pub mod model;
pub mod queries;
pub mod references;
pub mod routes;
pub mod succession;

pub use model::{Deleted, RecordKind, RestorationInput};
pub use queries::{delete, restore};
pub use references::{Hold, Reference, References, Referrer, Target};
pub use succession::{Estate, Holdings, Moved, Succession};
