//! Published results, and the proof from which anyone can recompute them.

pub mod record;
pub mod routes;
