//! What the list of nominations can do. All of it works on what the audience may see: filters and facets never tell
//! that there are others.

use strum::VariantNames as _;

use super::model::PublicNomination;
use super::rules::{Kind, Status};
use crate::database::listing::reference::{CITIES, REGIONS};
use crate::database::listing::{Facet, Filter, ListSpec, Sort, ValueType};
use crate::http::list::Listed;

const JOINED_EDITION: &str = "JOIN editions ON editions.id = nominations.edition_id";

impl Listed for PublicNomination {
    const LIST: ListSpec = ListSpec {
        condition: "nominations.deleted_at IS NULL",
        filters: &[
            Filter::any_of(
                "edition",
                ValueType::Integer(2018, 2200),
                "nominations.edition_id IN (SELECT id FROM editions WHERE year IN {})",
                "Year of the edition.",
            ),
            Filter::any_of(
                "kind",
                ValueType::Keyword(Kind::VARIANTS),
                "nominations.kind IN {}",
                "What is nominated.",
            ),
            Filter::any_of(
                "status",
                ValueType::Keyword(Status::VARIANTS),
                "nominations.status IN {}",
                "State of the nomination.",
            ),
            Filter::any_of(
                "city",
                ValueType::Reference(&CITIES),
                "nominations.city_code IN {}",
                "Code or slug of the nominated city.",
            ),
            Filter::any_of(
                "association",
                ValueType::Id,
                "nominations.association_id IN {}",
                "Identifier of the nominated association.",
            ),
            Filter::any_of(
                "region",
                ValueType::Reference(&REGIONS),
                "COALESCE((SELECT cities.region_code FROM cities WHERE cities.code = nominations.city_code), \
                      (SELECT provinces.region_code FROM associations \
                      JOIN provinces ON provinces.code = associations.province_code \
                      WHERE associations.id = nominations.association_id)) IN {}",
                "Code or slug of the region of the nominated city, or of the seat of the nominated association.",
            ),
            Filter::range(
                "submitted_at",
                ValueType::Instant,
                "nominations.submitted_at",
                "When it was submitted.",
            ),
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
