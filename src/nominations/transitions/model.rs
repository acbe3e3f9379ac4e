//! The history of a nomination: each change of its state as a record, and the body that asks for one.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use utoipa::ToSchema;
use validator::Validate;

use crate::audit::Kept;
use crate::database::listing::{ListSpec, Sort, ValueType};
use crate::database::schema::nomination_transitions;
use crate::database::types::{Id, Keyword, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::nominations::model::NominationRow;
use crate::nominations::rules::Status;
use crate::validation;

/// A change of state as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = nomination_transitions)]
pub struct TransitionRow {
    pub(in crate::nominations) id: Id,
    pub(in crate::nominations) nomination_id: Id,
    pub(in crate::nominations) from_status: Option<Keyword<Status>>,
    pub(in crate::nominations) to_status: Keyword<Status>,
    pub(in crate::nominations) reason: Option<String>,
    pub(in crate::nominations) account_id: Id,
    pub(in crate::nominations) at: UtcTime,
}

/// A nomination with the step that took it to its state.
pub(super) struct Taken {
    pub(super) nomination: NominationRow,
    pub(super) step: TransitionRow,
}

impl Kept for Taken {
    const KIND: &'static str = NominationRow::KIND;

    fn name_in_trail(&self) -> String {
        self.nomination.name_in_trail()
    }

    fn kept(&self) -> JsonValue {
        json!({"status": self.nomination.status.0, "reason": self.step.reason})
    }
}

/// A change of a nomination's state.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = NominationTransition)]
pub struct PublicTransition {
    /// Identifier.
    pub id: Id,
    /// The nomination.
    pub nomination_id: Id,
    /// The state before; absent for the first entry, with which the nomination began.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("draft"))]
    pub from: Option<Status>,
    /// The state after.
    #[schema(examples("submitted"))]
    pub to: Status,
    /// Why, in the words of whoever made the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("The partners of the programme have agreed."))]
    pub reason: Option<String>,
    /// When.
    pub at: UtcTime,
    #[serde(skip)]
    nomination_version: i64,
}

impl PublicTransition {
    /// A change of state of a nomination that is now at `nomination_version`.
    pub(in crate::nominations) fn new(row: TransitionRow, nomination_version: i64) -> Self {
        Self {
            id: row.id,
            nomination_id: row.nomination_id,
            from: row.from_status.map(|status| status.0),
            to: row.to_status.0,
            reason: row.reason,
            at: row.at,
            nomination_version,
        }
    }
}

/// What a change of state is asked for with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = NominationTransitionInput, example = json!({
    "to": "submitted",
    "reason": "The partners of the programme have agreed."
}))]
pub struct TransitionInput {
    /// The state to go to.
    pub to: Status,
    /// Why. Once the nomination is public, so is this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::not_blank"))]
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: Option<String>,
}

impl Resource for PublicTransition {
    /// A change of state is read as part of the history that it belongs to.
    fn path(&self) -> String {
        format!("/v1/nominations/{}/history", self.nomination_id)
    }

    fn versioned_path(&self) -> String {
        format!("/v1/nominations/{}", self.nomination_id)
    }

    /// The version of the nomination: the `ETag` of a transition is the one that the next change has to match.
    fn version(&self) -> i64 {
        self.nomination_version
    }

    fn updated_at(&self) -> UtcTime {
        self.at
    }
}

impl Listed for PublicTransition {
    const LIST: ListSpec = ListSpec {
        sorts: &[Sort {
            name: "at",
            sql: "nomination_transitions.at",
            value_type: ValueType::Instant,
            nullable: false,
        }],
        default_sort: "at",
        ..ListSpec::new(
            "nomination_transitions",
            Sort { name: "id", sql: "nomination_transitions.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
