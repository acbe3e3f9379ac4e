//! A deleted record as it is kept and listed, and what a restoration is asked for with.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use strum::VariantNames;
use utoipa::ToSchema;
use validator::Validate;

use crate::database::listing::{Filter, ListSpec, Sort, ValueType};
use crate::database::schema::deleted_records;
use crate::database::types::{Json, Keyword, UtcTime};
use crate::http::list::Listed;
use crate::language::{LocalizedText, Text};
use crate::validation;

/// The kinds of records that can be restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RecordKind {
    /// A city.
    City,
    /// An association.
    Association,
    /// An edition.
    Edition,
    /// A nomination.
    Nomination,
}

impl RecordKind {
    /// The collection that its records stand in.
    pub fn collection(self) -> &'static str {
        match self {
            Self::City => "cities",
            Self::Association => "associations",
            Self::Edition => "editions",
            Self::Nomination => "nominations",
        }
    }
}

/// A deleted record as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = deleted_records)]
pub struct Deleted {
    pub(crate) id: String,
    pub(crate) kind: Keyword<RecordKind>,
    pub(crate) name: Option<Json<Text>>,
    pub(crate) deleted_at: UtcTime,
}

impl Deleted {
    /// A record of this kind, code or identifier and name, deleted at a time.
    pub fn new(kind: RecordKind, id: impl ToString, name: Option<Text>, deleted_at: UtcTime) -> Self {
        Self { id: id.to_string(), kind: Keyword(kind), name: name.map(Json), deleted_at }
    }
}

/// A record that was deleted and can be restored.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeletedRecord {
    /// Its code or identifier.
    #[schema(examples("03.231.01.0"))]
    pub id: String,
    /// What it is.
    pub kind: RecordKind,
    /// Its name; a nomination has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<LocalizedText>,
    /// When it was deleted. By whom, and how it was then, the audit trail tells.
    pub deleted_at: UtcTime,
    /// Where it is restored, by a `POST` with the reason.
    #[schema(format = "iri-reference", examples("/v1/cities/03.231.01.0/restorations"))]
    pub restorations: String,
}

impl From<Deleted> for DeletedRecord {
    fn from(row: Deleted) -> Self {
        let kind = row.kind.0;
        Self {
            restorations: format!("/v1/{}/{}/restorations", kind.collection(), row.id),
            id: row.id,
            kind,
            name: row.name.map(|name| name.0.into()),
            deleted_at: row.deleted_at,
        }
    }
}

impl Listed for DeletedRecord {
    const LIST: ListSpec = ListSpec {
        filters: &[
            Filter::any_of(
                "kind",
                ValueType::Keyword(RecordKind::VARIANTS),
                "deleted_records.kind IN {}",
                "What it is.",
            ),
            Filter::range(
                "deleted_at",
                ValueType::Instant,
                "deleted_records.deleted_at",
                "When it was deleted.",
            ),
        ],
        sorts: &[Sort {
            name: "deleted_at",
            sql: "deleted_records.deleted_at",
            value_type: ValueType::Instant,
            nullable: false,
        }],
        default_sort: "-deleted_at",
        ..ListSpec::new(
            "deleted_records",
            Sort {
                name: "id",
                sql: "deleted_records.id",
                value_type: ValueType::Text("03.231.01.0"),
                nullable: false,
            },
        )
    };
}

/// What a restoration is asked for with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Deleted by mistake: the wrong commune was chosen."}))]
pub struct RestorationInput {
    /// Why the record comes back. It stands in the audit trail.
    #[validate(custom(function = "validation::not_blank"))]
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}
