//! The changes of a nomination's state: what is asked for, what stands in the way, and the history that they leave.

mod guards;
pub mod model;
pub mod queries;

pub use model::{PublicTransition, TransitionInput};
