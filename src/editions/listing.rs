//! What the list of editions can do.

use strum::VariantNames as _;

use super::model::PublicEdition;
use super::rules::Status;
use crate::database::listing::{Comparison, Facet, Filter, ListSpec, Searched, Sort, ValueType};
use crate::http::list::Listed;

/// The years that an edition can have.
pub const YEARS: ValueType = ValueType::Integer(2018, 2200);

const JOINED_CITY: &str = "LEFT JOIN cities ON cities.code = editions.city_code";

impl Listed for PublicEdition {
    const LIST: ListSpec = ListSpec {
        condition: "editions.deleted_at IS NULL",
        filters: &[
            Filter {
                name: "status",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Keyword(Status::VARIANTS),
                sql: "editions.status IN {}",
                description: "Its state.",
            },
            Filter {
                name: "city",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Text("02.411.01.23"),
                sql: "editions.city_code IN {}",
                description: "Code of its city.",
            },
            Filter {
                name: "region",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Text("02"),
                sql: "editions.city_code IN (SELECT code FROM cities WHERE region_code IN {})",
                description: "Code of the region of its city.",
            },
            Filter {
                name: "year",
                comparison: Comparison::Range,
                value_type: YEARS,
                sql: "editions.year",
                description: "The year in which it is celebrated.",
            },
            Filter {
                name: "starts_on",
                comparison: Comparison::Range,
                value_type: ValueType::Date,
                sql: "editions.starts_on",
                description: "The first day of the celebrations.",
            },
            Filter {
                name: "updated_at",
                comparison: Comparison::Range,
                value_type: ValueType::Instant,
                sql: "editions.updated_at",
                description: "When the record changed last.",
            },
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
