//! A criterion as it is kept, as everybody may see it and as it is written, and what the list of criteria can do.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use strum::VariantNames;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::defaults::DEFAULTS;
use crate::audit::Kept;
use crate::database::listing::{Facet, Filter, ListSpec, Sort, ValueType};
use crate::database::schema::criteria;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::editions::model::EditionRow;
use crate::error::FieldRule;
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::language::{LocalizedText, Name, Text};
use crate::validation;

/// What a nomination is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum NominationKind {
    /// A city, to be capital of civil society.
    City,
    /// An association, to be honoured.
    Association,
}

impl NominationKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::City, Self::Association];
}

/// A criterion as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = criteria, treat_none_as_null = true)]
pub struct CriterionRow {
    pub(crate) id: Id,
    pub(crate) edition_id: Id,
    pub(crate) position: i64,
    pub(crate) code: String,
    pub(crate) nomination_kind: Keyword<NominationKind>,
    pub(crate) name: Json<Text>,
    pub(crate) weight: Option<i64>,
    pub(crate) sources: Json<Vec<String>>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
}

impl CriterionRow {
    /// A criterion of an edition, without a weight and sources.
    pub fn new(edition_id: Id, position: i64, kind: NominationKind, code: &str, name: Text) -> Self {
        let now = UtcTime::now();
        Self {
            id: Id::new(),
            edition_id,
            position,
            code: code.to_owned(),
            nomination_kind: Keyword(kind),
            name: Json(name),
            weight: None,
            sources: Json(Vec::new()),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The criteria that an edition begins with.
    pub fn defaults(edition_id: Id) -> impl Iterator<Item = Self> {
        (1..).zip(&DEFAULTS).map(move |(position, default)| {
            let some = |text: &str| Some(text.to_owned());
            let name = Text { ar: some(default.ar), fr: some(default.fr), zgh: None, en: some(default.en) };
            Self {
                weight: Some(default.weight),
                ..Self::new(edition_id, position, default.kind, default.code, name)
            }
        })
    }

    /// What would have to be written to get this criterion.
    pub fn input(&self) -> CriterionInput {
        CriterionInput {
            code: self.code.clone(),
            nomination_kind: self.nomination_kind.0,
            name: self.name.0.clone().into(),
            weight: self.weight.unwrap_or(0),
        }
    }
}

/// All criteria of the edition of a year as they are kept, in their order.
pub(super) struct KeptCriteria {
    pub(super) edition_year: i64,
    pub(super) rows: Vec<CriterionRow>,
}

impl Kept for KeptCriteria {
    const KIND: &'static str = "criteria";

    fn name_in_trail(&self) -> String {
        self.edition_year.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!({"items": self.rows.iter().map(CriterionRow::input).collect::<Vec<_>>()})
    }
}

/// A criterion by which the nominations for an edition are evaluated.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Criterion)]
pub struct PublicCriterion {
    /// Identifier.
    pub id: Id,
    /// A word for programs, unique among the edition's criteria for the same kind of nomination.
    #[schema(examples("association_vitality"))]
    pub code: String,
    /// The year of its edition.
    #[schema(minimum = 2018, maximum = 2200, examples(2022))]
    pub edition_year: i64,
    /// The kind of nomination that it is for.
    pub nomination_kind: NominationKind,
    /// Name.
    pub name: LocalizedText,
    /// Its weight; those of all criteria for a kind of nomination add up to 100. Absent where none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 100, examples(30))]
    pub weight: Option<i64>,
    /// Web addresses that say what stands here.
    pub sources: Vec<String>,
    /// When the record was made.
    pub created_at: UtcTime,
    /// When the record changed last.
    pub updated_at: UtcTime,
}

impl PublicCriterion {
    /// The criterion of the edition of a year.
    pub(super) fn new(row: CriterionRow, edition_year: i64) -> Self {
        Self {
            id: row.id,
            code: row.code,
            edition_year,
            nomination_kind: row.nomination_kind.0,
            name: row.name.0.into(),
            weight: row.weight,
            sources: row.sources.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl Listed for PublicCriterion {
    const LIST: ListSpec = ListSpec {
        filters: &[Filter::any_of(
            "nomination_kind",
            ValueType::Keyword(NominationKind::VARIANTS),
            "criteria.nomination_kind IN {}",
            "The kind of nomination that it is for.",
        )],
        sorts: &[
            Sort {
                name: "position",
                sql: "criteria.position",
                value_type: ValueType::Integer(0, i64::MAX),
                nullable: false,
            },
            Sort {
                name: "weight",
                sql: "criteria.weight",
                value_type: ValueType::Integer(0, 100),
                nullable: true,
            },
        ],
        default_sort: "position",
        facets: &[Facet { name: "nomination_kind", sql: "criteria.nomination_kind", join: "" }],
        // The code is what evaluations know a criterion by; only the identifier is unique.
        ..ListSpec::new(
            "criteria",
            Sort { name: "code", sql: "criteria.id", value_type: ValueType::Id, nullable: false },
        )
    };
}

/// All criteria of an edition, in their order. They have the edition's version: the `ETag` of an edition is good for
/// writing its criteria, and the other way round.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CriteriaSet {
    /// The year of the edition.
    #[schema(minimum = 2018, maximum = 2200, examples(2027))]
    pub edition_year: i64,
    /// The criteria. The first of each kind has a pass mark of its own; it and the second decide ties.
    pub items: Vec<PublicCriterion>,
    #[serde(skip)]
    edition_version: i64,
    #[serde(skip)]
    updated_at: UtcTime,
}

impl CriteriaSet {
    /// The criteria of an edition.
    pub(super) fn new(edition: &EditionRow, rows: Vec<CriterionRow>) -> Self {
        Self {
            edition_year: edition.year,
            items: rows.into_iter().map(|row| PublicCriterion::new(row, edition.year)).collect(),
            edition_version: edition.version,
            updated_at: edition.updated_at,
        }
    }
}

impl Resource for CriteriaSet {
    fn path(&self) -> String {
        format!("/v1/editions/{}/criteria", self.edition_year)
    }

    fn versioned_path(&self) -> String {
        format!("/v1/editions/{}", self.edition_year)
    }

    fn version(&self) -> i64 {
        self.edition_version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}

impl Listed for CriteriaSet {
    const LIST: ListSpec = PublicCriterion::LIST;
}

/// What the criteria of an edition are written with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_codes", skip_on_field_errors = true))]
#[schema(example = json!({"items": [
    {"code": "association_vitality", "nomination_kind": "city", "name": {"fr": "Vitalité associative"}, "weight": 60},
    {"code": "programme", "nomination_kind": "city", "name": {"fr": "Programme proposé"}, "weight": 40},
    {"code": "impact", "nomination_kind": "association", "name": {"fr": "Efficacité et impact"}, "weight": 100}
]}))]
pub struct CriteriaInput {
    /// The criteria of both kinds of nominations, in their order. The weights of each kind add up to 100.
    #[validate(nested)]
    #[schema(min_items = 1, max_items = 50)]
    pub items: Vec<CriterionInput>,
}

/// What a criterion is written with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CriterionInput {
    /// A word for programs, by which evaluations know it: unique among the criteria for the same kind of nomination.
    #[validate(custom(function = "check_code"))]
    #[schema(min_length = 1, max_length = 100, pattern = "^[a-z][a-z0-9_]*$")]
    pub code: String,
    /// The kind of nomination that it is for.
    pub nomination_kind: NominationKind,
    /// Name, in one language at least.
    #[validate(nested)]
    pub name: Name,
    /// Its weight.
    #[schema(minimum = 0, maximum = 100)]
    pub weight: i64,
}

fn check_code(code: &str) -> Result<(), ValidationError> {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let fits = code.bytes().all(letter) && code.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    if fits {
        return Ok(());
    }
    let mut error = validation::breaks(FieldRule::Pattern);
    error.add_param("expected".into(), &"fit_with_values");
    Err(error)
}

fn check_codes(input: &CriteriaInput) -> Result<(), ValidationError> {
    let mut known = std::collections::HashSet::new();
    for (place, item) in input.items.iter().enumerate() {
        if !known.insert((item.nomination_kind, &item.code)) {
            return Err(validation::at(
                format!("/items/{place}/code"),
                validation::breaks(FieldRule::Repeated),
            ));
        }
    }
    Ok(())
}
