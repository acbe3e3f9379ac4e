//! A decision of the chair as it is kept, as it is shown and as it is made.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use strum::VariantNames as _;
use utoipa::ToSchema;
use validator::Validate;

use crate::audit::Kept;
use crate::database::listing::{Filter, ListSpec, Sort, ValueType};
use crate::database::schema::{deliberations, tie_decisions};
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::nominations::rules::Kind;
use crate::validation;

/// A decision as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = tie_decisions)]
pub struct TieDecisionRow {
    pub(crate) id: Id,
    pub(crate) deliberation_id: Id,
    pub(crate) nominations: Json<Vec<Id>>,
    pub(crate) reason: String,
    pub(crate) account_id: Id,
    pub(crate) at: UtcTime,
}

/// A decision with the kind of its deliberation.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = tie_decisions)]
pub struct Entry {
    /// The row itself.
    #[diesel(embed)]
    pub row: TieDecisionRow,
    /// The kind of nominations.
    #[diesel(select_expression = deliberations::kind, select_expression_type = deliberations::kind)]
    pub kind: Keyword<Kind>,
}

impl Kept for Entry {
    const KIND: &'static str = "tie_decision";

    fn name_in_trail(&self) -> String {
        self.row.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!({
            "kind": self.kind.0,
            "nominations": self.row.nominations.0,
            "reason": self.row.reason,
        })
    }
}

/// The chair's order of nominations that are level in everything.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TieDecision)]
pub struct ShownTieDecision {
    /// Identifier.
    pub id: Id,
    /// The year of its edition.
    #[schema(minimum = 2018, maximum = 2200, examples(2027))]
    pub edition_year: i64,
    /// The kind of nominations.
    pub kind: Kind,
    /// The closing of the jury that it belongs to; after another one it no longer counts.
    pub deliberation_id: Id,
    /// The nominations, the best first.
    pub nominations: Vec<Id>,
    /// Why, in the chair's words.
    pub reason: String,
    /// When.
    pub at: UtcTime,
}

impl ShownTieDecision {
    /// A decision for the edition of a year.
    pub fn new(Entry { row, kind }: Entry, edition_year: i64) -> Self {
        Self {
            id: row.id,
            edition_year,
            kind: kind.0,
            deliberation_id: row.deliberation_id,
            nominations: row.nominations.0,
            reason: row.reason,
            at: row.at,
        }
    }
}

impl Resource for ShownTieDecision {
    /// A decision is read among the others of its edition.
    fn path(&self) -> String {
        format!("/v1/editions/{}/tie-decisions", self.edition_year)
    }

    /// A decision never changes; another one may follow it.
    fn version(&self) -> i64 {
        1
    }

    fn updated_at(&self) -> UtcTime {
        self.at
    }
}

impl Listed for ShownTieDecision {
    const LIST: ListSpec = ListSpec {
        filters: &[Filter::any_of(
            "kind",
            ValueType::Keyword(Kind::VARIANTS),
            "tie_decisions.deliberation_id IN (SELECT deliberations.id FROM deliberations \
                  WHERE deliberations.kind IN {})",
            "Kind of nominations.",
        )],
        sorts: &[Sort {
            name: "at",
            sql: "tie_decisions.at",
            value_type: ValueType::Instant,
            nullable: false,
        }],
        default_sort: "at",
        ..ListSpec::new(
            "tie_decisions",
            Sort { name: "id", sql: "tie_decisions.id", value_type: ValueType::Id, nullable: false },
        )
    };
}

/// What the chair decides with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = TieDecisionInput, example = json!({
    "kind": "city",
    "nominations": ["01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11", "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e12"],
    "reason": "Its programme reaches more neighbourhoods."
}))]
pub struct TieDecisionInput {
    /// The kind of nominations.
    pub kind: Kind,
    /// All nominations that are level with each other, the best first.
    #[schema(min_items = 2, max_items = 50)]
    pub nominations: Vec<Id>,
    /// Why. It is published with the result.
    #[validate(custom(function = "validation::not_blank"))]
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}
