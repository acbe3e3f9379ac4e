//! A declaration or a conflict of interest as it is kept, as it is read and as it is written.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use strum::VariantNames;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

pub use super::rules::Ground;
use super::rules::Status;
use crate::access::Role;
use crate::audit::Kept;
use crate::database::listing::{Facet, Filter, ListSpec, Sort, ValueType};
use crate::database::schema::conflicts;
use crate::database::types::{Id, Keyword, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::selection::evaluations::model::EvaluationRow;
use crate::validation;

/// Where a declaration or a conflict comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ConflictKind {
    /// The juror declared that there is none.
    NoneDeclared,
    /// The juror declared it and stepped back.
    Declared,
    /// An office alleged it of the juror.
    Reported,
    /// The service found it: before the nomination was assigned, or again when the jury was drawn or closed.
    Detected,
}

/// A declaration or a conflict as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = conflicts, treat_none_as_null = true)]
pub struct ConflictRow {
    pub(crate) id: Id,
    pub(crate) nomination_id: Id,
    pub(crate) juror_id: Id,
    pub(crate) kind: Keyword<ConflictKind>,
    pub(crate) ground: Option<Keyword<Ground>>,
    pub(crate) statement: Option<String>,
    pub(crate) account_id: Id,
    pub(crate) at: UtcTime,
    /// None where no conflict was declared.
    pub(crate) status: Option<Keyword<Status>>,
    pub(crate) reported_by: Option<Keyword<Role>>,
    pub(crate) decided_by: Option<Keyword<Role>>,
    pub(crate) decided_at: Option<UtcTime>,
    pub(crate) decision_reason: Option<String>,
    pub(crate) version: i64,
}

impl ConflictRow {
    /// What a juror says of the own part in an evaluation, now.
    pub fn declared(evaluation: &EvaluationRow, ground: Option<Ground>, statement: Option<String>) -> Self {
        let kind = if ground.is_some() { ConflictKind::Declared } else { ConflictKind::NoneDeclared };
        let row = Self::new(kind, evaluation.nomination_id, evaluation.juror_id, UtcTime::now());
        Self {
            ground: ground.map(Keyword),
            statement,
            status: ground.map(|_| Keyword(Status::Confirmed)),
            ..row
        }
    }

    /// What an office alleges of the juror of an evaluation, now.
    pub fn reported(
        evaluation: &EvaluationRow,
        ground: Option<Ground>,
        statement: Option<String>,
        by: Role,
    ) -> Self {
        let row =
            Self::new(ConflictKind::Reported, evaluation.nomination_id, evaluation.juror_id, UtcTime::now());
        Self {
            ground: ground.map(Keyword),
            statement,
            status: Some(Keyword(Status::Reported)),
            reported_by: Some(Keyword(by)),
            ..row
        }
    }

    /// What the service found of a juror whom a nomination was not assigned to.
    pub fn detected(nomination_id: Id, juror_id: Id, ground: Ground) -> Self {
        let row = Self::new(ConflictKind::Detected, nomination_id, juror_id, UtcTime::now());
        Self { ground: Some(Keyword(ground)), status: Some(Keyword(Status::Confirmed)), ..row }
    }

    fn new(kind: ConflictKind, nomination_id: Id, juror_id: Id, at: UtcTime) -> Self {
        Self {
            id: Id::new(),
            nomination_id,
            juror_id,
            kind: Keyword(kind),
            ground: None,
            statement: None,
            account_id: juror_id,
            at,
            status: None,
            reported_by: None,
            decided_by: None,
            decided_at: None,
            decision_reason: None,
            version: 1,
        }
    }

    /// The same, said by this account.
    #[must_use]
    pub fn by(self, account_id: Id, at: UtcTime) -> Self {
        Self { account_id, at, ..self }
    }

    /// The next version, in another state since `now`.
    #[must_use]
    pub fn moved(&self, to: Status, now: UtcTime) -> Self {
        Self { status: Some(Keyword(to)), decided_at: Some(now), version: self.version + 1, ..self.clone() }
    }
}

impl Kept for ConflictRow {
    const KIND: &'static str = "conflict";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!({
            "nomination_id": self.nomination_id,
            "juror_id": self.juror_id,
            "kind": self.kind.0,
            "ground": self.ground.map(|ground| ground.0),
            "status": self.status.map(|status| status.0),
            "internal": self.statement.as_ref().map(|statement| json!({"statement": statement})),
        })
    }
}

/// A conflict as a decision on it changes it.
pub(super) struct Verdict(pub(super) ConflictRow);

impl Kept for Verdict {
    const KIND: &'static str = ConflictRow::KIND;

    fn name_in_trail(&self) -> String {
        self.0.name_in_trail()
    }

    fn kept(&self) -> JsonValue {
        let conflict = &self.0;
        let status = conflict.status.map(|status| status.0);
        if conflict.decided_at.is_none() {
            return json!({"status": status});
        }
        json!({
            "status": status,
            "decided_by": conflict.decided_by.map(|role| role.0),
            "internal": conflict.decision_reason.as_ref().map(|reason| json!({"decision_reason": reason})),
        })
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
    /// Whether it counts: only a confirmed one does. Absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub status: Option<Status>,
    /// The office that alleged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("jury_chair"))]
    pub reported_by: Option<Role>,
    /// The office that decided on the allegation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("icso_officer"))]
    pub decided_by: Option<Role>,
    /// When that was decided, or settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_at: Option<UtcTime>,
    /// Why, in the words of that office.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decision_reason: Option<String>,
    #[serde(skip)]
    version: i64,
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
            status: row.status.map(|status| status.0),
            reported_by: row.reported_by.map(|role| role.0),
            decided_by: row.decided_by.map(|role| role.0),
            decided_at: row.decided_at,
            decision_reason: row.decision_reason,
            version: row.version,
        }
    }
}

/// A juror's declaration, or what an office alleges of a juror.
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
    /// What is to be said about it; needed with a conflict, and only then. What is alleged of another takes a sentence:
    /// 20 characters or more, and four different words of two letters or more. Blanks and signs do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::not_blank"))]
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
    fn path(&self) -> String {
        format!("/v1/nominations/{}/conflicts/{}", self.nomination_id, self.id)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.decided_at.unwrap_or(self.at)
    }
}

impl Listed for PublicConflict {
    const LIST: ListSpec = ListSpec {
        filters: &[
            Filter::any_of(
                "kind",
                ValueType::Keyword(ConflictKind::VARIANTS),
                "conflicts.kind IN {}",
                "Where it comes from.",
            ),
            Filter::any_of(
                "status",
                ValueType::Keyword(Status::VARIANTS),
                "conflicts.status IN {}",
                "Whether it counts.",
            ),
        ],
        sorts: &[Sort { name: "at", sql: "conflicts.at", value_type: ValueType::Instant, nullable: false }],
        default_sort: "at",
        facets: &[Facet { name: "kind", sql: "conflicts.kind", join: "" }],
        ..ListSpec::new(
            "conflicts",
            Sort { name: "id", sql: "conflicts.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
