//! A region as it is kept and as everybody may see it, and what the list of regions can do.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::database::listing::{ListSpec, Searched, Sort, ValueType};
use crate::database::schema::regions;
use crate::database::types::{Json, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::language::{LocalizedText, Text};
use crate::search::NameKeys;
use crate::territory::POPULATION;

/// A region as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = regions, treat_none_as_null = true)]
pub struct RegionRow {
    pub(crate) code: String,
    pub(crate) slug: String,
    pub(crate) name: Json<Text>,
    pub(crate) name_ar_key: String,
    pub(crate) name_fr_key: String,
    pub(crate) search_text: String,
    pub(crate) population_2024: Option<i64>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
}

/// A region of Morocco (there are 12).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Region)]
pub struct PublicRegion {
    /// Code of the Haut-Commissariat au Plan.
    #[schema(examples("02"), pattern = r"^\d{2}$")]
    pub code: String,
    /// A readable name for URLs, unique among the regions.
    #[schema(examples("oriental"))]
    pub slug: String,
    /// Name.
    pub name: LocalizedText,
    /// Inhabitants in the census of 2024.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, examples(2_294_665))]
    pub population_2024: Option<i64>,
    /// When the record was made.
    pub created_at: UtcTime,
    /// When the record changed last.
    pub updated_at: UtcTime,
    #[serde(skip)]
    version: i64,
}

impl RegionRow {
    /// A region of the census.
    pub fn new(code: &str, slug: &str, name: Text, population_2024: Option<i64>) -> Self {
        let keys = NameKeys::of(&name, []);
        let now = UtcTime::now();
        Self {
            code: code.to_owned(),
            slug: slug.to_owned(),
            name: Json(name),
            name_ar_key: keys.ar,
            name_fr_key: keys.fr,
            search_text: keys.search_text,
            population_2024,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

impl From<RegionRow> for PublicRegion {
    fn from(row: RegionRow) -> Self {
        Self {
            code: row.code,
            slug: row.slug,
            name: row.name.0.into(),
            population_2024: row.population_2024,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl Resource for PublicRegion {
    fn path(&self) -> String {
        format!("/v1/regions/{}", self.code)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}

const CODE: Sort =
    Sort { name: "code", sql: "regions.code", value_type: ValueType::Text("02"), nullable: false };

impl Listed for PublicRegion {
    const LIST: ListSpec = ListSpec {
        sorts: &[
            CODE,
            Sort {
                name: "name.ar",
                sql: "regions.name_ar_key",
                value_type: ValueType::Text(""),
                nullable: false,
            },
            Sort {
                name: "name.fr",
                sql: "regions.name_fr_key",
                value_type: ValueType::Text(""),
                nullable: false,
            },
            Sort {
                name: "population_2024",
                sql: "regions.population_2024",
                value_type: POPULATION,
                nullable: true,
            },
        ],
        default_sort: "code",
        search: Some(Searched {
            fields: &["name"],
            column: "search_text",
            sqlite_index: None,
            then: "-population_2024",
        }),
        ..ListSpec::new("regions", CODE)
    };
}
