//! Decisions on the title and the honours: proposed, signed by the ministry and by ICSO, published.

pub mod access;
pub mod conditions;
pub mod decision;
pub mod input;
pub mod model;
pub mod publication;
pub mod queries;
pub mod routes;
pub mod rules;
pub mod signatures;
