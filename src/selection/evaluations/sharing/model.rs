//! A shared sheet as it is kept and as it is read.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::database::listing::{ListSpec, Sort, ValueType};
use crate::database::schema::shared_sheets;
use crate::database::types::{Id, Json};
use crate::http::list::Listed;
use crate::selection::evaluations::model::EvaluationRow;
use crate::selection::evaluations::rules::Scores;

/// A copy of a submitted sheet as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = shared_sheets)]
pub(super) struct SharedSheetRow {
    id: Id,
    nomination_id: Id,
    scores: Json<Scores>,
    comment: Option<String>,
}

impl SharedSheetRow {
    /// A copy under a name that is random as a whole: it tells no time.
    pub(super) fn of(evaluation: &EvaluationRow) -> Self {
        Self {
            id: Id(Uuid::new_v4()),
            nomination_id: evaluation.nomination_id,
            scores: evaluation.scores.clone(),
            comment: evaluation.comment.clone(),
        }
    }
}

/// A sheet that was handed in for a nomination, without whose it is, when it was handed in, and whether it still counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScoreSheet {
    /// A random name, of this copy alone.
    pub id: Id,
    /// The nomination.
    pub nomination_id: Id,
    /// The scores by the code of the criterion.
    #[schema(value_type = std::collections::BTreeMap<String, crate::selection::evaluations::model::CriterionScore>)]
    pub scores: Scores,
    /// What is said of the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub comment: Option<String>,
}

impl From<SharedSheetRow> for ScoreSheet {
    fn from(row: SharedSheetRow) -> Self {
        Self { id: row.id, nomination_id: row.nomination_id, scores: row.scores.0, comment: row.comment }
    }
}

impl Listed for ScoreSheet {
    /// In the order of the random names; there is nothing else to ask for.
    const LIST: ListSpec = ListSpec::new(
        "shared_sheets",
        Sort { name: "id", sql: "shared_sheets.id", value_type: ValueType::Id, nullable: false },
    );
}
