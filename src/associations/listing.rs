//! What the list of associations can do. Nothing internal stands among its filters, sorts and facets.

use strum::VariantNames as _;

use super::model::PublicAssociation;
use super::terms::{ReceiptStatus, Scope, Status, Value};
use crate::database::listing::{Comparison, Facet, Filter, ListSpec, Searched, Sort, ValueType};
use crate::http::list::Listed;

const JOINED_PROVINCE: &str = "LEFT JOIN provinces ON provinces.code = associations.province_code";
const JOINED_FIELDS: &str =
    "JOIN association_activity_fields ON association_activity_fields.association_id = associations.id";
const JOINED_VALUES: &str = "JOIN association_values ON association_values.association_id = associations.id";

impl Listed for PublicAssociation {
    const LIST: ListSpec = ListSpec {
        condition: "associations.deleted_at IS NULL",
        filters: &[
            Filter {
                name: "city",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Text("01.571.01.11"),
                sql: "associations.city_code IN {}",
                description: "Code of the city of the seat.",
            },
            Filter {
                name: "province",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Text("01.571"),
                sql: "associations.province_code IN {}",
                description: "Code of the province of the seat.",
            },
            Filter {
                name: "region",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Text("01"),
                sql: "associations.province_code IN (SELECT code FROM provinces WHERE region_code IN {})",
                description: "Code of the region of the seat.",
            },
            Filter {
                name: "activity_field",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Text("1"),
                sql: "associations.id IN (SELECT association_id FROM association_activity_fields \
                      WHERE field_code IN {})",
                description: "Code of a field of activity.",
            },
            Filter {
                name: "value",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Keyword(Value::VARIANTS),
                sql: "associations.id IN (SELECT association_id FROM association_values WHERE value IN {})",
                description: "A value that its activities serve.",
            },
            Filter {
                name: "scope",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Keyword(Scope::VARIANTS),
                sql: "associations.scope IN {}",
                description: "How far its activity reaches.",
            },
            Filter {
                name: "status",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Keyword(Status::VARIANTS),
                sql: "associations.status IN {}",
                description: "Whether it lives.",
            },
            Filter {
                name: "receipt_status",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Keyword(ReceiptStatus::VARIANTS),
                sql: "associations.receipt_status IN {}",
                description: "The receipt of its declaration.",
            },
            Filter {
                name: "public_utility",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Boolean,
                sql: "associations.public_utility IN {}",
                description: "Whether it is recognised as being of public utility.",
            },
            Filter {
                name: "founded_on",
                comparison: Comparison::Range,
                value_type: ValueType::Date,
                sql: "associations.founded_on",
                description: "The day of its foundation.",
            },
            Filter {
                name: "founded_year",
                comparison: Comparison::Range,
                value_type: ValueType::Integer(1800, 2200),
                sql: "associations.founded_year",
                description: "The year of its foundation.",
            },
            Filter {
                name: "last_activity_on",
                comparison: Comparison::Range,
                value_type: ValueType::Date,
                sql: "associations.last_activity_on",
                description: "The day of its latest known activity.",
            },
            Filter {
                name: "volunteers",
                comparison: Comparison::Range,
                value_type: ValueType::Integer(0, 10_000_000),
                sql: "associations.volunteers",
                description: "The number of its volunteers.",
            },
            Filter {
                name: "updated_at",
                comparison: Comparison::Range,
                value_type: ValueType::Instant,
                sql: "associations.updated_at",
                description: "When the record changed last.",
            },
        ],
        sorts: &[
            Sort {
                name: "name.ar",
                sql: "associations.name_ar_key",
                value_type: ValueType::Text(""),
                nullable: false,
            },
            Sort {
                name: "name.fr",
                sql: "associations.name_fr_key",
                value_type: ValueType::Text(""),
                nullable: false,
            },
            Sort {
                name: "founded_on",
                sql: "associations.founded_on",
                value_type: ValueType::Date,
                nullable: true,
            },
            Sort {
                name: "last_activity_on",
                sql: "associations.last_activity_on",
                value_type: ValueType::Date,
                nullable: true,
            },
            Sort {
                name: "volunteers",
                sql: "associations.volunteers",
                value_type: ValueType::Integer(0, i64::MAX),
                nullable: true,
            },
            Sort {
                name: "created_at",
                sql: "associations.created_at",
                value_type: ValueType::Instant,
                nullable: false,
            },
            Sort {
                name: "updated_at",
                sql: "associations.updated_at",
                value_type: ValueType::Instant,
                nullable: false,
            },
        ],
        default_sort: "name.fr",
        facets: &[
            Facet { name: "region", sql: "provinces.region_code", join: JOINED_PROVINCE },
            Facet { name: "province", sql: "associations.province_code", join: "" },
            Facet {
                name: "activity_field",
                sql: "association_activity_fields.field_code",
                join: JOINED_FIELDS,
            },
            Facet { name: "value", sql: "association_values.value", join: JOINED_VALUES },
            Facet { name: "scope", sql: "associations.scope", join: "" },
            Facet { name: "status", sql: "associations.status", join: "" },
            Facet { name: "receipt_status", sql: "associations.receipt_status", join: "" },
        ],
        expansions: &["city", "city.province", "city.region", "province", "province.region"],
        search: Some(Searched {
            fields: &["name", "acronym"],
            column: "search_text",
            sqlite_index: Some("associations_search"),
            then: "name.fr",
        }),
        ..ListSpec::new(
            "associations",
            Sort { name: "id", sql: "associations.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
