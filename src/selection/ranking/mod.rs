//! The ranking of an edition's nominations, in integers alone, and how firmly it stands.

pub mod model;
pub mod queries;
pub mod robustness;
pub mod routes;
pub mod rules;
