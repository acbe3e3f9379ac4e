//! The keys of a provider as the database keeps them, and somebody whom a provider knows.

use diesel::prelude::*;
use jsonwebtoken::Algorithm;
use serde_json::Value as JsonValue;

use super::keys::KeySet;
use crate::access::Role;
use crate::access::accounts::{AccountInput, AccountKind, AccountStatus, Identity};
use crate::database::schema::provider_documents;
use crate::database::types::{Json, UtcTime};

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
    /// The account that such a person gets, with the scopes of the roles.
    pub(super) fn input(&self) -> AccountInput {
        AccountInput {
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
        }
    }
}
