//! What handlers share: query parameters, bodies, representations, conditional requests, idempotent writes and the
//! middleware around all of them.

pub mod body;
pub mod conditional;
pub mod cursor;
pub mod idempotency;
pub mod list;
pub mod middleware;
pub mod negotiation;
pub mod parameters;
pub mod representation;
pub mod server;
pub mod write;
