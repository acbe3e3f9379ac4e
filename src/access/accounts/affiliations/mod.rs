//! Where accounts belong, and where they belonged before: an interest does not end with a change of the account.

mod model;
pub mod queries;

pub use model::{Affiliation, PastAffiliation};
