//! Where an account's credentials come from. Administrators make the first one for everybody, so they could sign in as
//! anybody; what an account has made itself, with a credential that it had, they do not know. The two look alike only the
//! first time: an administrator who takes an account over later has to end what its holder has made, which its holder
//! notices, which every later signature shows, and which makes the credential that follows rest.

mod model;
mod queries;
mod rules;

pub use model::{Credential, SigningCredential};
pub(super) use model::{CredentialKind, Maker};
pub use queries::signing_credential;
pub(super) use queries::{Making, maker_of};
