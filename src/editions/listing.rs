//! What the list of editions can do.

use strum::VariantNames as _;

use super::model::PublicEdition;
use super::rules::Status;
use crate::database::listing::reference::{CITIES, REGIONS};
use crate::database::listing::{Facet, Filter, ListSpec, Searched, Sort, ValueType};
use crate::http::list::Listed;

/// The years that an edition can have.
pub const YEARS: ValueType = ValueType::Integer(2018, 2200);

const JOINED_CITY: &str = "LEFT JOIN cities ON cities.code = editions.city_code";

impl Listed for PublicEdition {
    const LIST: ListSpec = ListSpec {
        condition: "editions.deleted_at IS NULL",
        filters: &[
            Filter::any_of(
                "status",
                ValueType::Keyword(Status::VARIANTS),
                "editions.status IN {}",
                "Its state.",
            ),
            Filter::any_of(
                "city",
                ValueType::Reference(&CITIES),
                "editions.city_code IN {}",
                "Code or slug of its city.",
            )
            .or_unknown("editions.city_code IS NULL"),
            Filter::any_of(
                "region",
                ValueType::Reference(&REGIONS),
                "editions.city_code IN (SELECT code FROM cities WHERE region_code IN {})",
                "Code or slug of the region of its city.",
            )
            .or_unknown("editions.city_code IS NULL"),
            Filter::range("year", YEARS, "editions.year", "The year in which it is celebrated."),
            Filter::range(
                "starts_on",
                ValueType::Date,
                "editions.starts_on",
                "The first day of the celebrations.",
            ),
            Filter::range(
                "updated_at",
                ValueType::Instant,
                "editions.updated_at",
                "When the record changed last.",
            ),
        ],
        sorts: &[
            Sort { name: "year", sql: "editions.year", value_type: YEARS, nullable: false },
            Sort {
                name: "starts_on",
                sql: "editions.starts_on",
                value_type: ValueType::Date,
                nullable: true,
            },
            Sort {
                name: "ordinal",
                sql: "editions.ordinal",
                value_type: ValueType::Integer(1, 1000),
                nullable: true,
            },
            Sort {
                name: "updated_at",
                sql: "editions.updated_at",
                value_type: ValueType::Instant,
                nullable: false,
            },
        ],
        default_sort: "-year",
        facets: &[
            Facet { name: "status", sql: "editions.status", join: "" },
            Facet { name: "region", sql: "cities.region_code", join: JOINED_CITY },
        ],
        expansions: &["city", "city.province", "city.region"],
        place: Some("city.location"),
        search: Some(Searched {
            fields: &["name", "theme", "slogan"],
            column: "search_text",
            sqlite_index: None,
            then: "-year",
        }),
        // A cancelled edition may share its year with a live one: only the identifier tells them apart.
        ..ListSpec::new(
            "editions",
            Sort { name: "id", sql: "editions.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
