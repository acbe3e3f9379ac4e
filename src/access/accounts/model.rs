//! An account as it is kept, as the service uses it at every request, and as those see it who administer accounts.

use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value as JsonValue, json};
use utoipa::ToSchema;

use super::affiliations::Affiliation;
use super::input::AccountInput;
use super::public_key::PublicKey;
use super::rules;
use super::secrets::PublicSecret;
use super::terms::{AccountKind, AccountStatus, Identity};
use crate::access::scopes::{Role, Scope};
use crate::audit::Kept;
use crate::database::schema::{account_identities, account_roles, accounts};
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::http::representation::Resource;
use crate::search::matching::search_text;

/// One account as it is kept, without what stands in tables beside it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = accounts, treat_none_as_null = true)]
pub(super) struct AccountRow {
    pub(super) id: Id,
    kind: Keyword<AccountKind>,
    name: String,
    search_text: String,
    scopes: Json<Vec<Scope>>,
    city_code: Option<String>,
    association_id: Option<Id>,
    organisation: Option<String>,
    public_keys: Json<Vec<PublicKey>>,
    pub(super) generation: i64,
    generation_at: UtcTime,
    disabled_at: Option<UtcTime>,
    roles_changed_at: Option<UtcTime>,
    pub(super) version: i64,
    created_at: UtcTime,
    updated_at: UtcTime,
}

/// A role of an account as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = account_roles)]
pub(super) struct RoleRow {
    pub(super) account_id: Id,
    pub(super) role: Keyword<Role>,
}

/// An identity of an account as it is kept.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = account_identities)]
pub(super) struct IdentityRow {
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) account_id: Id,
}

impl From<IdentityRow> for Identity {
    fn from(row: IdentityRow) -> Self {
        Self { issuer: row.issuer, subject: row.subject }
    }
}

impl AccountRow {
    /// The account that `input` describes, affiliated with the city of this code.
    pub(super) fn new(input: &AccountInput, city_code: Option<String>) -> Self {
        let now = UtcTime::now();
        Self {
            id: Id::new(),
            kind: Keyword(rules::kind(input)),
            name: input.name.clone(),
            search_text: search_text([input.name.as_str()]),
            scopes: Json(rules::granted_scopes(input)),
            city_code,
            association_id: input.association_id,
            organisation: input.organisation.clone(),
            public_keys: Json(input.public_keys.clone()),
            generation: 1,
            generation_at: now,
            disabled_at: (input.status == AccountStatus::Disabled).then_some(now),
            roles_changed_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The next version of the account `current`, as `input` describes it.
    pub(super) fn next(current: &InternalAccount, input: &AccountInput, city_code: Option<String>) -> Self {
        let described = Self::new(input, city_code);
        let ended = i64::from(ends_tokens(current, input));
        Self {
            id: current.id,
            generation: current.generation + ended,
            generation_at: if ended == 1 { described.updated_at } else { current.generation_at },
            disabled_at: described.disabled_at.map(|now| current.disabled_at.unwrap_or(now)),
            roles_changed_at: if is_somebody_else(current, &described, input) {
                Some(described.updated_at)
            } else {
                current.roles_changed_at
            },
            version: current.version + 1,
            created_at: current.created_at,
            updated_at: described.updated_at.max(current.updated_at),
            ..described
        }
    }

    /// Whether the account belonged elsewhere before this change.
    pub(super) fn ends_affiliation(&self, before: &InternalAccount) -> bool {
        before.city_code != self.city_code
            || before.association_id != self.association_id
            || before.organisation != self.organisation
    }
}

/// Whether the account becomes something else: by other roles, or by belonging to another city, association or organisation.
fn is_somebody_else(current: &InternalAccount, next: &AccountRow, input: &AccountInput) -> bool {
    let has_other_roles = current.roles.len() != input.roles.len()
        || current.roles.iter().any(|role| !input.roles.contains(role));
    has_other_roles || next.ends_affiliation(current)
}

/// Whether tokens that are out must not outlive the change: the account is disabled, or one of its ways to prove itself
/// is gone.
fn ends_tokens(current: &InternalAccount, input: &AccountInput) -> bool {
    let disabled = current.disabled_at.is_none() && input.status == AccountStatus::Disabled;
    disabled
        || current.public_keys.iter().any(|key| !input.public_keys.contains(key))
        || current.identities.iter().any(|identity| !input.identities.contains(identity))
}

/// An account: a person or a system that the service knows, as a request needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Identifier, which is the OAuth `client_id` as well.
    pub id: Id,
    /// Whether a person or a system has it.
    pub kind: AccountKind,
    /// Name, for people.
    pub name: String,
    /// What the account is.
    pub roles: Vec<Role>,
    /// What its tokens may be used for at most.
    pub scopes: Vec<Scope>,
    /// The city that it belongs to; a representative of a city speaks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city_code: Option<String>,
    /// The association that it belongs to; a representative of an association speaks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub association_id: Option<Id>,
    /// The organisation that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The public keys by which it may prove itself.
    pub public_keys: Vec<PublicKey>,
    /// Grows whenever all tokens of the account are to end at once.
    pub generation: i64,
    /// When its roles, or what it belongs to, were changed last.
    #[serde(skip)]
    pub roles_changed_at: Option<UtcTime>,
    /// When the generation grew last: whatever was issued before has ended.
    pub generation_at: UtcTime,
    /// Since when it may not be used any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<UtcTime>,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: UtcTime,
    /// When it changed last.
    pub updated_at: UtcTime,
}

impl Account {
    pub(super) fn new(row: AccountRow, roles: Vec<Role>) -> Self {
        Self {
            id: row.id,
            kind: row.kind.0,
            name: row.name,
            roles,
            scopes: row.scopes.0,
            city_code: row.city_code,
            association_id: row.association_id,
            organisation: row.organisation,
            public_keys: row.public_keys.0,
            generation: row.generation,
            generation_at: row.generation_at,
            roles_changed_at: row.roles_changed_at,
            disabled_at: row.disabled_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

#[cfg(test)]
impl Account {
    /// Some account of a role.
    pub(in crate::access) fn sample(role: Role) -> Self {
        let input = super::NewAccount::of_role(role, "Somebody").input();
        Self { generation: 3, ..Self::new(AccountRow::new(&input, None), vec![role]) }
    }
}

/// A person or a system that the service knows, as those see it who administer accounts. Its secrets are apart.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct InternalAccount {
    /// Identifier, which is the OAuth `client_id` as well.
    pub id: Id,
    /// Whether a person or a system has the account.
    pub kind: AccountKind,
    /// Name of the person or system.
    #[schema(examples("Rabat portal"))]
    pub name: String,
    /// What the account is.
    #[schema(examples(json!(["integration"])))]
    pub roles: Vec<Role>,
    /// What its tokens may be used for at most.
    #[schema(examples(json!(["associations:write"])))]
    pub scopes: Vec<Scope>,
    /// Code of the city that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("04.421.01.11"))]
    pub city_code: Option<String>,
    /// The association that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub association_id: Option<Id>,
    /// The organisation that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("Commune de Rabat"))]
    pub organisation: Option<String>,
    /// Public keys by which it may prove itself (`private_key_jwt`).
    pub public_keys: Vec<PublicKey>,
    /// Who it is at identity providers.
    pub identities: Vec<Identity>,
    /// Whether it may be used.
    pub status: AccountStatus,
    /// Since when it may not be used any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub disabled_at: Option<UtcTime>,
    /// When its roles, or what it belongs to, were changed last. For a day after that it signs and decides nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub roles_changed_at: Option<UtcTime>,
    /// When one of its secrets was used last, to the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_used_at: Option<UtcTime>,
    /// When the account was made.
    pub created_at: UtcTime,
    /// When the account changed last.
    pub updated_at: UtcTime,
    #[serde(skip)]
    pub(super) generation: i64,
    #[serde(skip)]
    generation_at: UtcTime,
    #[serde(skip)]
    pub(super) version: i64,
}

impl InternalAccount {
    /// The account with its identities and the latest use of its secrets.
    pub(super) fn new(account: Account, identities: Vec<Identity>, last_used_at: Option<UtcTime>) -> Self {
        Self {
            id: account.id,
            kind: account.kind,
            name: account.name,
            roles: account.roles,
            scopes: account.scopes,
            city_code: account.city_code,
            association_id: account.association_id,
            organisation: account.organisation,
            public_keys: account.public_keys,
            identities,
            status: match account.disabled_at {
                None => AccountStatus::Active,
                Some(_) => AccountStatus::Disabled,
            },
            disabled_at: account.disabled_at,
            roles_changed_at: account.roles_changed_at,
            last_used_at,
            created_at: account.created_at,
            updated_at: account.updated_at,
            generation: account.generation,
            generation_at: account.generation_at,
            version: account.version,
        }
    }

    /// Where it belongs.
    pub(super) fn affiliation(&self) -> Affiliation {
        Affiliation {
            account_id: Some(self.id),
            name: Some(self.name.clone()),
            city_code: self.city_code.clone(),
            association_id: self.association_id,
            organisation: self.organisation.clone(),
        }
    }

    /// What would have to be written to get this account.
    pub(super) fn input(&self) -> AccountInput {
        let account = self.clone();
        AccountInput {
            kind: Some(account.kind),
            name: account.name,
            roles: account.roles,
            scopes: account.scopes,
            city_code: account.city_code,
            association_id: account.association_id,
            organisation: account.organisation,
            public_keys: account.public_keys,
            identities: account.identities,
            status: account.status,
        }
    }
}

impl Resource for InternalAccount {
    fn path(&self) -> String {
        format!("/v1/accounts/{}", self.id)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}

/// An account with all that is kept of it.
pub(super) struct KeptAccount {
    pub(super) account: InternalAccount,
    pub(super) secrets: Vec<PublicSecret>,
}

impl Kept for KeptAccount {
    const KIND: &'static str = "account";

    fn name_in_trail(&self) -> String {
        self.account.id.to_string()
    }

    /// What says who somebody is stands under `internal`, where it can be erased.
    fn kept(&self) -> JsonValue {
        let account = &self.account;
        let label = |secret: &PublicSecret| Some((secret.id.to_string(), secret.label.clone()?.into()));
        let labels: Map<String, JsonValue> = self.secrets.iter().filter_map(label).collect();
        json!({
            "kind": account.kind,
            "roles": account.roles,
            "scopes": account.scopes,
            "city_code": account.city_code,
            "association_id": account.association_id,
            "status": account.status,
            "generation": account.generation,
            "secrets": self.secrets.iter().map(PublicSecret::kept).collect::<Vec<_>>(),
            "internal": {
                "name": account.name,
                "organisation": account.organisation,
                "public_keys": account.public_keys,
                "identities": account.identities,
                "secret_labels": labels,
            },
        })
    }
}
