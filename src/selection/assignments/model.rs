//! An assignment as it is kept, as it is read and as it is asked for.

use std::collections::HashSet;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use strum::VariantNames as _;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::audit::Kept;
use crate::database::listing::{Filter, ListSpec, Sort, ValueType};
use crate::database::schema::assignments;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::editions::criteria::NominationKind;
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::selection::conflicts::rules::Ground;
use crate::validation;

/// An assignment as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = assignments)]
pub struct AssignmentRow {
    pub(super) id: Id,
    pub(super) edition_id: Id,
    pub(super) kind: Keyword<NominationKind>,
    pub(super) seed: String,
    pub(super) evaluations_per_nomination: i64,
    pub(super) report: Json<Report>,
    pub(super) account_id: Id,
    pub(super) at: UtcTime,
}

impl Kept for AssignmentRow {
    const KIND: &'static str = "assignment";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!({
            "kind": self.kind.0,
            "seed": self.seed,
            "evaluations_per_nomination": self.evaluations_per_nomination,
            "assigned": self.report.assigned,
        })
    }
}

/// What an assignment did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What was assigned to whom.
    pub assigned: Vec<AssignedPair>,
    /// What was not assigned for a conflict of interest.
    pub excluded: Vec<ExcludedPair>,
    /// The jurors' loads.
    pub load: Vec<JurorLoad>,
}

/// A nomination that was assigned to a juror.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssignedPair {
    /// The nomination.
    pub nomination_id: Id,
    /// The juror.
    pub juror_id: Id,
}

/// A juror who could not get a nomination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExcludedPair {
    /// The nomination.
    pub nomination_id: Id,
    /// The juror.
    pub juror_id: Id,
    /// The conflict of interest that the service found.
    pub ground: Ground,
}

/// How much a juror has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JurorLoad {
    /// The juror.
    pub juror_id: Id,
    /// The evaluations that the juror has now, of nominations of this kind; those that ended do not count.
    #[schema(minimum = 0)]
    pub evaluations: i64,
}

/// A draw of who evaluates what. Whoever has its seed, the nominations and the jurors draws the same. A rehearsal shows that
/// a draw is possible, never what it would be.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Assignment)]
pub struct PublicAssignment {
    /// Identifier.
    pub id: Id,
    /// The year of the edition.
    #[schema(minimum = 2018, maximum = 2200, examples(2027))]
    pub edition_year: i64,
    /// The kind of nominations.
    pub kind: NominationKind,
    /// What decided the draw: drawn by the service. Absent in a rehearsal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("q83vASNFZ4mrze8BI0VniQ"))]
    pub seed: Option<String>,
    /// How many evaluations every nomination was to have.
    #[schema(minimum = 1, maximum = 50)]
    pub evaluations_per_nomination: i64,
    /// What was assigned to whom. Absent in a rehearsal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub assigned: Option<Vec<AssignedPair>>,
    /// What was not assigned for a conflict of interest.
    pub excluded: Vec<ExcludedPair>,
    /// How much each juror has to do since. Absent in a rehearsal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub load: Option<Vec<JurorLoad>>,
    /// When it was drawn.
    pub created_at: UtcTime,
}

impl PublicAssignment {
    /// The assignment for the edition of a year.
    pub fn new(row: AssignmentRow, edition_year: i64) -> Self {
        let Report { assigned, excluded, load } = row.report.0;
        Self {
            id: row.id,
            edition_year,
            kind: row.kind.0,
            seed: Some(row.seed),
            evaluations_per_nomination: row.evaluations_per_nomination,
            assigned: Some(assigned),
            excluded,
            load: Some(load),
            created_at: row.at,
        }
    }

    /// What a rehearsal shows: whoever saw a draw in advance could ask again until it suits.
    pub fn rehearsed(self) -> Self {
        Self { seed: None, assigned: None, load: None, ..self }
    }
}

/// What an assignment is asked for with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = AssignmentInput, example = json!({"kind": "city", "evaluations_per_nomination": 3}))]
pub struct AssignmentInput {
    /// The kind of nominations.
    pub kind: NominationKind,
    /// How many evaluations every nomination is to have, those that it has already included. Left out, as many as a
    /// result needs (the edition's parameter `min_evaluations`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 50)]
    pub evaluations_per_nomination: Option<i64>,
    /// The accounts of the jurors to draw from. Left out, all active jurors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "no_repetition"))]
    #[schema(min_items = 1, max_items = 500)]
    pub juror_ids: Option<Vec<Id>>,
}

fn no_repetition(ids: &[Id]) -> Result<(), ValidationError> {
    let mut seen = HashSet::new();
    match ids.iter().position(|id| !seen.insert(id)) {
        Some(place) => Err(validation::at(format!("/{place}"), ValidationError::new("repeated"))),
        None => Ok(()),
    }
}

impl Resource for PublicAssignment {
    /// It is read in the list of the edition's.
    fn path(&self) -> String {
        format!("/v1/editions/{}/assignments", self.edition_year)
    }

    fn version(&self) -> i64 {
        1
    }

    fn updated_at(&self) -> UtcTime {
        self.created_at
    }
}

impl Listed for PublicAssignment {
    const LIST: ListSpec = ListSpec {
        filters: &[Filter::any_of(
            "kind",
            ValueType::Keyword(NominationKind::VARIANTS),
            "assignments.kind IN {}",
            "The kind of nominations.",
        )],
        sorts: &[Sort {
            name: "created_at",
            sql: "assignments.at",
            value_type: ValueType::Instant,
            nullable: false,
        }],
        default_sort: "-created_at",
        ..ListSpec::new(
            "assignments",
            Sort { name: "id", sql: "assignments.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
