//! What the list of associations can do. Nothing internal stands among its filters, sorts and facets.

use strum::VariantNames as _;

use super::model::PublicAssociation;
use super::terms::{AssociationValue, ReceiptStatus, Scope, Status};
use crate::database::listing::reference::{ACTIVITY_FIELDS, CITIES, PROVINCES, REGIONS};
use crate::database::listing::{Facet, Filter, ListSpec, Searched, Sort, ValueType};
use crate::http::list::Listed;

const JOINED_PROVINCE: &str = "LEFT JOIN provinces ON provinces.code = associations.province_code";
const JOINED_FIELDS: &str =
    "JOIN association_activity_fields ON association_activity_fields.association_id = associations.id";
const JOINED_VALUES: &str = "JOIN association_values ON association_values.association_id = associations.id";

impl Listed for PublicAssociation {
    const LIST: ListSpec = ListSpec {
        condition: "associations.deleted_at IS NULL",
        filters: &[
            Filter::any_of(
                "city",
                ValueType::Reference(&CITIES),
                "associations.city_code IN {}",
                "Code or slug of the city of the seat.",
            )
            .or_unknown("associations.city_code IS NULL"),
            Filter::any_of(
                "province",
                ValueType::Reference(&PROVINCES),
                "associations.province_code IN {}",
                "Code or slug of the province of the seat.",
            )
            .or_unknown("associations.province_code IS NULL"),
            Filter::any_of(
                "region",
                ValueType::Reference(&REGIONS),
                "associations.province_code IN (SELECT code FROM provinces WHERE region_code IN {})",
                "Code or slug of the region of the seat.",
            )
            .or_unknown("associations.province_code IS NULL"),
            Filter::any_of(
                "activity_field",
                ValueType::Reference(&ACTIVITY_FIELDS),
                "associations.id IN (SELECT association_id FROM association_activity_fields \
                      WHERE field_code IN {})",
                "Code or slug of a field of activity.",
            ),
            Filter::any_of(
                "value",
                ValueType::Keyword(AssociationValue::VARIANTS),
                "associations.id IN (SELECT association_id FROM association_values WHERE value IN {})",
                "A value that its activities serve.",
            ),
            Filter::any_of(
                "scope",
                ValueType::Keyword(Scope::VARIANTS),
                "associations.scope IN {}",
                "How far its activity reaches.",
            )
            .or_unknown("associations.scope IS NULL"),
            Filter::any_of(
                "status",
                ValueType::Keyword(Status::VARIANTS),
                "associations.status IN {}",
                "Whether it lives.",
            )
            .or_unknown("associations.status IS NULL"),
            Filter::any_of(
                "receipt_status",
                ValueType::Keyword(ReceiptStatus::VARIANTS),
                "associations.receipt_status IN {}",
                "The receipt of its declaration.",
            )
            .or_unknown("associations.receipt_status IS NULL"),
            Filter::any_of(
                "public_utility",
                ValueType::Boolean,
                "associations.public_utility IN {}",
                "Whether it is recognised as being of public utility.",
            )
            .or_unknown("associations.public_utility IS NULL"),
            Filter::range(
                "founded_on",
                ValueType::Date,
                "associations.founded_on",
                "The day of its foundation.",
            ),
            Filter::range(
                "founded_year",
                ValueType::Integer(1800, 2200),
                "associations.founded_year",
                "The year of its foundation.",
            ),
            Filter::range(
                "last_activity_on",
                ValueType::Date,
                "associations.last_activity_on",
                "The day of its latest known activity.",
            ),
            Filter::range(
                "volunteers",
                ValueType::Integer(0, 10_000_000),
                "associations.volunteers",
                "The number of its volunteers.",
            ),
            Filter::range(
                "updated_at",
                ValueType::Instant,
                "associations.updated_at",
                "When the record changed last.",
            ),
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
        place: Some("city.location"),
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
