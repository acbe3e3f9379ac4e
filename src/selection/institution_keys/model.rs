//! A key of an institution as it is kept and as everybody may see it, and a change of its state.

use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Value as JsonValue, json};
use strum::VariantNames as _;
use utoipa::ToSchema;

use super::jwk::InstitutionJwk;
use super::rules::Status;
use crate::audit::Kept;
use crate::database::listing::{Filter, ListSpec, Sort, ValueType};
use crate::database::schema::institution_keys;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::selection::designations::rules::Institution;

/// A key as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = institution_keys, treat_none_as_null = true)]
pub struct KeyRow {
    pub(crate) id: Id,
    pub(crate) kid: String,
    pub(crate) institution: Keyword<Institution>,
    pub(crate) account_id: Id,
    pub(crate) jwk: Json<InstitutionJwk>,
    pub(crate) status: Keyword<Status>,
    pub(crate) status_reason: Option<String>,
    pub(crate) registered_at: UtcTime,
    pub(crate) confirmed_at: Option<UtcTime>,
    pub(crate) revoked_at: Option<UtcTime>,
    pub(crate) version: i64,
    pub(crate) updated_at: UtcTime,
}

impl KeyRow {
    /// A new key of an account of the institution.
    pub fn new(jwk: InstitutionJwk, institution: Institution, account_id: Id) -> Self {
        let now = UtcTime::now();
        Self {
            id: Id::new(),
            kid: jwk.kid.clone(),
            institution: Keyword(institution),
            account_id,
            jwk: Json(jwk),
            status: Keyword(Status::Registered),
            status_reason: None,
            registered_at: now,
            confirmed_at: None,
            revoked_at: None,
            version: 1,
            updated_at: now,
        }
    }

    /// The next version of this key, in the state `to` since `now`.
    pub fn moved(&self, to: Status, reason: Option<String>, now: UtcTime) -> Self {
        Self {
            status: Keyword(to),
            status_reason: reason,
            confirmed_at: if to == Status::Confirmed { Some(now) } else { self.confirmed_at },
            revoked_at: if to == Status::Revoked { Some(now) } else { self.revoked_at },
            version: self.version + 1,
            updated_at: now.max(self.updated_at),
            ..self.clone()
        }
    }
}

impl Kept for KeyRow {
    const KIND: &'static str = "institution_key";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!({
            "institution": self.institution.0,
            "account_id": self.account_id,
            "jwk": self.jwk.0,
            "status": self.status.0,
            "status_reason": self.status_reason,
        })
    }
}

/// A key with which an officer of the ministry or of ICSO signs designations, now or once.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = InstitutionKey)]
pub struct PublicKey {
    /// Identifier.
    pub id: Id,
    /// The institution that is signed for.
    pub institution: Institution,
    /// State.
    pub status: Status,
    /// Why it is in that state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub status_reason: Option<String>,
    /// The public key.
    pub jwk: InstitutionJwk,
    /// When it was registered.
    pub registered_at: UtcTime,
    /// When another account confirmed it: nothing is signed with it before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub confirmed_at: Option<UtcTime>,
    /// When it was revoked: nothing is signed with it since.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub revoked_at: Option<UtcTime>,
    #[serde(skip)]
    version: i64,
    #[serde(skip)]
    updated_at: UtcTime,
}

impl From<KeyRow> for PublicKey {
    fn from(row: KeyRow) -> Self {
        Self {
            id: row.id,
            institution: row.institution.0,
            status: row.status.0,
            status_reason: row.status_reason,
            jwk: row.jwk.0,
            registered_at: row.registered_at,
            confirmed_at: row.confirmed_at,
            revoked_at: row.revoked_at,
            version: row.version,
            updated_at: row.updated_at,
        }
    }
}

fn path(id: Id) -> String {
    format!("/v1/institution-keys/{id}")
}

impl Resource for PublicKey {
    fn path(&self) -> String {
        path(self.id)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}

impl Listed for PublicKey {
    const LIST: ListSpec = ListSpec {
        filters: &[
            Filter::any_of(
                "institution",
                ValueType::Keyword(Institution::VARIANTS),
                "institution_keys.institution IN {}",
                "The institution that is signed for.",
            ),
            Filter::any_of(
                "status",
                ValueType::Keyword(Status::VARIANTS),
                "institution_keys.status IN {}",
                "State of the key.",
            ),
        ],
        sorts: &[Sort {
            name: "registered_at",
            sql: "institution_keys.registered_at",
            value_type: ValueType::Instant,
            nullable: false,
        }],
        default_sort: "-registered_at",
        ..ListSpec::new(
            "institution_keys",
            Sort { name: "id", sql: "institution_keys.id", value_type: ValueType::Id, nullable: false },
        )
    };
}

/// A change of a key's state.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = InstitutionKeyTransition)]
pub struct Transition {
    /// The key.
    pub institution_key_id: Id,
    /// The state before.
    #[schema(examples("registered"))]
    pub from: Status,
    /// The state after.
    #[schema(examples("confirmed"))]
    pub to: Status,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<String>,
    /// When.
    pub at: UtcTime,
    #[serde(skip)]
    version: i64,
}

impl Transition {
    /// The change from a state to that of `next`.
    pub fn new(from: Status, next: &KeyRow) -> Self {
        Self {
            institution_key_id: next.id,
            from,
            to: next.status.0,
            reason: next.status_reason.clone(),
            at: next.updated_at,
            version: next.version,
        }
    }
}

impl Resource for Transition {
    /// The key that changed.
    fn path(&self) -> String {
        path(self.institution_key_id)
    }

    /// The version of the key: the `ETag` of a transition is the one that the next change has to match.
    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.at
    }
}

impl Listed for Transition {
    const LIST: ListSpec = ListSpec::new(
        "institution_keys",
        Sort {
            name: "institution_key_id",
            sql: "institution_keys.id",
            value_type: ValueType::Id,
            nullable: false,
        },
    );
}
