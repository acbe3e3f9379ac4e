//! An identity that was taken from an account, as far as it is still known.

use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::access::accounts::terms::Identity;
use crate::database::schema::removed_identities;
use crate::database::types::Id;

/// An identity that was taken from an account. Its subject cannot be read here; whoever has the table can still try
/// subjects, one by one.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = removed_identities)]
pub(super) struct RemovedIdentity {
    /// Salts the digest.
    pub(super) id: Id,
    pub(super) issuer: String,
    pub(super) subject_digest: String,
}

impl RemovedIdentity {
    pub(super) fn new(identity: &Identity) -> Self {
        let id = Id::new();
        Self { id, issuer: identity.issuer.clone(), subject_digest: digest(id, &identity.subject) }
    }

    /// Whether it is this one.
    pub(super) fn is(&self, identity: &Identity) -> bool {
        self.issuer == identity.issuer && self.subject_digest == digest(self.id, &identity.subject)
    }
}

fn digest(salt: Id, subject: &str) -> String {
    format!("{:x}", Sha256::digest(format!("{salt} {subject}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(issuer: &str, subject: &str) -> Identity {
        Identity { issuer: issuer.to_owned(), subject: subject.to_owned() }
    }

    #[test]
    fn a_removed_identity_is_known_again_but_not_readable() {
        let amina = identity("https://sso.example.ma", "amina");
        let (one, other) = (RemovedIdentity::new(&amina), RemovedIdentity::new(&amina));
        assert!(one.is(&amina) && other.is(&amina));
        assert_ne!(one.subject_digest, other.subject_digest, "each has a salt of its own");
        assert!(!one.subject_digest.contains("amina"));
        for another in
            [identity("https://sso.example.ma", "karim"), identity("https://other.example", "amina")]
        {
            assert!(!one.is(&another));
        }
    }
}
