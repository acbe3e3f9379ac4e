//! The accounts of people and systems: what they are, what they may do at most, whom they belong to, and how they prove
//! themselves (`secrets`, public keys, identities at other issuers).
//!
//! `affiliations` keeps where they belonged, `rules` says which roles go together, `administrators` that one able
//! administrator always stays, `identities` who no longer has an account, `personal_data` what is held about a person
//! and how it is erased, `succession` what becomes of them when their
//! association is merged into another.

mod administrators;
pub mod affiliations;
mod identities;
mod input;
pub mod keeping;
mod listing;
mod model;
mod personal_data;
mod public_key;
mod queries;
pub mod routes;
mod rules;
mod secrets;
pub mod succession;
mod terms;

pub use affiliations::Affiliation;
pub use identities::was_removed;
pub use input::{AccountInput, NewAccount};
pub use model::{Account, InternalAccount};
pub use public_key::{Curve, KeyType, KeyUse, Private, PublicKey, SignatureAlgorithm};
pub use queries::{
    add, all, create, disable, find, find_by_identity, first_account, fold_names, representatives_of,
    set_status, warn_of_roles_apart,
};
pub use rules::apart;
pub use secrets::{
    Authenticated, ClientSecret, Credential, SigningCredential, authenticate, note_use, rotate_secret,
    signing_credential,
};
pub use terms::{AccountKind, AccountStatus, Identity};
