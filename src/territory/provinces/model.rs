//! A province as it is kept and as everybody may see it, and what the list of provinces can do.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use strum::VariantNames;
use utoipa::ToSchema;

use crate::database::listing::reference::REGIONS;
use crate::database::listing::{Facet, Filter, ListSpec, Searched, Sort, ValueType};
use crate::database::schema::provinces;
use crate::database::types::{Json, Keyword, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::language::{LocalizedText, Text};
use crate::territory::POPULATION;
use crate::territory::regions::model::PublicRegion;

/// The kind of a province.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ProvinceKind {
    /// A province, mostly rural.
    Province,
    /// A prefecture, mostly urban.
    Prefecture,
    /// One of the prefectures of arrondissements within Casablanca.
    PrefectureOfArrondissements,
}

/// A province as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = provinces, treat_none_as_null = true)]
pub struct ProvinceRow {
    pub(crate) code: String,
    pub(crate) slug: String,
    pub(crate) region_code: String,
    pub(crate) parent_code: String,
    pub(crate) kind: Keyword<ProvinceKind>,
    pub(crate) name: Json<Text>,
    pub(crate) name_ar_key: String,
    pub(crate) name_fr_key: String,
    pub(crate) search_text: String,
    pub(crate) population_2024: Option<i64>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
}

/// A province or prefecture of Morocco (there are 75, and 8 prefectures of arrondissements within Casablanca).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Province)]
pub struct PublicProvince {
    /// Code of the Haut-Commissariat au Plan.
    #[schema(examples("02.411"), pattern = r"^\d{2}\.\d{3}(\.\d{2}\.\d{2})?$")]
    pub code: String,
    /// A readable name for URLs, unique among the provinces.
    #[schema(examples("oujda-angad"))]
    pub slug: String,
    /// Name.
    pub name: LocalizedText,
    /// Kind. The population of a prefecture of arrondissements is contained in that of its parent.
    pub kind: ProvinceKind,
    /// The region that it lies in.
    #[schema(examples("02"))]
    pub region_code: String,
    /// What it is directly part of: a region, or Casablanca for its prefectures of arrondissements.
    #[schema(examples("02"))]
    pub parent_code: String,
    /// Inhabitants in the census of 2024.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, examples(568_545))]
    pub population_2024: Option<i64>,
    /// The region, with `expand=region`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub region: Option<PublicRegion>,
    /// When the record was made.
    pub created_at: UtcTime,
    /// When the record changed last.
    pub updated_at: UtcTime,
    #[serde(skip)]
    version: i64,
}

impl From<ProvinceRow> for PublicProvince {
    fn from(row: ProvinceRow) -> Self {
        Self {
            code: row.code,
            slug: row.slug,
            name: row.name.0.into(),
            kind: row.kind.0,
            region_code: row.region_code,
            parent_code: row.parent_code,
            population_2024: row.population_2024,
            region: None,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl Resource for PublicProvince {
    fn path(&self) -> String {
        format!("/v1/provinces/{}", self.code)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}

const CODE: Sort =
    Sort { name: "code", sql: "provinces.code", value_type: ValueType::Text("02.411"), nullable: false };

impl Listed for PublicProvince {
    const LIST: ListSpec = ListSpec {
        filters: &[
            Filter::any_of(
                "region",
                ValueType::Reference(&REGIONS),
                "provinces.region_code IN {}",
                "Code or slug of the region.",
            ),
            Filter::any_of(
                "kind",
                ValueType::Keyword(ProvinceKind::VARIANTS),
                "provinces.kind IN {}",
                "Kind of province.",
            ),
        ],
        sorts: &[
            CODE,
            Sort {
                name: "name.ar",
                sql: "provinces.name_ar_key",
                value_type: ValueType::Text(""),
                nullable: false,
            },
            Sort {
                name: "name.fr",
                sql: "provinces.name_fr_key",
                value_type: ValueType::Text(""),
                nullable: false,
            },
            Sort {
                name: "population_2024",
                sql: "provinces.population_2024",
                value_type: POPULATION,
                nullable: true,
            },
        ],
        default_sort: "code",
        facets: &[
            Facet { name: "region", sql: "provinces.region_code", join: "" },
            Facet { name: "kind", sql: "provinces.kind", join: "" },
        ],
        expansions: &["region"],
        search: Some(Searched {
            fields: &["name"],
            column: "search_text",
            sqlite_index: None,
            then: "-population_2024",
        }),
        ..ListSpec::new("provinces", CODE)
    };
}
