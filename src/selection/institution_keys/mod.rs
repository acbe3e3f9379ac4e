//! The keys of the institutions: with one an officer of the ministry or of ICSO signs a designation, away from the
//! service, so that the signature is not the service's word but the institution's own.
//!
//! An officer registers the public part of a key; it counts once another account has confirmed it. Everybody may read all
//! keys that there are and were. `signature` is what is signed and how, `private_key` and `public_files` are for the
//! command line, far from the service.

pub mod access;
pub mod commands;
pub mod input;
pub mod jwk;
pub mod model;
pub mod private_key;
pub mod public_files;
pub mod queries;
pub mod routes;
pub mod rules;
pub mod signature;

/// Whether nobody signs for an institution without a key, as the operator has configured it.
#[derive(Debug, Clone, Copy)]
pub struct KeysRequired(pub bool);
