//! Nominations of cities and associations for an edition: who nominates whom and why, in which state the nomination is
//! and how it came there.
//!
//! A draft is seen by few (`access`), so every query that answers a reader takes an [`access::Audience`]; a hidden
//! nomination is answered as one that does not exist.

pub mod access;
pub mod achievements;
pub mod documents;
pub mod eligibility;
pub mod embargo;
pub mod interests;
pub mod keeping;
pub mod listing;
pub mod model;
pub mod queries;
pub mod routes;
pub mod rules;
pub mod succession;
pub mod transitions;
mod writes;
