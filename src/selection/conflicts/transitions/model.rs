//! A change of a conflict's state, and the body that asks for one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::access::Role;
use crate::database::listing::{ListSpec, Sort, ValueType};
use crate::database::types::{Id, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::selection::conflicts::model::ConflictRow;
use crate::selection::conflicts::rules::Status;
use crate::validation;

/// What another office decided on an allegation.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ConflictTransition)]
pub struct PublicTransition {
    /// The allegation.
    pub conflict_id: Id,
    /// Its nomination.
    pub nomination_id: Id,
    /// The state before.
    #[schema(examples("reported"))]
    pub from: Status,
    /// The state after.
    #[schema(examples("confirmed"))]
    pub to: Status,
    /// Why.
    pub reason: String,
    /// The office that decided.
    #[schema(examples("icso_officer"))]
    pub decided_by: Role,
    /// When.
    pub at: UtcTime,
    #[serde(skip)]
    version: i64,
}

impl PublicTransition {
    /// The decision that an office took on an allegation, which is `decided` now.
    pub fn new(decided: &ConflictRow, input: &TransitionInput, decided_by: Role, at: UtcTime) -> Self {
        Self {
            conflict_id: decided.id,
            nomination_id: decided.nomination_id,
            from: Status::Reported,
            to: input.to,
            reason: input.reason.clone(),
            decided_by,
            at,
            version: decided.version,
        }
    }
}

/// What a decision on an allegation is asked for with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = ConflictTransitionInput, example = json!({
    "to": "confirmed",
    "reason": "The register of the municipality names the juror's brother as a member of its council."
}))]
pub struct TransitionInput {
    /// The state to go to: `confirmed` or `dismissed`.
    pub to: Status,
    /// Why. The juror reads it, and those who run the jury and its auditors.
    #[validate(custom(function = "validation::not_blank"))]
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

impl Resource for PublicTransition {
    /// The conflict that changed.
    fn path(&self) -> String {
        format!("/v1/nominations/{}/conflicts/{}", self.nomination_id, self.conflict_id)
    }

    /// The version of the conflict: the `ETag` of a transition is the one that the next change has to match.
    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.at
    }
}

/// Decisions are not listed by themselves.
impl Listed for PublicTransition {
    const LIST: ListSpec = ListSpec::new(
        "conflicts",
        Sort { name: "conflict_id", sql: "conflicts.id", value_type: ValueType::Id, nullable: false },
    );
}
