//! A signing key as it is kept, and as the operator and the audit trail see it.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};

use crate::audit::Kept;
use crate::database::schema::signing_keys;
use crate::database::types::{Json, Keyword, UtcTime};

/// What a key does at present. Each goes once from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(super) enum KeyStatus {
    /// It signs. There is one.
    Active,
    /// It is published, so that everybody knows it before it signs. There is one.
    Next,
    /// It signs no more; tokens that it has signed are good until they expire.
    Retired,
}

/// One key as it is kept. No `Debug`: sealed keys stay out of logs too.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys)]
pub(super) struct SigningKeyRow {
    pub(super) kid: String,
    pub(super) public_jwk: Json<JsonValue>,
    pub(super) sealed_private_key: String,
    pub(super) status: Keyword<KeyStatus>,
    pub(super) created_at: UtcTime,
    pub(super) activated_at: Option<UtcTime>,
    pub(super) retired_at: Option<UtcTime>,
}

/// A signing key without its private part.
#[derive(Debug, Serialize)]
pub(super) struct SigningKeyRecord {
    /// Name of the key: its thumbprint (RFC 7638).
    pub kid: String,
    /// What it does.
    pub status: KeyStatus,
    /// Since when it is published.
    pub created_at: UtcTime,
    /// Since when it has signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activated_at: Option<UtcTime>,
    /// Since when it signs no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<UtcTime>,
    /// Its public part (RFC 7517).
    pub public_jwk: JsonValue,
}

impl From<SigningKeyRow> for SigningKeyRecord {
    fn from(row: SigningKeyRow) -> Self {
        Self {
            kid: row.kid,
            status: row.status.0,
            created_at: row.created_at,
            activated_at: row.activated_at,
            retired_at: row.retired_at,
            public_jwk: row.public_jwk.0,
        }
    }
}

impl Kept for SigningKeyRow {
    const KIND: &'static str = "signing_key";

    fn name_in_trail(&self) -> String {
        self.kid.clone()
    }

    fn kept(&self) -> JsonValue {
        json!(SigningKeyRecord::from(self.clone()))
    }
}
