//! An evaluation as it is kept.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use strum::{VariantArray, VariantNames};
use utoipa::ToSchema;

use crate::database::schema::evaluations;
use crate::database::types::{Id, Json, Keyword, UtcTime};

/// The state of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, VariantNames, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = EvaluationStatus)]
pub enum Status {
    /// The juror has not yet declared whether there is a conflict of interest.
    Assigned,
    /// The juror declared that there is none, and is writing.
    Draft,
    /// Handed in: it counts, and does not change any more.
    Submitted,
    /// The juror stepped back; it does not count.
    Recused,
    /// A conflict of interest was found later; it does not count.
    Voided,
}

/// The score on one criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CriterionScore {
    /// The score, 0 to 10.
    #[schema(minimum = 0, maximum = 10)]
    pub score: i64,
    /// Why, in the juror's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 2000)]
    pub comment: Option<String>,
}

/// An evaluation as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = evaluations, treat_none_as_null = true)]
pub struct EvaluationRow {
    pub(crate) id: Id,
    pub(crate) nomination_id: Id,
    pub(crate) juror_id: Id,
    pub(crate) assignment_id: Option<Id>,
    pub(crate) status: Keyword<Status>,
    pub(crate) scores: Json<BTreeMap<String, CriterionScore>>,
    pub(crate) comment: Option<String>,
    pub(crate) declared_at: Option<UtcTime>,
    pub(crate) submitted_at: Option<UtcTime>,
    pub(crate) ended_at: Option<UtcTime>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
}
