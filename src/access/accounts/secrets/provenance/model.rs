//! What an account shows to be recognised, who makes such credentials, and what a signature keeps of one.

use serde::{Deserialize, Serialize};
use strum::VariantNames;
use utoipa::ToSchema;

use crate::access::accounts::secrets::model::SecretRow;
use crate::database::types::{Id, UtcTime};

/// What an account has shown to be recognised. A token says it as `nasij_credential`; one that does not counts as got with
/// a key, which no account registers itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// One of its secrets.
    Secret(Id),
    /// A public key that is registered for it.
    #[default]
    Key,
    /// An identity at a provider that is linked to it.
    Identity,
}

impl Credential {
    /// Its kind, and its identifier when it has one.
    pub(in crate::access::accounts::secrets) fn parts(self) -> (CredentialKind, Option<Id>) {
        match self {
            Self::Secret(id) => (CredentialKind::Secret, Some(id)),
            Self::Key => (CredentialKind::Key, None),
            Self::Identity => (CredentialKind::Identity, None),
        }
    }
}

/// A kind of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum CredentialKind {
    /// A client secret.
    Secret,
    /// A public key.
    Key,
    /// An identity at a provider.
    Identity,
}

/// Who makes and ends the credentials of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = CredentialMaker)]
pub enum Maker {
    /// The account itself.
    Account,
    /// Somebody who administers accounts.
    Administrator,
    /// The operator, at the command line or by the first start.
    Operator,
}

/// A credential of the account, as far as others need to know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KnownCredential {
    /// Its kind.
    pub kind: CredentialKind,
    /// Identifier of a secret, as the audit trail names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<Id>,
    /// Who made the secret. Keys are registered and identities are linked by those who administer accounts; a provider
    /// vouches for an identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub made_by: Option<Maker>,
    /// When the secret was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub made_at: Option<UtcTime>,
    /// Since when the secret is good no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<UtcTime>,
    /// Who ended it; absent when it has expired by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_by: Option<Maker>,
}

impl KnownCredential {
    /// A key or an identity: of these there is nothing more to be known.
    pub(super) fn of_kind(kind: CredentialKind) -> Self {
        Self { kind, id: None, made_by: None, made_at: None, ended_at: None, ended_by: None }
    }

    /// A secret, as it is `now`.
    pub(super) fn secret(row: &SecretRow, now: UtcTime) -> Self {
        Self {
            kind: CredentialKind::Secret,
            id: Some(row.id),
            made_by: Some(row.made_by.0),
            made_at: Some(row.created_at),
            ended_at: row.ended_at.or(row.expires_at.filter(|end| *end <= now)),
            ended_by: row.ended_by.map(|by| by.0),
        }
    }
}

/// The credential that a signature was given with, as it was then: a secret that the account has made itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SignatureCredential)]
pub struct SigningCredential {
    /// Its kind: `secret`.
    pub kind: CredentialKind,
    /// Its identifier, as the audit trail names it.
    pub id: Id,
    /// Who made it: `account`.
    pub made_by: Maker,
    /// When it was made.
    pub made_at: UtcTime,
    /// How old it was, in seconds.
    #[schema(minimum = 0, examples(2_592_000))]
    pub age_seconds: i64,
    /// When the account was made.
    pub account_made_at: UtcTime,
    /// When the roles of the account, or what it belongs to, were changed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub roles_changed_at: Option<UtcTime>,
    /// The credential that it was made with, the one that this was made with, and so on to the first one, which somebody
    /// else made.
    pub origins: Vec<KnownCredential>,
    /// What else the account could be used with at that time, and what it had made itself and somebody else had ended.
    pub others: Vec<KnownCredential>,
}
