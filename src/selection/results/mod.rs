//! Published results, and the proof from which anyone can recompute them.

pub mod commands;
pub mod model;
pub mod proof;
pub mod queries;
pub mod record;
pub mod routes;
pub mod verification;
