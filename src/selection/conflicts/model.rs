//! A declaration or a conflict of interest as it is kept, as it is read and as it is written.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use strum::VariantNames;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

pub use super::rules::Ground;
use crate::database::listing::{Comparison, Facet, Filter, ListSpec, Sort, ValueType};
use crate::database::schema::conflicts;
use crate::database::types::{Id, Keyword, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::selection::evaluations::model::EvaluationRow;
use crate::validation;

/// Where a declaration or a conflict comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ConflictKind {
    /// The juror declared that there is none.
    NoneDeclared,
    /// The juror declared it and stepped back.
    Declared,
    /// Others found it later.
    Reported,
    /// The service found it before the nomination was assigned.
    Detected,
}

/// A declaration or a conflict as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = conflicts)]
pub struct ConflictRow {
    pub(crate) id: Id,
    pub(crate) nomination_id: Id,
    pub(crate) juror_id: Id,
    pub(crate) kind: Keyword<ConflictKind>,
    pub(crate) ground: Option<Keyword<Ground>>,
    pub(crate) statement: Option<String>,
    pub(crate) account_id: Id,
    pub(crate) at: UtcTime,
}

impl ConflictRow {
    /// What is said of a juror's part in an evaluation, by the juror, now.
    pub fn new(
        evaluation: &EvaluationRow,
        kind: ConflictKind,
        ground: Option<Ground>,
        statement: Option<String>,
    ) -> Self {
        Self {
            id: Id::new(),
            nomination_id: evaluation.nomination_id,
            juror_id: evaluation.juror_id,
            kind: Keyword(kind),
            ground: ground.map(Keyword),
            statement,
            account_id: evaluation.juror_id,
            at: UtcTime::now(),
        }
    }

    /// What the service found of a juror whom a nomination was not assigned to.
    pub fn detected(nomination_id: Id, juror_id: Id, ground: Ground) -> Self {
        Self {
            id: Id::new(),
            nomination_id,
            juror_id,
            kind: Keyword(ConflictKind::Detected),
            ground: Some(Keyword(ground)),
            statement: None,
            account_id: juror_id,
            at: UtcTime::now(),
        }
    }

    /// The same, said by this account.
    #[must_use]
    pub fn by(self, account_id: Id, at: UtcTime) -> Self {
        Self { account_id, at, ..self }
    }
}

/// What is known of a juror's independence from a nomination.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Conflict)]
pub struct PublicConflict {
    /// Identifier.
    pub id: Id,
    /// The nomination.
    pub nomination_id: Id,
    /// The juror.
    pub juror_id: Id,
    /// Where it comes from; `none_declared` says that there is no conflict.
    pub kind: ConflictKind,
    /// Why it is a conflict. Absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ground: Option<Ground>,
    /// What was said about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub statement: Option<String>,
    /// When.
    pub at: UtcTime,
}

impl From<ConflictRow> for PublicConflict {
    fn from(row: ConflictRow) -> Self {
        Self {
            id: row.id,
            nomination_id: row.nomination_id,
            juror_id: row.juror_id,
            kind: row.kind.0,
            ground: row.ground.map(|ground| ground.0),
            statement: row.statement,
            at: row.at,
        }
    }
}

/// A juror's declaration, or a conflict of another that was found.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_together", skip_on_field_errors = true))]
#[schema(as = ConflictInput, example = json!({"conflict": false}))]
pub struct ConflictInput {
    /// Whether there is a conflict of interest.
    pub conflict: bool,
    /// Why it is one; needed with a conflict, and only then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
    /// What is to be said about it; needed with a conflict, and only then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 2000), custom(function = "validation::not_blank"))]
    #[schema(min_length = 1, max_length = 2000)]
    pub statement: Option<String>,
    /// The juror. Left out, the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub juror_id: Option<Id>,
}

fn check_together(input: &ConflictInput) -> Result<(), ValidationError> {
    match (input.conflict, input.ground, &input.statement) {
        (true, None, _) => Err(validation::required("/ground")),
        (true, _, None) => Err(validation::required("/statement")),
        (false, Some(_), _) => Err(validation::inapplicable("/ground", "conflict")),
        (false, _, Some(_)) => Err(validation::inapplicable("/statement", "conflict")),
        _ => Ok(()),
    }
}

impl Resource for PublicConflict {
    /// It is read in the list of the nomination's.
    fn path(&self) -> String {
        format!("/v1/nominations/{}/conflicts", self.nomination_id)
    }

    fn version(&self) -> i64 {
        1
    }

    fn updated_at(&self) -> UtcTime {
        self.at
    }
}

impl Listed for PublicConflict {
    const LIST: ListSpec = ListSpec {
        filters: &[Filter {
            name: "kind",
            comparison: Comparison::AnyOf,
            value_type: ValueType::Keyword(ConflictKind::VARIANTS),
            sql: "conflicts.kind IN {}",
            description: "Where it comes from.",
        }],
        sorts: &[Sort { name: "at", sql: "conflicts.at", value_type: ValueType::Instant, nullable: false }],
        default_sort: "at",
        facets: &[Facet { name: "kind", sql: "conflicts.kind", join: "" }],
        ..ListSpec::new(
            "conflicts",
            Sort { name: "id", sql: "conflicts.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
