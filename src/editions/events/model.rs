//! An event as it is kept, as everybody may see it and as it is written, and what the list of events can do.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use strum::VariantNames;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::audit::Kept;
use crate::database::listing::{Facet, Filter, ListSpec, Sort, ValueType};
use crate::database::schema::events;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::language::{LocalizedText, Name, Text};
use crate::validation::{self, WebAddress};

/// The kind of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum EventKind {
    /// A meeting with the press.
    PressMeeting,
    /// The opening.
    Opening,
    /// A conference or a seminar.
    Conference,
    /// An exhibition.
    Exhibition,
    /// A stage of a caravan, in another city.
    CaravanStage,
    /// A stage of the celebrations.
    Stage,
    /// The end of a stage.
    ClosingOfStage,
    /// The programme of local associations.
    LocalProgramme,
    /// The signing of an agreement.
    Agreement,
    /// The closing.
    Closing,
    /// The announcement of the next capital.
    DesignationOfNext,
}

/// An event as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = events, treat_none_as_null = true)]
pub struct EventRow {
    pub(crate) id: Id,
    pub(crate) edition_id: Id,
    pub(crate) position: i64,
    pub(crate) kind: Keyword<EventKind>,
    pub(crate) title: Json<Text>,
    pub(crate) starts_on: Option<NaiveDate>,
    pub(crate) ends_on: Option<NaiveDate>,
    pub(crate) place: Option<Json<Text>>,
    pub(crate) sources: Json<Vec<WebAddress>>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
}

/// An event of an edition. What is not known is absent.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct PublicEvent {
    /// Identifier.
    pub id: Id,
    /// The year of its edition.
    #[schema(minimum = 2018, maximum = 2200, examples(2022))]
    pub edition_year: i64,
    /// Kind.
    pub kind: EventKind,
    /// Title.
    pub title: LocalizedText,
    /// Its first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("2022-06-09"))]
    pub starts_on: Option<NaiveDate>,
    /// Its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("2022-06-09"))]
    pub ends_on: Option<NaiveDate>,
    /// Where it takes place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub place: Option<LocalizedText>,
    /// Web addresses that say what stands here.
    pub sources: Vec<WebAddress>,
    /// When the record was made.
    pub created_at: UtcTime,
    /// When the record changed last.
    pub updated_at: UtcTime,
    #[serde(skip)]
    version: i64,
}

/// What an event is written with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_together", skip_on_field_errors = true))]
#[schema(as = EventInput, example = json!({
    "kind": "opening",
    "title": {"ar": "الجلسة الافتتاحية", "fr": "Cérémonie d'ouverture"},
    "starts_on": "2027-05-20",
    "ends_on": "2027-05-20",
    "place": {"fr": "Théâtre Mohammed VI"}
}))]
pub struct EventInput {
    /// Kind.
    pub kind: EventKind,
    /// Title, in one language at least.
    #[validate(nested)]
    pub title: Name,
    /// Its first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::calendar_day"))]
    pub starts_on: Option<NaiveDate>,
    /// Its last day; not before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::calendar_day"))]
    pub ends_on: Option<NaiveDate>,
    /// Where it takes place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub place: Option<Name>,
    /// Web addresses that say what stands here.
    #[serde(default)]
    #[validate(nested)]
    #[schema(max_items = 20)]
    pub sources: Vec<WebAddress>,
}

fn check_together(input: &EventInput) -> Result<(), ValidationError> {
    if input.ends_on.is_some() && input.ends_on < input.starts_on {
        return Err(validation::too_early("/ends_on", "starts_on"));
    }
    Ok(())
}

impl EventRow {
    /// The event of an edition that `input` describes.
    pub fn new(edition_id: Id, position: i64, input: EventInput) -> Self {
        let now = UtcTime::now();
        Self {
            id: Id::new(),
            edition_id,
            position,
            kind: Keyword(input.kind),
            title: Json(input.title.0),
            starts_on: input.starts_on,
            ends_on: input.ends_on,
            place: input.place.map(|place| Json(place.0)),
            sources: Json(input.sources),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The next version of this event, as `input` describes it.
    pub fn next(&self, input: EventInput) -> Self {
        Self {
            id: self.id,
            version: self.version + 1,
            created_at: self.created_at,
            updated_at: UtcTime::now().max(self.updated_at),
            ..Self::new(self.edition_id, self.position, input)
        }
    }

    /// What would have to be written to get this event.
    pub fn input(&self) -> EventInput {
        let row = self.clone();
        EventInput {
            kind: row.kind.0,
            title: row.title.0.into(),
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            place: row.place.map(|place| place.0.into()),
            sources: row.sources.0,
        }
    }
}

impl PublicEvent {
    /// The event of the edition of a year.
    pub fn new(row: EventRow, edition_year: i64) -> Self {
        Self {
            id: row.id,
            edition_year,
            kind: row.kind.0,
            title: row.title.0.into(),
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            place: row.place.map(|place| place.0.into()),
            sources: row.sources.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl Kept for EventRow {
    const KIND: &'static str = "event";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!(self.input())
    }
}

impl Resource for PublicEvent {
    fn path(&self) -> String {
        format!("/v1/editions/{}/events/{}", self.edition_year, self.id)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}

impl Listed for PublicEvent {
    const LIST: ListSpec = ListSpec {
        filters: &[
            Filter::any_of(
                "kind",
                ValueType::Keyword(EventKind::VARIANTS),
                "events.kind IN {}",
                "Kind of event.",
            ),
            Filter::range("starts_on", ValueType::Date, "events.starts_on", "Its first day."),
        ],
        sorts: &[
            Sort {
                name: "position",
                sql: "events.position",
                value_type: ValueType::Integer(0, i64::MAX),
                nullable: false,
            },
            Sort { name: "starts_on", sql: "events.starts_on", value_type: ValueType::Date, nullable: true },
        ],
        default_sort: "position",
        facets: &[Facet { name: "kind", sql: "events.kind", join: "" }],
        ..ListSpec::new(
            "events",
            Sort { name: "id", sql: "events.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
