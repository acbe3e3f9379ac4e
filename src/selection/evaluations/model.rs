//! An evaluation as it is kept, and the bodies that make and change one.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

pub use super::rules::Status;
use super::rules::{self, Scores};
use crate::audit::Kept;
use crate::database::schema::{evaluations, nominations};
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::editions::criteria::NominationKind;
use crate::validation;

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
    pub(crate) scores: Json<Scores>,
    pub(crate) comment: Option<String>,
    pub(crate) declared_at: Option<UtcTime>,
    pub(crate) submitted_at: Option<UtcTime>,
    pub(crate) ended_at: Option<UtcTime>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
}

/// An evaluation with what its nomination says.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = evaluations)]
pub struct Entry {
    /// The row itself.
    #[diesel(embed)]
    pub row: EvaluationRow,
    /// The kind of the nomination.
    #[diesel(select_expression = nominations::kind, select_expression_type = nominations::kind)]
    pub kind: Keyword<NominationKind>,
    /// The edition of the nomination.
    #[diesel(select_expression = nominations::edition_id, select_expression_type = nominations::edition_id)]
    pub edition_id: Id,
}

impl EvaluationRow {
    /// A juror's evaluation of a nomination, before the juror has declared anything.
    pub fn new(nomination_id: Id, juror_id: Id, assignment_id: Option<Id>, now: UtcTime) -> Self {
        Self {
            id: Id::new(),
            nomination_id,
            juror_id,
            assignment_id,
            status: Keyword(Status::Assigned),
            scores: Json(Scores::new()),
            comment: None,
            declared_at: None,
            submitted_at: None,
            ended_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The next version, with what `input` says.
    pub fn next(&self, input: EvaluationInput, now: UtcTime) -> Self {
        Self {
            scores: Json(input.scores),
            comment: input.comment,
            version: self.version + 1,
            updated_at: now.max(self.updated_at),
            ..self.clone()
        }
    }

    /// The next version, in the state `to` since `now`.
    pub fn moved(&self, to: Status, now: UtcTime) -> Self {
        let mut next = Self {
            status: Keyword(to),
            version: self.version + 1,
            updated_at: now.max(self.updated_at),
            ..self.clone()
        };
        match to {
            Status::Assigned => {}
            Status::Draft => next.declared_at = Some(now),
            Status::Submitted => next.submitted_at = Some(now),
            Status::Recused | Status::Voided => next.ended_at = Some(now),
        }
        next
    }

    /// Since when it is in its state, whatever was written since.
    pub fn state_since(&self) -> UtcTime {
        let times = [self.declared_at, self.submitted_at, self.ended_at];
        times.into_iter().flatten().fold(self.created_at, UtcTime::max)
    }

    /// The scores alone, as a ranking counts them.
    pub fn plain_scores(&self) -> BTreeMap<String, i64> {
        self.scores.iter().map(|(code, given)| (code.clone(), given.score)).collect()
    }

    /// What would have to be written to get this evaluation.
    pub fn input(&self) -> EvaluationInput {
        EvaluationInput { scores: self.scores.0.clone(), comment: self.comment.clone() }
    }
}

/// Whose evaluation of what it is.
impl Kept for EvaluationRow {
    const KIND: &'static str = "evaluation";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!({
            "nomination_id": self.nomination_id,
            "juror_id": self.juror_id,
            "assignment_id": self.assignment_id,
        })
    }
}

/// An evaluation as a change of state changes it.
pub(super) struct InState(pub(super) EvaluationRow);

impl Kept for InState {
    const KIND: &'static str = EvaluationRow::KIND;

    fn name_in_trail(&self) -> String {
        self.0.name_in_trail()
    }

    fn kept(&self) -> JsonValue {
        json!({"status": self.0.status.0})
    }
}

/// The score sheet of an evaluation.
pub(super) struct Sheet(pub(super) EvaluationRow);

impl Kept for Sheet {
    const KIND: &'static str = EvaluationRow::KIND;

    fn name_in_trail(&self) -> String {
        self.0.name_in_trail()
    }

    /// The trail is read by people who may not see scores before the jury has closed: it says which, not what.
    fn kept(&self) -> JsonValue {
        json!({"scored": self.0.scores.keys().collect::<Vec<_>>()})
    }
}

/// Whom a nomination is assigned to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = EvaluationAssignmentInput, example = json!({"juror_id": "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"}))]
pub struct NewEvaluation {
    /// The account of the juror.
    pub juror_id: Id,
}

/// What a score sheet is written with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_comments"))]
#[schema(as = EvaluationInput, example = json!({
    "scores": {
        "association_vitality": {"score": 8, "comment": "Un tissu ancien, présent dans tous les quartiers."},
        "programme": {"score": 7}
    },
    "comment": "Une candidature solide."
}))]
pub struct EvaluationInput {
    /// The score on each criterion of the edition for this kind of nomination, by its code. A draft may leave some out.
    #[serde(default)]
    pub scores: BTreeMap<String, CriterionScore>,
    /// What is to be said of the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::not_blank"))]
    #[schema(min_length = 1, max_length = 5000)]
    pub comment: Option<String>,
}

/// A comment on a score says something.
fn check_comments(input: &EvaluationInput) -> Result<(), ValidationError> {
    for (code, score) in &input.scores {
        let comment = score.comment.as_deref();
        comment.map_or(Ok(()), validation::not_blank).map_err(|error| {
            let pointer = format!("{}/comment", rules::pointer(code));
            validation::at(pointer, error)
        })?;
    }
    Ok(())
}
