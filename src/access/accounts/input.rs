//! What an account is written with, over the API and at the command line.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::public_key::PublicKey;
use super::terms::{AccountKind, AccountStatus, Identity};
use crate::access::scopes::{Role, Scope};
use crate::database::types::Id;
use crate::validation;

/// What an account is written with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = AccountInput, example = json!({
    "name": "Rabat portal",
    "roles": ["integration"],
    "scopes": ["associations:write"],
    "organisation": "Commune de Rabat"
}))]
pub struct AccountInput {
    /// Whether a person or a system has the account. Left out, the role `integration` makes it a system and every other
    /// role a person. `juror`, `jury_chair` and `auditor` are for people, `integration` is for systems.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<AccountKind>,
    /// Name of the person or system.
    #[validate(custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// What the account is. Offices are separate people: `auditor` and `integration` stand alone; `admin`,
    /// `ministry_officer`, `icso_officer`, `juror` and `jury_chair` do not go together; representatives have none of them
    /// beside.
    #[schema(min_items = 1, max_items = 9)]
    pub roles: Vec<Role>,
    /// What its tokens may be used for at most: some of what its roles may have. Left out or empty, all that its roles
    /// have of themselves; an `integration` has nothing of itself.
    #[serde(default)]
    #[schema(max_items = 13)]
    pub scopes: Vec<Scope>,
    /// Code (or slug) of the city that it belongs to. Needed by a `city_representative`, who speaks for it; for others
    /// it only tells where they come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub city_code: Option<String>,
    /// The association that it belongs to. Needed by an `association_representative`, who speaks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub association_id: Option<Id>,
    /// The organisation that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 200)]
    pub organisation: Option<String>,
    /// Public keys by which it may prove itself instead of a secret (`private_key_jwt`). Taking one away ends the tokens
    /// of the account.
    #[serde(default)]
    #[validate(nested)]
    #[schema(max_items = 5)]
    pub public_keys: Vec<PublicKey>,
    /// Who it is at identity providers that the service trusts. An identity belongs to one account (409). Taking one
    /// away ends the tokens of the account, and whoever it was gets no new account by signing in again.
    #[serde(default)]
    #[validate(nested)]
    #[schema(max_items = 5)]
    pub identities: Vec<Identity>,
    /// Whether it may be used. `disabled` ends all its tokens at once; they stay dead when it is `active` again.
    #[serde(default)]
    pub status: AccountStatus,
}

/// What the operator asks for a new account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Name, for people.
    pub name: String,
    /// Whether a person or a system has it; none given means what its roles say.
    pub kind: Option<AccountKind>,
    /// What the account is.
    pub roles: Vec<Role>,
    /// Its scopes; none given means those of the roles.
    pub scopes: Vec<Scope>,
    /// The city that it belongs to, by code or slug.
    pub city: Option<String>,
    /// The association that it belongs to.
    pub association_id: Option<Id>,
    /// The organisation that it belongs to.
    pub organisation: Option<String>,
}

impl NewAccount {
    /// An account of `role` with the scopes of the role.
    pub fn of_role(role: Role, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: None,
            roles: vec![role],
            scopes: Vec::new(),
            city: None,
            association_id: None,
            organisation: None,
        }
    }

    /// What would be written over the API to make this account.
    pub(in crate::access) fn input(&self) -> AccountInput {
        let new = self.clone();
        AccountInput {
            kind: new.kind,
            name: new.name,
            roles: new.roles,
            scopes: new.scopes,
            city_code: new.city,
            association_id: new.association_id,
            organisation: new.organisation,
            public_keys: Vec::new(),
            identities: Vec::new(),
            status: AccountStatus::Active,
        }
    }
}
