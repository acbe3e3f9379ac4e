//! Achievements of a nomination, each tied to a value of the initiative.

pub mod model;
pub mod queries;
pub mod routes;
