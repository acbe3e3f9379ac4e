//! The way of an edition through its states, and its history.

pub mod access;
pub mod model;
pub mod queries;
pub mod routes;
pub mod rules;
