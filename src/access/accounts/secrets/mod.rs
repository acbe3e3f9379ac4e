//! The client secrets of accounts: several at a time for rotation, each shown once and kept as a digest alone. What has
//! ended stays without it, for `provenance` to tell where a credential comes from.

mod client_secret;
mod model;
mod provenance;
mod queries;
pub(super) mod routes;

pub use client_secret::ClientSecret;
pub(super) use model::PublicSecret;
pub use provenance::{Credential, SigningCredential, signing_credential};
pub use queries::{Authenticated, authenticate, note_use, rotate_secret};
pub(super) use queries::{all_of, forget_all, issue, last_uses};
