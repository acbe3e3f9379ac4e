//! Regions, provinces and communes (Haut-Commissariat au Plan, census of 2024; places from GeoNames), and the fields
//! of activity (ICNPO).

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::loading::{self, Record, csv_rows, text};
use crate::associations::activity_fields::ActivityFieldRow;
use crate::database::Connection;
use crate::database::schema::{activity_fields, cities, provinces, regions};
use crate::database::types::{Json, Keyword, UtcTime};
use crate::error::Result;
use crate::search::NameKeys;
use crate::territory::cities::model::{CityInput, CityKind, CityRow, Location};
use crate::territory::provinces::model::{ProvinceKind, ProvinceRow};
use crate::territory::regions::model::RegionRow;

/// Loads the territory and the fields of activity.
pub(super) fn load(connection: &mut Connection) -> Result<()> {
    loading::load(connection, "regions", include_str!("../../data/regions.csv"), csv_rows::<Region>)?;
    loading::load(connection, "provinces", include_str!("../../data/provinces.csv"), csv_rows::<Province>)?;
    loading::load(connection, "communes", include_str!("../../data/communes.csv"), csv_rows::<Commune>)?;
    loading::load(
        connection,
        "activity_fields",
        include_str!("../../data/activity_fields.csv"),
        csv_rows::<ActivityField>,
    )
}

#[derive(Debug, Serialize, Deserialize)]
struct Region {
    code: String,
    slug: String,
    name_ar: String,
    name_fr: String,
    population_2024: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Province {
    code: String,
    slug: String,
    parent_code: String,
    region_code: String,
    name_ar: String,
    name_fr: String,
    kind: ProvinceKind,
    population_2024: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Commune {
    code: String,
    province_code: String,
    region_code: String,
    slug: String,
    name_ar: String,
    name_fr: String,
    kind: CityKind,
    population_2024: i64,
    lat: Option<f64>,
    lon: Option<f64>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ActivityField {
    code: String,
    slug: String,
    name_ar: String,
    name_fr: String,
}

/// Everything but `row` is the same for all tables that are keyed by a code.
macro_rules! record_by_code {
    ($record:ident, $table:ident, $row:ident) => {
        impl Record for $record {
            fn key(&self) -> String {
                self.code.clone()
            }

            fn source(&self) -> String {
                json!(self).to_string()
            }

            fn current_version(connection: &mut Connection, code: &str) -> Result<Option<i64>> {
                Ok($table::table.find(code).select($table::version).first(connection).optional()?)
            }

            fn id(&self, _: Option<&str>) -> Result<String> {
                Ok(self.code.clone())
            }

            fn insert(self, connection: &mut Connection, _: &str) -> Result<()> {
                diesel::insert_into($table::table).values(&self.row()).execute(connection)?;
                Ok(())
            }

            fn update(self, connection: &mut Connection, code: &str, version: i64) -> Result<bool> {
                let created_at: UtcTime =
                    $table::table.find(code).select($table::created_at).first(connection)?;
                let row = $row { version, created_at, ..self.row() };
                let before = $table::table.find(code).filter($table::version.eq(version - 1));
                Ok(diesel::update(before).set(&row).execute(connection)? == 1)
            }
        }
    };
}

record_by_code!(Region, regions, RegionRow);
record_by_code!(Province, provinces, ProvinceRow);
record_by_code!(Commune, cities, CityRow);
record_by_code!(ActivityField, activity_fields, ActivityFieldRow);

impl Region {
    fn row(&self) -> RegionRow {
        let name = text(Some(&self.name_ar), Some(&self.name_fr));
        RegionRow::new(&self.code, &self.slug, name, Some(self.population_2024))
    }
}

impl Province {
    fn row(&self) -> ProvinceRow {
        let name = text(Some(&self.name_ar), Some(&self.name_fr));
        let keys = NameKeys::of(&name, []);
        let now = UtcTime::now();
        ProvinceRow {
            code: self.code.clone(),
            slug: self.slug.clone(),
            region_code: self.region_code.clone(),
            parent_code: self.parent_code.clone(),
            kind: Keyword(self.kind),
            name: Json(name),
            name_ar_key: keys.ar,
            name_fr_key: keys.fr,
            search_text: keys.search_text,
            population_2024: Some(self.population_2024),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

impl Commune {
    fn row(&self) -> CityRow {
        let location = match (self.lat, self.lon) {
            (Some(lat), Some(lon)) => Some(Location { lat, lon }),
            _ => None,
        };
        let input = CityInput {
            code: self.code.clone(),
            slug: self.slug.clone(),
            name: text(Some(&self.name_ar), Some(&self.name_fr)).into(),
            kind: self.kind,
            province_code: self.province_code.clone(),
            population_2024: Some(self.population_2024),
            location,
        };
        CityRow::new(input, self.region_code.clone())
    }
}

impl ActivityField {
    fn row(&self) -> ActivityFieldRow {
        let position = self.code.parse().unwrap_or(i64::MAX);
        let name = text(Some(&self.name_ar), Some(&self.name_fr));
        ActivityFieldRow::new(&self.code, &self.slug, position, name)
    }
}
