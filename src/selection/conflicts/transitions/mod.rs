//! What becomes of an allegation: another office than the one that made it confirms or dismisses it.

pub mod model;
pub mod queries;
