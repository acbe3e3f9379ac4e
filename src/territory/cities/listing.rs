//! What the list of cities can do.

use strum::VariantNames as _;

use super::model::{CityKind, PublicCity};
use crate::database::listing::reference::{PROVINCES, REGIONS};
use crate::database::listing::{Facet, Filter, ListSpec, Located, Searched, Sort, ValueType};
use crate::http::list::Listed;
use crate::states::{AssociationStatus, EditionStatus};
use crate::territory::POPULATION;

/// The active associations seated in a city, as SQL sorts by them.
const ACTIVE_ASSOCIATIONS: &str = const_str::concat!(
    "(SELECT count(*) FROM associations WHERE associations.city_code = cities.code AND associations.status = '",
    AssociationStatus::Active.into_str(),
    "' AND associations.deleted_at IS NULL)"
);

/// That a city was capital in one of some years, as SQL.
const WAS_CAPITAL: &str = const_str::concat!(
    "cities.code IN (SELECT city_code FROM editions WHERE deleted_at IS NULL AND status IN ('",
    const_str::join!(&EditionStatus::WITH_TITLE_WORDS, "', '"),
    "') AND year IN {})"
);

const CODE: Sort =
    Sort { name: "code", sql: "cities.code", value_type: ValueType::Text("02.411.01.23"), nullable: false };

impl Listed for PublicCity {
    const LIST: ListSpec = ListSpec {
        condition: "cities.deleted_at IS NULL",
        filters: &[
            Filter::any_of(
                "region",
                ValueType::Reference(&REGIONS),
                "cities.region_code IN {}",
                "Code or slug of the region.",
            ),
            Filter::any_of(
                "province",
                ValueType::Reference(&PROVINCES),
                "cities.province_code IN {}",
                "Code or slug of the province.",
            ),
            Filter::any_of(
                "kind",
                ValueType::Keyword(CityKind::VARIANTS),
                "cities.kind IN {}",
                "Kind of commune.",
            ),
            Filter::range(
                "population_2024",
                POPULATION,
                "cities.population_2024",
                "Inhabitants in the census of 2024.",
            ),
            Filter::any_of(
                "capital_year",
                ValueType::Integer(2018, 2200),
                WAS_CAPITAL,
                "A year in which the city was capital.",
            ),
        ],
        sorts: &[
            Sort {
                name: "name.ar",
                sql: "cities.name_ar_key",
                value_type: ValueType::Text(""),
                nullable: false,
            },
            Sort {
                name: "name.fr",
                sql: "cities.name_fr_key",
                value_type: ValueType::Text(""),
                nullable: false,
            },
            CODE,
            Sort {
                name: "population_2024",
                sql: "cities.population_2024",
                value_type: POPULATION,
                nullable: true,
            },
            Sort {
                name: "active_associations",
                sql: ACTIVE_ASSOCIATIONS,
                value_type: ValueType::Integer(0, i64::MAX),
                nullable: false,
            },
            Sort {
                name: "updated_at",
                sql: "cities.updated_at",
                value_type: ValueType::Instant,
                nullable: false,
            },
        ],
        default_sort: "name.fr",
        facets: &[
            Facet { name: "region", sql: "cities.region_code", join: "" },
            Facet { name: "province", sql: "cities.province_code", join: "" },
            Facet { name: "kind", sql: "cities.kind", join: "" },
        ],
        expansions: &["province", "province.region", "region"],
        search: Some(Searched {
            fields: &["name"],
            column: "search_text",
            sqlite_index: None,
            then: "-population_2024",
        }),
        place: Some("location"),
        location: Some(Located { latitude: "cities.latitude", longitude: "cities.longitude" }),
        ..ListSpec::new("cities", CODE)
    };
}
