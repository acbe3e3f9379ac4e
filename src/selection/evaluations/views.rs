//! Evaluations as their readers see them: a type for each audience. What an audience may not see does not exist in its
//! type, and neither its ETag nor its times depend on it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use strum::VariantNames as _;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::model::{CriterionScore, EvaluationRow};
use super::rules::{Status, View};
use crate::database::listing::{Facet, Filter, ListSpec, Sort, ValueType};
use crate::database::types::{Id, UtcTime};
use crate::editions::criteria::NominationKind;
use crate::http::list::Listed;
use crate::http::representation::Resource;

/// All of an evaluation: for its juror, for auditors, and for those who run the jury once it has closed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WholeEvaluation {
    /// Identifier.
    pub id: Id,
    /// The nomination.
    pub nomination_id: Id,
    /// How much of the evaluation this reader sees; what a reader may not see is absent.
    pub seen_as: View,
    /// The juror.
    pub juror_id: Id,
    /// The draw by which it was assigned. Absent when it was assigned by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub assignment_id: Option<Id>,
    /// State.
    pub status: Status,
    /// The scores by the code of the criterion.
    pub scores: BTreeMap<String, CriterionScore>,
    /// What the juror says of the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub comment: Option<String>,
    /// When the juror declared that there is no conflict of interest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub declared_at: Option<UtcTime>,
    /// When it was submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub submitted_at: Option<UtcTime>,
    /// When the juror stepped back, or a conflict was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<UtcTime>,
    /// When it was assigned.
    pub created_at: UtcTime,
    /// When it changed last.
    pub updated_at: UtcTime,
    #[serde(skip)]
    version: i64,
}

/// An evaluation as the offices see it while the jury is at work: no scores, no comments, and no trace of how
/// often a draft was saved.
#[derive(Debug, Clone, Serialize)]
pub struct BlindEvaluation {
    id: Id,
    nomination_id: Id,
    seen_as: View,
    juror_id: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignment_id: Option<Id>,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared_at: Option<UtcTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    submitted_at: Option<UtcTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<UtcTime>,
    created_at: UtcTime,
}

/// An evaluation as one reader sees it.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Evaluation {
    /// With everything.
    Whole(Box<WholeEvaluation>),
    /// With its state alone.
    Blind(BlindEvaluation),
}

impl Evaluation {
    /// As much of an evaluation as `view` shows.
    pub fn new(row: EvaluationRow, view: View) -> Self {
        match view {
            View::Own | View::Full => Self::Whole(Box::new(WholeEvaluation {
                id: row.id,
                nomination_id: row.nomination_id,
                seen_as: view,
                juror_id: row.juror_id,
                assignment_id: row.assignment_id,
                status: row.status.0,
                scores: row.scores.0,
                comment: row.comment,
                declared_at: row.declared_at,
                submitted_at: row.submitted_at,
                ended_at: row.ended_at,
                created_at: row.created_at,
                updated_at: row.updated_at,
                version: row.version,
            })),
            View::Progress => Self::Blind(BlindEvaluation {
                id: row.id,
                nomination_id: row.nomination_id,
                seen_as: view,
                juror_id: row.juror_id,
                assignment_id: row.assignment_id,
                status: row.status.0,
                declared_at: row.declared_at,
                submitted_at: row.submitted_at,
                ended_at: row.ended_at,
                created_at: row.created_at,
            }),
        }
    }
}

impl Resource for Evaluation {
    fn path(&self) -> String {
        let (nomination_id, id) = match self {
            Self::Whole(whole) => (whole.nomination_id, whole.id),
            Self::Blind(blind) => (blind.nomination_id, blind.id),
        };
        format!("/v1/nominations/{nomination_id}/evaluations/{id}")
    }

    /// Only whoever sees the scores gets the version that counts their changes.
    fn version(&self) -> i64 {
        match self {
            Self::Whole(whole) => whole.version,
            Self::Blind(blind) => [blind.declared_at, blind.submitted_at, blind.ended_at]
                .iter()
                .flatten()
                .fold(1, |version, _| version + 1),
        }
    }

    fn updated_at(&self) -> UtcTime {
        match self {
            Self::Whole(whole) => whole.updated_at,
            Self::Blind(blind) => [blind.declared_at, blind.submitted_at, blind.ended_at]
                .into_iter()
                .flatten()
                .fold(blind.created_at, UtcTime::max),
        }
    }
}

impl PartialSchema for Evaluation {
    /// The union of what the audiences see.
    fn schema() -> RefOr<Schema> {
        const ALWAYS: [&str; 5] = ["id", "nomination_id", "seen_as", "juror_id", "status"];
        let mut schema = WholeEvaluation::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.required = ALWAYS.map(str::to_owned).to_vec();
            object.description = Some(
                "An evaluation, as far as the reader may see it: `own` and `full` have everything, `progress` has the \
                 juror, the state and its times without scores."
                    .to_owned(),
            );
        }
        schema
    }
}

impl ToSchema for Evaluation {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Evaluation")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        WholeEvaluation::schemas(schemas);
    }
}

impl Listed for Evaluation {
    /// Nothing of a sheet's content can be filtered, sorted or counted by.
    const LIST: ListSpec = ListSpec {
        filters: &[Filter::any_of(
            "status",
            ValueType::Keyword(Status::VARIANTS),
            "evaluations.status IN {}",
            "State of the evaluation.",
        )],
        sorts: &[BY_TIME],
        default_sort: "created_at",
        facets: &[BY_STATUS],
        ..ListSpec::new("evaluations", BY_ID)
    };
}

const BY_ID: Sort = Sort { name: "id", sql: "evaluations.id", value_type: ValueType::Id, nullable: false };
const BY_TIME: Sort = Sort {
    name: "created_at",
    sql: "evaluations.created_at",
    value_type: ValueType::Instant,
    nullable: false,
};
const BY_STATUS: Facet = Facet { name: "status", sql: "evaluations.status", join: "" };

/// An evaluation in the list of its edition, which has more to be filtered by.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct EditionEvaluation(pub Evaluation);

impl PartialSchema for EditionEvaluation {
    fn schema() -> RefOr<Schema> {
        Evaluation::schema()
    }
}

impl ToSchema for EditionEvaluation {
    fn name() -> Cow<'static, str> {
        Evaluation::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Evaluation::schemas(schemas);
    }
}

impl Listed for EditionEvaluation {
    const LIST: ListSpec = ListSpec {
        filters: &[
            Filter::any_of(
                "status",
                ValueType::Keyword(Status::VARIANTS),
                "evaluations.status IN {}",
                "State of the evaluation.",
            ),
            Filter::any_of(
                "kind",
                ValueType::Keyword(NominationKind::VARIANTS),
                "(SELECT nominations.kind FROM nominations \
                      WHERE nominations.id = evaluations.nomination_id) IN {}",
                "What is nominated.",
            ),
            Filter::any_of(
                "nomination",
                ValueType::Id,
                "evaluations.nomination_id IN {}",
                "Identifier of the nomination.",
            ),
            Filter::any_of("juror", ValueType::Id, "evaluations.juror_id IN {}", "Account of the juror."),
        ],
        sorts: &[BY_TIME],
        default_sort: "created_at",
        facets: &[BY_STATUS],
        ..ListSpec::new("evaluations", BY_ID)
    };
}
