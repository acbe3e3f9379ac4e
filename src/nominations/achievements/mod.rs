//! Achievements of a nomination, each tied to a value of the initiative.

pub mod routes;
