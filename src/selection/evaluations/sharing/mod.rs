//! What the jurors of a nomination read of each other: copies of the submitted sheets, shared all at once, under names
//! and in an order that are random. Nothing leads from a copy to the evaluation.

pub mod model;
pub mod queries;
