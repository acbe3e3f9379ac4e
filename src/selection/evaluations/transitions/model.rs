//! A change of an evaluation's state, and the body that asks for one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::database::listing::{ListSpec, Sort, ValueType};
use crate::database::types::{Id, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::selection::evaluations::model::EvaluationRow;
use crate::selection::evaluations::rules::Status;
use crate::validation;

/// A change of an evaluation's state.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EvaluationTransition)]
pub struct PublicTransition {
    /// The evaluation.
    pub evaluation_id: Id,
    /// Its nomination.
    pub nomination_id: Id,
    /// The state before.
    #[schema(examples("draft"))]
    pub from: Status,
    /// The state after.
    #[schema(examples("submitted"))]
    pub to: Status,
    /// Why, in the juror's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<String>,
    /// When.
    pub at: UtcTime,
    #[serde(skip)]
    version: i64,
}

impl PublicTransition {
    /// The change that made `evaluation` what it is now.
    pub fn new(evaluation: &EvaluationRow, from: Status, reason: Option<String>) -> Self {
        Self {
            evaluation_id: evaluation.id,
            nomination_id: evaluation.nomination_id,
            from,
            to: evaluation.status.0,
            reason,
            at: evaluation.updated_at,
            version: evaluation.version,
        }
    }
}

/// What a change of state is asked for with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = EvaluationTransitionInput, example = json!({"to": "submitted"}))]
pub struct TransitionInput {
    /// The state to go to: `submitted`, or `recused` to step back.
    pub to: Status,
    /// Why; needed to step back. Those who run the jury and its auditors read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::not_blank"))]
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: Option<String>,
}

impl Resource for PublicTransition {
    /// The evaluation that changed.
    fn path(&self) -> String {
        format!("/v1/nominations/{}/evaluations/{}", self.nomination_id, self.evaluation_id)
    }

    /// The version of the evaluation: the `ETag` of a transition is the one that the next change has to match.
    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.at
    }
}

impl Listed for PublicTransition {
    const LIST: ListSpec = ListSpec::new(
        "evaluations",
        Sort { name: "evaluation_id", sql: "evaluations.id", value_type: ValueType::Id, nullable: false },
    );
}
