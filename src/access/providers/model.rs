//! The keys of a provider as the database keeps them, and somebody whom a provider knows.

use diesel::prelude::*;
use jsonwebtoken::Algorithm;
use serde_json::{Value as JsonValue, json};

use super::keys::KeySet;
use crate::access::Role;
use crate::access::accounts::{AccountInput, AccountKind, AccountStatus, Identity};
use crate::database::schema::provider_documents;
use crate::database::types::{Json, UtcTime};
use crate::error::Result;
use crate::http::body::read_valid;

/// The last good keys of a provider.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = provider_documents)]
pub(super) struct ProviderDocument {
    pub(super) issuer: String,
    pub(super) jwks: Json<JsonValue>,
    pub(super) fetched_at: UtcTime,
}

impl ProviderDocument {
    /// The keys for the algorithms `pinned`, which are checked again: the configuration may have changed.
    pub(super) fn keys(&self, pinned: &[Algorithm]) -> Option<KeySet> {
        KeySet::read(&self.jwks.0, pinned, self.fetched_at).ok()
    }
}

/// Somebody whom a provider knows.
#[derive(Clone)]
pub(super) struct NewIdentity {
    /// Who it is at the provider.
    pub(super) identity: Identity,
    /// The name for people.
    pub(super) name: String,
    /// The roles that the provider gives, as far as they mean something here.
    pub(super) roles: Vec<Role>,
}

impl NewIdentity {
    /// The account that such a person gets, with the scopes of the roles. Its fields are checked as those of a body are.
    pub(super) fn input(&self) -> Result<AccountInput> {
        read_valid(json!(AccountInput {
            kind: Some(AccountKind::Person),
            name: self.name.clone(),
            roles: self.roles.clone(),
            scopes: Vec::new(),
            city_code: None,
            association_id: None,
            organisation: None,
            public_keys: Vec::new(),
            identities: vec![self.identity.clone()],
            status: AccountStatus::Active,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn a_new_account_is_checked_as_the_body_of_one() {
        let new = |name: &str, subject: &str| NewIdentity {
            identity: Identity { issuer: "https://sso.example.ma".to_owned(), subject: subject.to_owned() },
            name: name.to_owned(),
            roles: vec![Role::MinistryOfficer],
        };
        assert_eq!(new("Amina", "1").input().unwrap().name, "Amina");
        for unfit in [new("", "1"), new(&"x".repeat(201), "1"), new("Amina", " "), new("Amina", "1\n2")] {
            assert_eq!(unfit.input().err().map(|error| error.code), Some(Code::Invalid), "{}", unfit.name);
        }
    }
}
