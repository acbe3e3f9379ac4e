//! What the list of nominations can do. All of it works on what the audience may see: filters and facets never tell
//! that there are others.

use strum::VariantNames as _;

use super::model::PublicNomination;
use super::rules::{Kind, Status};
use crate::database::listing::{Comparison, Facet, Filter, ListSpec, Sort, ValueType};
use crate::http::list::Listed;

const JOINED_EDITION: &str = "JOIN editions ON editions.id = nominations.edition_id";

impl Listed for PublicNomination {
    const LIST: ListSpec = ListSpec {
        condition: "nominations.deleted_at IS NULL",
        filters: &[
            Filter {
                name: "edition",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Integer(2018, 2200),
                sql: "nominations.edition_id IN (SELECT id FROM editions WHERE year IN {})",
                description: "Year of the edition.",
            },
            Filter {
                name: "kind",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Keyword(Kind::VARIANTS),
                sql: "nominations.kind IN {}",
                description: "What is nominated.",
            },
            Filter {
                name: "status",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Keyword(Status::VARIANTS),
                sql: "nominations.status IN {}",
                description: "State of the nomination.",
            },
            Filter {
                name: "city",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Text("03.231.01.0"),
                sql: "nominations.city_code IN {}",
                description: "Code of the nominated city.",
            },
            Filter {
                name: "association",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Id,
                sql: "nominations.association_id IN {}",
                description: "Identifier of the nominated association.",
            },
            Filter {
                name: "region",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Text("03"),
                sql: "COALESCE((SELECT cities.region_code FROM cities WHERE cities.code = nominations.city_code), \
                      (SELECT provinces.region_code FROM associations \
                      JOIN provinces ON provinces.code = associations.province_code \
                      WHERE associations.id = nominations.association_id)) IN {}",
                description: "Code of the region of the nominated city, or of the seat of the nominated association.",
            },
            Filter {
                name: "submitted_at",
                comparison: Comparison::Range,
                value_type: ValueType::Instant,
                sql: "nominations.submitted_at",
                description: "When it was submitted.",
            },
        ],
        sorts: &[
            Sort {
                name: "created_at",
                sql: "nominations.created_at",
                value_type: ValueType::Instant,
                nullable: false,
            },
            Sort {
                name: "submitted_at",
                sql: "nominations.submitted_at",
                value_type: ValueType::Instant,
                nullable: true,
            },
            Sort {
                name: "updated_at",
                sql: "nominations.updated_at",
                value_type: ValueType::Instant,
                nullable: false,
            },
        ],
        default_sort: "-created_at",
        facets: &[
            Facet { name: "kind", sql: "nominations.kind", join: "" },
            Facet { name: "status", sql: "nominations.status", join: "" },
            Facet { name: "edition", sql: "editions.year", join: JOINED_EDITION },
        ],
        expansions: &[
            "edition",
            "edition.city",
            "city",
            "city.region",
            "city.province",
            "association",
            "association.city",
        ],
        ..ListSpec::new(
            "nominations",
            Sort { name: "id", sql: "nominations.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
