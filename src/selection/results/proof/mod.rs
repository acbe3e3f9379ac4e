//! The proof of a published result: what it rests on, signed by the service and frozen, so that anyone can verify and
//! recompute it without the service.

pub mod model;
pub mod queries;
pub mod routes;

pub use queries::issue;
