//! A deliberation as it is kept and as everybody may see it, the body that closes a jury, and the change of its state.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use strum::VariantNames as _;
use utoipa::ToSchema;
use validator::Validate;

use super::rules::Status;
use crate::audit::Kept;
use crate::database::listing::{Filter, ListSpec, Sort, ValueType};
use crate::database::schema::deliberations;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::nominations::rules::{Kind, Status as NominationStatus};
use crate::selection::results::record::SealedRecord;
use crate::validation;

/// A deliberation as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = deliberations, treat_none_as_null = true)]
pub struct DeliberationRow {
    pub(crate) id: Id,
    pub(crate) edition_id: Id,
    pub(crate) kind: Keyword<Kind>,
    pub(crate) status: Keyword<Status>,
    pub(crate) commitment: String,
    pub(crate) record: Json<SealedRecord>,
    /// The word under which each juror stands in the record; never shown.
    pub(crate) pseudonyms: Json<BTreeMap<Id, String>>,
    pub(crate) chain_seq: Option<i64>,
    pub(crate) chain_hash: Option<String>,
    pub(crate) reopening_reason: Option<String>,
    pub(crate) closed_by: Id,
    pub(crate) closed_at: UtcTime,
    pub(crate) reopened_at: Option<UtcTime>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
}

impl DeliberationRow {
    /// The next version of this deliberation, in another state since `now`.
    pub fn moved(&self, to: Status, now: UtcTime) -> Self {
        Self {
            status: Keyword(to),
            version: self.version + 1,
            updated_at: now.max(self.updated_at),
            ..self.clone()
        }
    }
}

/// What a change of state tells of a deliberation.
impl Kept for DeliberationRow {
    const KIND: &'static str = "deliberation";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        match self.status.0 {
            Status::Closed => json!({"status": Status::Closed}),
            status => json!({"status": status, "reason": self.reopening_reason}),
        }
    }
}

/// A deliberation with what it makes of its nominations.
pub(super) struct Closing {
    pub(super) deliberation: DeliberationRow,
    pub(super) edition_year: i64,
    pub(super) outcomes: BTreeMap<Id, NominationStatus>,
}

impl Kept for Closing {
    const KIND: &'static str = DeliberationRow::KIND;

    fn name_in_trail(&self) -> String {
        self.deliberation.name_in_trail()
    }

    fn kept(&self) -> JsonValue {
        json!({
            "edition_year": self.edition_year,
            "kind": self.deliberation.kind.0,
            "status": self.deliberation.status.0,
            "commitment": self.deliberation.commitment,
            "outcomes": self.outcomes,
        })
    }
}

/// The closing of a jury's work on one kind of nominations. What the jury found stays under embargo; the commitment is
/// public at once, so that the record which is published with the result can be held against it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Deliberation)]
pub struct PublicDeliberation {
    /// Identifier.
    pub id: Id,
    /// Its edition.
    pub edition_id: Id,
    /// The year of its edition.
    #[schema(minimum = 2018, maximum = 2200, examples(2027))]
    pub edition_year: i64,
    /// The kind of nominations.
    pub kind: Kind,
    /// Its state.
    pub status: Status,
    /// SHA-256 of the sealed record's canonical JSON (RFC 8785), as hexadecimal digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub commitment: String,
    /// When the jury closed.
    pub closed_at: UtcTime,
    /// When it was opened again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reopened_at: Option<UtcTime>,
    /// Why it was opened again, in the words of the office that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reopening_reason: Option<String>,
    /// How many entries of the audit trail were sealed when the jury closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, examples(4182))]
    pub audit_seq: Option<i64>,
    /// The hash of the newest one of them: the trail that leads to the closing cannot be written anew without it
    /// changing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[0-9a-f]{64}$")]
    pub audit_hash: Option<String>,
    #[serde(skip)]
    updated_at: UtcTime,
    #[serde(skip)]
    version: i64,
}

impl PublicDeliberation {
    /// A deliberation of the edition of a year.
    pub fn new(row: DeliberationRow, edition_year: i64) -> Self {
        Self {
            id: row.id,
            edition_id: row.edition_id,
            edition_year,
            kind: row.kind.0,
            status: row.status.0,
            commitment: row.commitment,
            closed_at: row.closed_at,
            reopened_at: row.reopened_at,
            reopening_reason: row.reopening_reason,
            audit_seq: row.chain_seq,
            audit_hash: row.chain_hash,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl Resource for PublicDeliberation {
    fn path(&self) -> String {
        format!("/v1/editions/{}/deliberations/{}", self.edition_year, self.id)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}

impl Listed for PublicDeliberation {
    const LIST: ListSpec = ListSpec {
        filters: &[
            Filter::any_of(
                "kind",
                ValueType::Keyword(Kind::VARIANTS),
                "deliberations.kind IN {}",
                "Kind of nominations.",
            ),
            Filter::any_of(
                "status",
                ValueType::Keyword(Status::VARIANTS),
                "deliberations.status IN {}",
                "State.",
            ),
        ],
        sorts: &[Sort {
            name: "closed_at",
            sql: "deliberations.closed_at",
            value_type: ValueType::Instant,
            nullable: false,
        }],
        default_sort: "closed_at",
        ..ListSpec::new(
            "deliberations",
            Sort { name: "id", sql: "deliberations.id", value_type: ValueType::Id, nullable: false },
        )
    };
}

/// What the chair closes the jury with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = DeliberationInput, example = json!({"kind": "city"}))]
pub struct DeliberationInput {
    /// The kind of nominations on which the jury has finished its work.
    pub kind: Kind,
}

/// What a change of state is asked for with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = DeliberationTransitionInput, example = json!({
    "to": "reopened",
    "reason": "A juror's conflict of interest was found; another juror has to evaluate."
}))]
pub struct TransitionInput {
    /// The state to go to: `reopened`.
    pub to: Status,
    /// Why, in a sentence. It is public: nothing of the scores belongs here.
    #[validate(custom(function = "validation::not_blank"))]
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// A change of a deliberation's state.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DeliberationTransition)]
pub struct PublicTransition {
    /// The deliberation.
    pub deliberation_id: Id,
    /// The state before.
    #[schema(examples("closed"))]
    pub from: Status,
    /// The state after.
    #[schema(examples("reopened"))]
    pub to: Status,
    /// Why, in the words of the office that did it.
    pub reason: String,
    /// When.
    pub at: UtcTime,
    #[serde(skip)]
    pub(super) edition_year: i64,
    #[serde(skip)]
    pub(super) deliberation_version: i64,
}

impl Resource for PublicTransition {
    /// A change of state is read in the deliberation itself.
    fn path(&self) -> String {
        format!("/v1/editions/{}/deliberations/{}", self.edition_year, self.deliberation_id)
    }

    fn version(&self) -> i64 {
        self.deliberation_version
    }

    fn updated_at(&self) -> UtcTime {
        self.at
    }
}

/// Changes are not listed by themselves.
impl Listed for PublicTransition {
    const LIST: ListSpec = ListSpec::new(
        "deliberations",
        Sort { name: "id", sql: "deliberations.id", value_type: ValueType::Id, nullable: false },
    );
}
