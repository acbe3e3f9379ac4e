//! An achievement as it is kept, as everybody may see it and as it is written, and what the list of achievements can do.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use strum::VariantNames as _;
use utoipa::ToSchema;
use validator::Validate;

use crate::associations::terms::AssociationValue;
use crate::audit::Kept;
use crate::database::listing::{Facet, Filter, ListSpec, Sort, ValueType};
use crate::database::schema::achievements;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::language::{LocalizedText, LongText, Name, Text};
use crate::validation::{self, WebAddress};

/// An achievement as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = achievements, treat_none_as_null = true)]
pub struct AchievementRow {
    pub(crate) id: Id,
    pub(crate) nomination_id: Id,
    pub(crate) position: i64,
    pub(crate) value: Keyword<AssociationValue>,
    pub(crate) title: Json<Text>,
    pub(crate) description: Json<Text>,
    pub(crate) achieved_on: Option<NaiveDate>,
    pub(crate) url: Option<String>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
}

/// Something that a nominated city or association has achieved for a value of the initiative.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Achievement)]
pub struct PublicAchievement {
    /// Identifier.
    pub id: Id,
    /// The nomination.
    pub nomination_id: Id,
    /// The value that it serves.
    pub value: AssociationValue,
    /// What it is called.
    pub title: LocalizedText,
    /// What was done, and what came of it.
    pub description: LocalizedText,
    /// The day on which it was achieved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("2025-06-14"))]
    pub achieved_on: Option<NaiveDate>,
    /// Where more is to be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri", examples("https://example.org/jeunes-et-quartiers"))]
    pub url: Option<String>,
    /// When the record was made.
    pub created_at: UtcTime,
    /// When the record changed last.
    pub updated_at: UtcTime,
    #[serde(skip)]
    version: i64,
}

/// What an achievement is written with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = AchievementInput, example = json!({
    "value": "dialogue",
    "title": {"ar": "مقاهي الحوار", "fr": "Les cafés du dialogue"},
    "description": {"fr": "Chaque mois, trente habitants de quartiers voisins débattent d'un projet commun."},
    "achieved_on": "2025-06-14"
}))]
pub struct AchievementInput {
    /// The value that it serves.
    pub value: AssociationValue,
    /// What it is called, in one language at least.
    #[validate(nested)]
    pub title: Name,
    /// What was done, and what came of it, in one language at least.
    #[validate(nested)]
    pub description: LongText,
    /// The day on which it was achieved, not in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(
        custom(function = "validation::calendar_day"),
        custom(function = "validation::not_in_the_future")
    )]
    pub achieved_on: Option<NaiveDate>,
    /// Where more is to be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub url: Option<WebAddress>,
}

impl AchievementRow {
    /// The achievement of a nomination that `input` describes.
    pub fn new(nomination_id: Id, position: i64, input: AchievementInput) -> Self {
        let now = UtcTime::now();
        Self {
            id: Id::new(),
            nomination_id,
            position,
            value: Keyword(input.value),
            title: Json(input.title.0),
            description: Json(input.description.0),
            achieved_on: input.achieved_on,
            url: input.url.map(|url| url.0),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The next version of this achievement, as `input` describes it.
    pub fn next(&self, input: AchievementInput) -> Self {
        Self {
            id: self.id,
            version: self.version + 1,
            created_at: self.created_at,
            updated_at: UtcTime::now().max(self.updated_at),
            ..Self::new(self.nomination_id, self.position, input)
        }
    }

    /// What would have to be written to get this achievement.
    pub fn input(&self) -> AchievementInput {
        AchievementInput {
            value: self.value.0,
            title: self.title.0.clone().into(),
            description: self.description.0.clone().into(),
            achieved_on: self.achieved_on,
            url: self.url.clone().map(WebAddress),
        }
    }
}

impl Kept for AchievementRow {
    const KIND: &'static str = "achievement";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!(self.input())
    }
}

impl From<AchievementRow> for PublicAchievement {
    fn from(row: AchievementRow) -> Self {
        Self {
            id: row.id,
            nomination_id: row.nomination_id,
            value: row.value.0,
            title: row.title.0.into(),
            description: row.description.0.into(),
            achieved_on: row.achieved_on,
            url: row.url,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl Resource for PublicAchievement {
    fn path(&self) -> String {
        format!("/v1/nominations/{}/achievements/{}", self.nomination_id, self.id)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}

impl Listed for PublicAchievement {
    const LIST: ListSpec = ListSpec {
        filters: &[Filter::any_of(
            "value",
            ValueType::Keyword(AssociationValue::VARIANTS),
            "achievements.value IN {}",
            "The value that it serves.",
        )],
        sorts: &[
            Sort {
                name: "position",
                sql: "achievements.position",
                value_type: ValueType::Integer(0, i64::MAX),
                nullable: false,
            },
            Sort {
                name: "achieved_on",
                sql: "achievements.achieved_on",
                value_type: ValueType::Date,
                nullable: true,
            },
        ],
        default_sort: "position",
        facets: &[Facet { name: "value", sql: "achievements.value", join: "" }],
        ..ListSpec::new(
            "achievements",
            Sort { name: "id", sql: "achievements.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
