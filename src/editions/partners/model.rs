//! A partner as it is kept, as everybody may see it and as it is written, and what the list of partners can do.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use strum::VariantNames;
use utoipa::ToSchema;
use validator::Validate;

use crate::audit::Kept;
use crate::database::listing::{Facet, Filter, ListSpec, Sort, ValueType};
use crate::database::schema::partners;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::language::{LocalizedText, Name, Text};

/// The kind of a partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PartnerKind {
    /// It organises the edition.
    Organiser,
    /// A ministry.
    Ministry,
    /// An authority of the territory: a wilaya, a prefecture, a province.
    Authority,
    /// An elected body: a commune, a council.
    Elected,
    /// A partner in the city.
    LocalPartner,
    /// Another partner.
    Partner,
}

/// A partner as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = partners, treat_none_as_null = true)]
pub struct PartnerRow {
    pub(crate) id: Id,
    pub(crate) edition_id: Id,
    pub(crate) position: i64,
    pub(crate) kind: Keyword<PartnerKind>,
    pub(crate) name: Json<Text>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
}

/// An organisation, authority or elected body that organises an edition or takes part in it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Partner)]
pub struct PublicPartner {
    /// Identifier.
    pub id: Id,
    /// The year of its edition.
    #[schema(minimum = 2018, maximum = 2200, examples(2022))]
    pub edition_year: i64,
    /// Kind.
    pub kind: PartnerKind,
    /// Name.
    pub name: LocalizedText,
    /// When the record was made.
    pub created_at: UtcTime,
    /// When the record changed last.
    pub updated_at: UtcTime,
    #[serde(skip)]
    version: i64,
}

/// What a partner is written with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = PartnerInput, example = json!({
    "kind": "elected",
    "name": {"ar": "جماعة سلا", "fr": "Commune de Salé"}
}))]
pub struct PartnerInput {
    /// Kind.
    pub kind: PartnerKind,
    /// Name, in one language at least.
    #[validate(nested)]
    pub name: Name,
}

impl PartnerRow {
    /// The partner of an edition that `input` describes.
    pub fn new(edition_id: Id, position: i64, input: PartnerInput) -> Self {
        let now = UtcTime::now();
        Self {
            id: Id::new(),
            edition_id,
            position,
            kind: Keyword(input.kind),
            name: Json(input.name.0),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The next version of this partner, as `input` describes it.
    pub fn next(&self, input: PartnerInput) -> Self {
        Self {
            id: self.id,
            version: self.version + 1,
            created_at: self.created_at,
            updated_at: UtcTime::now().max(self.updated_at),
            ..Self::new(self.edition_id, self.position, input)
        }
    }

    /// What would have to be written to get this partner.
    pub fn input(&self) -> PartnerInput {
        PartnerInput { kind: self.kind.0, name: self.name.0.clone().into() }
    }
}

impl PublicPartner {
    /// The partner of the edition of a year.
    pub fn new(row: PartnerRow, edition_year: i64) -> Self {
        Self {
            id: row.id,
            edition_year,
            kind: row.kind.0,
            name: row.name.0.into(),
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl Kept for PartnerRow {
    const KIND: &'static str = "partner";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!(self.input())
    }
}

impl Resource for PublicPartner {
    fn path(&self) -> String {
        format!("/v1/editions/{}/partners/{}", self.edition_year, self.id)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}

impl Listed for PublicPartner {
    const LIST: ListSpec = ListSpec {
        filters: &[Filter::any_of(
            "kind",
            ValueType::Keyword(PartnerKind::VARIANTS),
            "partners.kind IN {}",
            "Kind of partner.",
        )],
        sorts: &[Sort {
            name: "position",
            sql: "partners.position",
            value_type: ValueType::Integer(0, i64::MAX),
            nullable: false,
        }],
        default_sort: "position",
        facets: &[Facet { name: "kind", sql: "partners.kind", join: "" }],
        ..ListSpec::new(
            "partners",
            Sort { name: "id", sql: "partners.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
