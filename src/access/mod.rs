//! Who may do what: accounts with hashed client secrets, signed access tokens (RFC 9068) and the keys that sign them,
//! scopes and roles, and the extractors by which a handler's signature names what it needs.
//!
//! `policy` is the table of who may do what. A handler takes `Authorized<UpdateCity>`; scope and role are checked before
//! its body is read. What depends on the record (whose city, whose association) it asks of the [`Caller`].

pub mod accounts;
mod caller;
pub mod commands;
mod extractors;
mod jwt;
pub mod keys;
pub(crate) mod low_s;
mod metadata;
mod oauth;
pub mod policy;
mod providers;
pub mod routes;
mod scopes;
mod tokens;

pub use accounts::{Account, ClientSecret, Credential, NewAccount, SigningCredential, first_account};
pub use caller::Caller;
pub use extractors::{Authorized, MaybeCaller, recognise_caller};
pub use keys::{EncryptionKey, Jwk, JwkSet, SigningKeys};
pub use oauth::forget_expired_assertions;
pub use policy::Permission;
pub use providers::IdentityProviders;
pub use scopes::{Role, Scope};
pub use tokens::forget_expired_revocations;
