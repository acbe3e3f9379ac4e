//! An honour as it is kept and as everybody may see it, and what the list of honours can do.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Value as JsonValue, json};
use utoipa::ToSchema;

use crate::associations::model::PublicAssociation;
use crate::audit::Kept;
use crate::database::listing::{Filter, ListSpec, Sort, ValueType};
use crate::database::schema::honours;
use crate::database::types::{Id, Json, UtcTime};
use crate::http::list::Listed;
use crate::language::{LocalizedText, Text};

/// An honour as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = honours, treat_none_as_null = true)]
pub struct HonourRow {
    pub(crate) id: Id,
    pub(crate) edition_id: Id,
    pub(crate) association_id: Id,
    pub(crate) title: Json<Text>,
    pub(crate) citation: Option<Json<Text>>,
    pub(crate) awarded_on: Option<NaiveDate>,
    pub(crate) nomination_id: Option<Id>,
    pub(crate) revoked_at: Option<UtcTime>,
    pub(crate) revocation_reason: Option<String>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
}

impl HonourRow {
    /// An honour of an association by an edition, without a citation and a day.
    pub fn new(edition_id: Id, association_id: Id, title: Text) -> Self {
        let now = UtcTime::now();
        Self {
            id: Id::new(),
            edition_id,
            association_id,
            title: Json(title),
            citation: None,
            awarded_on: None,
            nomination_id: None,
            revoked_at: None,
            revocation_reason: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

impl Kept for HonourRow {
    const KIND: &'static str = "honour";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!({
            "edition_id": self.edition_id,
            "association_id": self.association_id,
            "nomination_id": self.nomination_id,
            "title": self.title.0,
            "citation": self.citation.as_ref().map(|citation| &citation.0),
            "awarded_on": self.awarded_on,
            "revoked_at": self.revoked_at,
            "revocation_reason": self.revocation_reason,
        })
    }
}

/// An honour that an edition gave to an association.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Honour)]
pub struct PublicHonour {
    /// Identifier.
    pub id: Id,
    /// The edition that gave it.
    pub edition_id: Id,
    /// The year of its edition.
    #[schema(minimum = 2018, maximum = 2200, examples(2022))]
    pub edition_year: i64,
    /// The association.
    pub association_id: Id,
    /// What the honour is called.
    pub title: LocalizedText,
    /// Why it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub citation: Option<LocalizedText>,
    /// The day on which it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub awarded_on: Option<NaiveDate>,
    /// The nomination that it was given for; absent where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub nomination_id: Option<Id>,
    /// When it was taken back; absent while it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub revoked_at: Option<UtcTime>,
    /// Why it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub revocation_reason: Option<String>,
    /// The association itself, with `expand=association`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub association: Option<PublicAssociation>,
    /// When the record was made.
    pub created_at: UtcTime,
    /// When the record changed last.
    pub updated_at: UtcTime,
}

impl PublicHonour {
    /// The honour of the edition of a year.
    pub(super) fn new(row: HonourRow, edition_year: i64) -> Self {
        Self {
            id: row.id,
            edition_id: row.edition_id,
            edition_year,
            association_id: row.association_id,
            title: row.title.0.into(),
            citation: row.citation.map(|citation| citation.0.into()),
            awarded_on: row.awarded_on,
            nomination_id: row.nomination_id,
            revoked_at: row.revoked_at,
            revocation_reason: row.revocation_reason,
            association: None,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl Listed for PublicHonour {
    const LIST: ListSpec = ListSpec {
        filters: &[
            Filter::any_of(
                "association",
                ValueType::Id,
                "honours.association_id IN {}",
                "Identifier of the association.",
            ),
            Filter::range(
                "awarded_on",
                ValueType::Date,
                "honours.awarded_on",
                "The day on which it was given.",
            ),
        ],
        sorts: &[
            Sort {
                name: "awarded_on",
                sql: "honours.awarded_on",
                value_type: ValueType::Date,
                nullable: true,
            },
            Sort {
                name: "created_at",
                sql: "honours.created_at",
                value_type: ValueType::Instant,
                nullable: false,
            },
        ],
        default_sort: "awarded_on",
        expansions: &["association", "association.city"],
        ..ListSpec::new(
            "honours",
            Sort { name: "id", sql: "honours.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
