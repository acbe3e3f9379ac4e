//! Who accounts are at identity providers, and who was taken from one: nobody gets a new account at first sight who was
//! put out or erased. Only an administrator links such an identity again.

mod model;
mod queries;

pub use queries::was_removed;
pub(super) use queries::write;
