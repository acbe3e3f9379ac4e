//! Whether a city or an association meets the conditions of an edition: checks computed from the register as it is now,
//! what officers decide on those that need a review, and the report that is frozen when screening ends. Anybody can ask
//! for the checks before nominating.
//!
//! `checks` names the checks, `rules` judges the `facts` and who wrote them (`writers`), `sentences` explains each
//! judgement.

pub mod checks;
pub mod facts;
pub mod model;
pub mod queries;
pub mod routes;
pub mod rules;
mod sentences;
pub mod writers;
