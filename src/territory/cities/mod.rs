//! The cities (communes), each in a province: where they lie, who lives there, and when they were capital.

pub mod keeping;
pub mod listing;
pub mod model;
pub mod queries;
pub mod routes;
mod writes;
