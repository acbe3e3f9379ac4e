//! The jury's closing: the commitment that it publishes, its reopening, and the chair's decisions on ties.

pub mod conditions;
pub mod model;
mod pseudonyms;
pub mod queries;
pub mod routes;
pub mod rules;
mod sealing;
pub mod tie_decisions;
