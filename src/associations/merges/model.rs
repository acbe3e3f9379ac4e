//! A merge as it is kept and as those see it who keep the register.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use utoipa::ToSchema;
use validator::Validate;

use crate::audit::Kept;
use crate::database::listing::{ListSpec, Sort, ValueType};
use crate::database::schema::association_merges;
use crate::database::types::{Id, Json, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::keeping::{Moved, Succession};
use crate::validation;

/// A merge as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = association_merges, treat_none_as_null = true)]
pub(super) struct MergeRow {
    pub(super) id: Id,
    pub(super) association_id: Id,
    pub(super) duplicate_id: Id,
    pub(super) reason: String,
    pub(super) moved: Json<Moved>,
    /// What other systems call the duplicate, as far as it has gone over. Never public.
    pub(super) external_ids: Json<BTreeMap<String, String>>,
    pub(super) reversed_at: Option<UtcTime>,
    pub(super) reversal_reason: Option<String>,
    pub(super) version: i64,
    pub(super) created_at: UtcTime,
    pub(super) updated_at: UtcTime,
}

impl MergeRow {
    /// A merge that is made now.
    pub(super) fn new(Succession { from, to }: Succession, reason: &str, moved: Moved) -> Self {
        let now = UtcTime::now();
        Self {
            id: Id::new(),
            association_id: to,
            duplicate_id: from,
            reason: reason.to_owned(),
            moved: Json(moved),
            external_ids: Json(BTreeMap::new()),
            reversed_at: None,
            reversal_reason: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

impl Kept for MergeRow {
    const KIND: &'static str = "association_merge";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!({
            "association_id": self.association_id,
            "duplicate_id": self.duplicate_id,
            "reason": self.reason,
            "moved": self.moved.0,
            "reversed_at": self.reversed_at,
            "reversal_reason": self.reversal_reason,
        })
    }
}

/// A merge of two associations.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AssociationMerge)]
pub(super) struct PublicMerge {
    /// Identifier.
    pub id: Id,
    /// The association that stays.
    pub association_id: Id,
    /// The association that was merged into it.
    pub duplicate_id: Id,
    /// Why they are the same.
    #[schema(examples("Entered twice: once by the prefecture, once by the association."))]
    pub reason: String,
    /// What has gone over.
    pub moved: Moved,
    /// When it was undone; absent while it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reversed_at: Option<UtcTime>,
    /// Why it was undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reversal_reason: Option<String>,
    /// When the associations were merged.
    pub created_at: UtcTime,
    /// When the record changed last.
    pub updated_at: UtcTime,
    #[serde(skip)]
    version: i64,
}

impl From<MergeRow> for PublicMerge {
    fn from(row: MergeRow) -> Self {
        Self {
            id: row.id,
            association_id: row.association_id,
            duplicate_id: row.duplicate_id,
            reason: row.reason,
            moved: row.moved.0,
            reversed_at: row.reversed_at,
            reversal_reason: row.reversal_reason,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl Resource for PublicMerge {
    fn path(&self) -> String {
        format!("/v1/associations/{}/merges/{}", self.association_id, self.id)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}

impl Listed for PublicMerge {
    const LIST: ListSpec = ListSpec {
        sorts: &[Sort {
            name: "created_at",
            sql: "association_merges.created_at",
            value_type: ValueType::Instant,
            nullable: false,
        }],
        default_sort: "-created_at",
        ..ListSpec::new(
            "association_merges",
            Sort { name: "id", sql: "association_merges.id", value_type: ValueType::Id, nullable: false },
        )
    };
}

/// What a merge is asked for with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = AssociationMergeInput, example = json!({
    "duplicate_id": "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11",
    "reason": "Entered twice: once by the prefecture, once by the association."
}))]
pub(super) struct MergeInput {
    /// The association that is merged into the one of the path, and no longer stands for itself.
    pub duplicate_id: Id,
    /// Why they are the same. It stands in the audit trail.
    #[validate(custom(function = "validation::not_blank"))]
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// What the reversal of a merge is asked for with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = MergeReversalInput, example = json!({"reason": "Two associations of the same name in two quarters."}))]
pub(super) struct ReversalInput {
    /// Why they are two after all. It stands in the audit trail.
    #[validate(custom(function = "validation::not_blank"))]
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}
