//! Changes of an evaluation's state that its juror asks for: it is handed in, or the juror steps back.

pub mod model;
pub mod queries;
