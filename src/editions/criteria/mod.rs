//! The criteria by which the nominations for an edition are evaluated, and their weights. They are written as one set,
//! while the edition is a draft.

mod defaults;
mod model;
mod queries;
pub mod routes;
pub mod rules;

pub use model::{CriteriaInput, CriteriaSet, CriterionInput, CriterionRow, NominationKind, PublicCriterion};
pub use queries::of_kind;
pub(super) use queries::{insert_defaults, unbalanced_of};
