//! The honours of an edition: the associations that it distinguished. They come with the publication of a designation.

pub mod model;
mod queries;
pub mod routes;

pub use queries::{HOLDINGS, award, revoke};
