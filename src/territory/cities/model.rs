//! A city as it is kept, as everybody may see it and as it is written.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use strum::VariantNames;
use utoipa::ToSchema;
use validator::Validate;

use crate::audit::Kept;
use crate::database::schema::cities;
use crate::database::types::{Json, Keyword, UtcTime};
use crate::http::representation::Resource;
use crate::language::{LocalizedText, Name, Text};
use crate::search::NameKeys;
use crate::territory::provinces::model::PublicProvince;
use crate::territory::regions::model::PublicRegion;
use crate::validation;

/// The kind of a commune.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum CityKind {
    /// A municipality; only such a one can be capital.
    Urban,
    /// A rural commune.
    Rural,
}

/// A city as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = cities, treat_none_as_null = true)]
pub struct CityRow {
    pub(crate) code: String,
    pub(crate) slug: String,
    pub(crate) province_code: String,
    pub(crate) region_code: String,
    pub(crate) kind: Keyword<CityKind>,
    pub(crate) name: Json<Text>,
    pub(crate) name_ar_key: String,
    pub(crate) name_fr_key: String,
    pub(crate) search_text: String,
    pub(crate) population_2024: Option<i64>,
    pub(crate) latitude: Option<f64>,
    pub(crate) longitude: Option<f64>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
    pub(crate) deleted_at: Option<UtcTime>,
}

/// A place on the ground (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Degrees north.
    #[schema(minimum = -90, maximum = 90, examples(34.68052))]
    pub lat: f64,
    /// Degrees east.
    #[schema(minimum = -180, maximum = 180, examples(-1.90764))]
    pub lon: f64,
}

/// A city (commune) of Morocco: 242 urban and 1,261 rural ones.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = City)]
pub struct PublicCity {
    /// Code of the Haut-Commissariat au Plan.
    #[schema(examples("02.411.01.23"), pattern = r"^\d{2}\.\d{3}\.\d{2}\.\d{1,2}$")]
    pub code: String,
    /// A readable name for URLs, unique among the cities.
    #[schema(examples("oujda"))]
    pub slug: String,
    /// Name.
    pub name: LocalizedText,
    /// Kind; only an urban commune can be capital.
    pub kind: CityKind,
    /// The province that it lies in.
    #[schema(examples("02.411"))]
    pub province_code: String,
    /// The region that it lies in.
    #[schema(examples("02"))]
    pub region_code: String,
    /// Inhabitants in the census of 2024.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, examples(506_224))]
    pub population_2024: Option<i64>,
    /// The place of the town, not the area of the commune (GeoNames). Absent where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub location: Option<Location>,
    /// Active associations that have their seat in the city, counted from the register.
    #[schema(minimum = 0, examples(1))]
    pub active_associations: i64,
    /// The years in which the city was capital of Moroccan civil society.
    #[schema(examples(json!([2018])))]
    pub capital_years: Vec<i64>,
    /// Kilometres from the place asked for, with `near`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub distance_km: Option<f64>,
    /// The province, with `expand=province`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub province: Option<PublicProvince>,
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
    /// When anything changed last that is shown of it.
    #[serde(skip)]
    pub(super) last_modified: UtcTime,
}

/// What a city is written with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = CityInput, example = json!({
    "code": "02.411.01.99",
    "slug": "oujda-jadida",
    "name": {"ar": "وجدة الجديدة", "fr": "Oujda Jadida"},
    "kind": "urban",
    "province_code": "02.411",
    "population_2024": 12000,
    "location": {"lat": 34.69, "lon": -1.91}
}))]
pub struct CityInput {
    /// Code of the Haut-Commissariat au Plan: the province's code and two more groups. It cannot change.
    #[validate(custom(function = "validation::city_code"))]
    #[schema(pattern = r"^\d{2}\.\d{3}\.\d{2}\.\d{1,2}$")]
    pub code: String,
    /// A readable name for URLs: small letters, digits and hyphens.
    #[validate(custom(function = "validation::slug"))]
    #[schema(pattern = "^([0-9]+-)*[0-9]*[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length = 100)]
    pub slug: String,
    /// Name, in one language at least.
    #[validate(nested)]
    pub name: Name,
    /// Kind.
    pub kind: CityKind,
    /// The province that it lies in; the region follows from it.
    #[schema(pattern = r"^\d{2}\.\d{3}$")]
    pub province_code: String,
    /// Inhabitants in the census of 2024.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub population_2024: Option<i64>,
    /// The place of the town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl CityRow {
    /// The city that `input` describes, in `region_code`.
    pub fn new(input: CityInput, region_code: String) -> Self {
        let keys = NameKeys::of(&input.name, []);
        let now = UtcTime::now();
        Self {
            code: input.code,
            slug: input.slug,
            province_code: input.province_code,
            region_code,
            kind: Keyword(input.kind),
            name: Json(input.name.0),
            name_ar_key: keys.ar,
            name_fr_key: keys.fr,
            search_text: keys.search_text,
            population_2024: input.population_2024,
            latitude: input.location.map(|location| location.lat),
            longitude: input.location.map(|location| location.lon),
            version: 1,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        }
    }

    /// The next version of this city, as `input` describes it.
    pub fn next(&self, input: CityInput, region_code: String) -> Self {
        Self {
            version: self.version + 1,
            created_at: self.created_at,
            updated_at: UtcTime::now().max(self.updated_at),
            deleted_at: self.deleted_at,
            ..Self::new(input, region_code)
        }
    }

    /// What would have to be written to get this city.
    pub fn input(&self) -> CityInput {
        CityInput {
            code: self.code.clone(),
            slug: self.slug.clone(),
            name: self.name.0.clone().into(),
            kind: self.kind.0,
            province_code: self.province_code.clone(),
            population_2024: self.population_2024,
            location: self.location(),
        }
    }

    fn location(&self) -> Option<Location> {
        Some(Location { lat: self.latitude?, lon: self.longitude? })
    }
}

impl Kept for CityRow {
    const KIND: &'static str = "city";

    fn name_in_trail(&self) -> String {
        self.code.clone()
    }

    fn kept(&self) -> JsonValue {
        json!(self.input())
    }
}

impl From<CityRow> for PublicCity {
    fn from(row: CityRow) -> Self {
        Self {
            location: row.location(),
            code: row.code,
            slug: row.slug,
            name: row.name.0.into(),
            kind: row.kind.0,
            province_code: row.province_code,
            region_code: row.region_code,
            population_2024: row.population_2024,
            active_associations: 0,
            capital_years: Vec::new(),
            distance_km: None,
            province: None,
            region: None,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
            last_modified: row.updated_at,
        }
    }
}

impl Resource for PublicCity {
    fn path(&self) -> String {
        format!("/v1/cities/{}", self.code)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }

    fn last_modified(&self) -> UtcTime {
        self.last_modified
    }
}
