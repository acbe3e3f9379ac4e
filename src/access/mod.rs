//! Who may do what: accounts with hashed client secrets, signed access tokens (RFC 9068) and the keys that sign them,
//! scopes and roles, and the extractors by which a handler's signature names what it needs.
//!
//! A handler takes `Authorized<WriteCities>`; that scope and role are checked before its body is read. What depends on
//! the record (whose city, whose association) the handler asks of the [`Caller`].

pub mod accounts;
mod caller;
pub mod commands;
mod extractors;
mod key_file;
mod keys;
mod metadata;
mod permissions;
pub mod routes;
mod scopes;
mod token_request;
mod tokens;

pub use accounts::{Account, ClientSecret, NewAccount, first_account};
pub use caller::Caller;
pub use extractors::{Authorized, MaybeCaller, recognise_caller};
pub use keys::{Jwk, JwkSet, SigningKeys};
pub use permissions::{
    Permission, ReadAudit, RegisterAssociations, SubmitNominations, WriteAssociations, WriteCities,
    WriteEditions,
};
pub use scopes::{Role, Scope};
