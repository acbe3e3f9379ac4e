//! Who last changed the facts of an association that eligibility rests on, and when. It is noted with each change of a
//! value, in its transaction; who writes a value again that stands there already has changed nothing.

mod model;
pub mod queries;

pub use model::{Author, AuthorKind, Fact, FactRow};
