//! A change of an edition's state as it is kept, as everybody may see it and as it is asked for.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as JsonValue, json};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::audit::Kept;
use crate::database::listing::{ListSpec, Sort, ValueType};
use crate::database::schema::edition_transitions;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::editions::model::EditionRow;
use crate::editions::rules::Status;
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::language::{LocalizedText, LongText, Text};
use crate::validation;

/// A change of state as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = edition_transitions)]
pub struct TransitionRow {
    pub(super) id: Id,
    pub(super) edition_id: Id,
    pub(super) edition_year: i64,
    pub(super) from_status: Keyword<Status>,
    pub(super) to_status: Keyword<Status>,
    pub(super) reason: Option<Json<Text>>,
    pub(super) account_id: Id,
    pub(super) at: UtcTime,
}

/// What a change of state, or of the title, changes of an edition, with what was said of it.
pub(super) struct Stage {
    pub(super) edition: EditionRow,
    said: Map<String, JsonValue>,
}

impl Stage {
    /// An edition of which nothing was said.
    pub(super) fn of(edition: &EditionRow) -> Self {
        Self { edition: edition.clone(), said: Map::new() }
    }

    /// An edition that says itself why it came where it is.
    pub(super) fn with_reason(edition: EditionRow) -> Self {
        let reason = edition.status_reason.as_deref().map(|reason| ("reason".to_owned(), json!(reason)));
        Self { said: reason.into_iter().collect(), edition }
    }

    /// An edition whose title an account has taken back for a reason.
    pub(super) fn vacated(edition: EditionRow, reason: &str, account_id: Id) -> Self {
        let said = [("reason", json!(reason)), ("account_id", json!(account_id))];
        Self { said: said.into_iter().map(|(name, said)| (name.to_owned(), said)).collect(), edition }
    }
}

impl Kept for Stage {
    const KIND: &'static str = EditionRow::KIND;

    fn name_in_trail(&self) -> String {
        self.edition.name_in_trail()
    }

    fn kept(&self) -> JsonValue {
        let edition = &self.edition;
        let mut kept = json!({
            "year": edition.year,
            "status": edition.status.0,
            "city_code": edition.city_code,
            "designated_on": edition.designated_on,
            "designated_for_year": edition.designated_for_year,
            "next_city_announced": edition.next_city_announced.as_ref().map(|next| &next.0),
        });
        kept.as_object_mut().into_iter().for_each(|kept| kept.extend(self.said.clone()));
        kept
    }
}

/// A change of an edition's state.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EditionTransition)]
pub struct PublicTransition {
    /// Identifier.
    pub id: Id,
    /// The year that the edition had after the change.
    #[schema(minimum = 2018, maximum = 2200, examples(2027))]
    pub edition_year: i64,
    /// The state before.
    #[schema(examples("draft"))]
    pub from: Status,
    /// The state after.
    #[schema(examples("city_call_open"))]
    pub to: Status,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<LocalizedText>,
    /// When.
    pub at: UtcTime,
    #[serde(skip)]
    edition_version: i64,
}

impl PublicTransition {
    /// A change of state of an edition that is now at `edition_version`.
    pub(super) fn new(row: TransitionRow, edition_version: i64) -> Self {
        Self {
            id: row.id,
            edition_year: row.edition_year,
            from: row.from_status.0,
            to: row.to_status.0,
            reason: row.reason.map(|reason| reason.0.into()),
            at: row.at,
            edition_version,
        }
    }
}

/// What a change of state is asked for with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_together", skip_on_field_errors = true))]
#[schema(as = EditionTransitionInput, example = json!({
    "to": "postponed",
    "reason": {"ar": "جائحة كوفيد-19", "fr": "Pandémie de Covid-19"},
    "year": 2028
}))]
pub struct TransitionInput {
    /// The state to go to.
    pub to: Status,
    /// Why; needed to postpone and to cancel. Everybody can read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub reason: Option<LongText>,
    /// The later year that the edition is postponed to; needed for that and for nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 2018, maximum = 2200)]
    pub year: Option<i64>,
}

fn check_together(input: &TransitionInput) -> Result<(), ValidationError> {
    let postpones = input.to == Status::Postponed;
    if (postpones || input.to == Status::Cancelled) && input.reason.is_none() {
        return Err(validation::required("/reason"));
    }
    match input.year {
        None if postpones => Err(validation::required("/year")),
        Some(_) if !postpones => Err(validation::inapplicable("/year", "to")),
        _ => Ok(()),
    }
}

impl Resource for PublicTransition {
    /// A change of state is read as part of the history that it belongs to.
    fn path(&self) -> String {
        format!("/v1/editions/{}/history", self.edition_year)
    }

    fn versioned_path(&self) -> String {
        format!("/v1/editions/{}", self.edition_year)
    }

    /// The version of the edition: the `ETag` of a transition is the one that the next change has to match.
    fn version(&self) -> i64 {
        self.edition_version
    }

    fn updated_at(&self) -> UtcTime {
        self.at
    }
}

impl Listed for PublicTransition {
    const LIST: ListSpec = ListSpec {
        sorts: &[Sort {
            name: "at",
            sql: "edition_transitions.at",
            value_type: ValueType::Instant,
            nullable: false,
        }],
        default_sort: "at",
        ..ListSpec::new(
            "edition_transitions",
            Sort { name: "id", sql: "edition_transitions.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
