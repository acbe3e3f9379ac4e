//! A client secret as it is kept, as it is shown, and as it is asked for.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::client_secret::ClientSecret;
use super::provenance::{Credential, CredentialKind, Maker, Making};
use crate::database::listing::{ListSpec, Sort, ValueType};
use crate::database::schema::account_secrets;
use crate::database::types::{Id, Keyword, UtcTime};
use crate::error::FieldRule;
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::validation;

/// One client secret as it is kept. No `Debug`: digests stay out of logs too.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = account_secrets)]
pub(super) struct SecretRow {
    pub(super) id: Id,
    pub(super) account_id: Id,
    pub(super) secret_hash: String,
    pub(super) label: Option<String>,
    pub(super) created_at: UtcTime,
    pub(super) expires_at: Option<UtcTime>,
    pub(super) last_used_at: Option<UtcTime>,
    pub(super) made_by: Keyword<Maker>,
    pub(super) maker_id: Option<Id>,
    pub(super) made_with: Option<Keyword<CredentialKind>>,
    pub(super) made_with_id: Option<Id>,
    pub(super) ended_at: Option<UtcTime>,
    pub(super) ended_by: Option<Keyword<Maker>>,
}

impl SecretRow {
    /// What is kept of a new secret.
    pub(super) fn new(account_id: Id, secret: &ClientSecret, input: &SecretInput, making: Making) -> Self {
        let with = making.with.map(Credential::parts);
        Self {
            id: Id::new(),
            account_id,
            secret_hash: secret.digest(),
            label: input.label.clone(),
            created_at: UtcTime::now(),
            expires_at: input.expires_at,
            last_used_at: None,
            made_by: Keyword(making.by),
            maker_id: making.maker_id,
            made_with: with.map(|(kind, _)| Keyword(kind)),
            made_with_id: with.and_then(|(_, id)| id),
            ended_at: None,
            ended_by: None,
        }
    }
}

#[cfg(test)]
impl SecretRow {
    /// Some secret that its account has made itself.
    pub(super) fn sample(id: Id) -> Self {
        Self {
            id,
            account_id: Id::new(),
            secret_hash: String::new(),
            label: None,
            created_at: UtcTime::now(),
            expires_at: None,
            last_used_at: None,
            made_by: Keyword(Maker::Account),
            maker_id: None,
            made_with: None,
            made_with_id: None,
            ended_at: None,
            ended_by: None,
        }
    }
}

/// A client secret of an account, without the secret itself: only its digest is kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AccountSecret)]
pub(in crate::access::accounts) struct PublicSecret {
    /// Identifier.
    pub id: Id,
    /// What the secret is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("Server in Rabat"))]
    pub label: Option<String>,
    /// When it was made.
    pub created_at: UtcTime,
    /// When it ends; absent when it does not end by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub expires_at: Option<UtcTime>,
    /// When it was used last, to the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_used_at: Option<UtcTime>,
    /// Who made it. Only one that the account has made itself can sign a designation.
    pub made_by: Maker,
    /// With which kind of credential the account has made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub made_with: Option<CredentialKind>,
    /// The secret that the account has made it with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub made_with_id: Option<Id>,
    #[serde(skip)]
    account_id: Id,
}

impl PublicSecret {
    /// What the audit trail keeps of it.
    pub(in crate::access::accounts) fn kept(&self) -> JsonValue {
        json!({
            "id": self.id,
            "created_at": self.created_at,
            "expires_at": self.expires_at,
            "made_by": self.made_by,
            "made_with": self.made_with,
            "made_with_id": self.made_with_id,
        })
    }
}

impl From<SecretRow> for PublicSecret {
    fn from(row: SecretRow) -> Self {
        Self {
            id: row.id,
            label: row.label,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            made_by: row.made_by.0,
            made_with: row.made_with.map(|kind| kind.0),
            made_with_id: row.made_with_id,
            account_id: row.account_id,
        }
    }
}

// No `Debug`: the secret is shown to its account alone.
/// A client secret that has just been made.
#[derive(Serialize, ToSchema)]
#[schema(as = NewAccountSecret)]
pub(super) struct NewSecret {
    /// Identifier.
    pub id: Id,
    /// The secret. It is shown this once: neither a repeated answer (`Idempotent-Replayed`) nor a rehearsal (`dry_run`)
    /// has it, and nobody can read it again.
    #[schema(required = false, examples("nasij_kYp3WWQFhEr2pSNWiQ3M2bX7r9dTjzv0Q1u5oLhC4aE"))]
    pub client_secret: String,
    /// What the secret is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("Server in Rabat"))]
    pub label: Option<String>,
    /// When it was made.
    pub created_at: UtcTime,
    /// When it ends; absent when it does not end by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub expires_at: Option<UtcTime>,
    /// Who made it.
    pub made_by: Maker,
    #[serde(skip)]
    account_id: Id,
}

impl NewSecret {
    /// A secret and what is kept of it.
    pub(super) fn new(secret: &ClientSecret, row: SecretRow) -> Self {
        Self {
            id: row.id,
            client_secret: secret.reveal().to_owned(),
            label: row.label,
            created_at: row.created_at,
            expires_at: row.expires_at,
            made_by: row.made_by.0,
            account_id: row.account_id,
        }
    }
}

/// What a client secret is asked for with.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = AccountSecretInput, example = json!({"label": "Server in Rabat", "expires_at": "2199-12-31T00:00:00Z"}))]
pub(super) struct SecretInput {
    /// What the secret is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 100)]
    pub label: Option<String>,
    /// When it ends: an instant that is still to come. Left out, it does not end by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "still_to_come"))]
    pub expires_at: Option<UtcTime>,
}

fn still_to_come(time: &UtcTime) -> Result<(), ValidationError> {
    if *time > UtcTime::now() { Ok(()) } else { Err(validation::breaks(FieldRule::Past)) }
}

/// The path of a secret.
fn path(account_id: Id, id: Id) -> String {
    format!("/v1/accounts/{account_id}/secrets/{id}")
}

/// A secret is never rewritten: it has one version.
const VERSION: i64 = 1;

impl Resource for PublicSecret {
    fn path(&self) -> String {
        path(self.account_id, self.id)
    }

    fn version(&self) -> i64 {
        VERSION
    }

    fn updated_at(&self) -> UtcTime {
        self.last_used_at.unwrap_or(self.created_at)
    }
}

impl Resource for NewSecret {
    fn path(&self) -> String {
        path(self.account_id, self.id)
    }

    fn version(&self) -> i64 {
        VERSION
    }

    fn updated_at(&self) -> UtcTime {
        self.created_at
    }

    fn shown_once() -> &'static [&'static str] {
        &["client_secret"]
    }
}

const LIST: ListSpec = ListSpec {
    sorts: &[
        Sort {
            name: "created_at",
            sql: "account_secrets.created_at",
            value_type: ValueType::Instant,
            nullable: false,
        },
        Sort {
            name: "expires_at",
            sql: "account_secrets.expires_at",
            value_type: ValueType::Instant,
            nullable: true,
        },
        Sort {
            name: "last_used_at",
            sql: "account_secrets.last_used_at",
            value_type: ValueType::Instant,
            nullable: true,
        },
    ],
    default_sort: "created_at",
    ..ListSpec::new(
        "account_secrets",
        Sort { name: "id", sql: "account_secrets.id", value_type: ValueType::Id, nullable: false },
    )
};

impl Listed for PublicSecret {
    const LIST: ListSpec = LIST;
}

impl Listed for NewSecret {
    const LIST: ListSpec = LIST;
}
