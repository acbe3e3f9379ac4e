//! The way of an edition through its states, and its history.

pub mod routes;
