//! The accounts that speak for a city or an association.

pub mod queries;
