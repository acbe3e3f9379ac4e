//! How far a jury is: for each nomination and each juror, numbers without scores.

pub mod model;
pub mod queries;
