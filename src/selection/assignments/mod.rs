//! Who evaluates what: drawn by a seed, balanced, without conflicts of interest.

pub mod routes;
