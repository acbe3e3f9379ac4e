//! What the list of accounts can do.

use strum::VariantNames;

use super::model::InternalAccount;
use super::terms::{AccountKind, AccountStatus};
use crate::access::scopes::Role;
use crate::database::listing::{Comparison, Facet, Filter, ListSpec, Searched, Sort, ValueType};
use crate::http::list::Listed;

const STATUS: &str = "CASE WHEN accounts.disabled_at IS NULL THEN 'active' ELSE 'disabled' END";
const JOINED_ROLES: &str = "JOIN account_roles ON account_roles.account_id = accounts.id";

impl Listed for InternalAccount {
    const LIST: ListSpec = ListSpec {
        filters: &[
            Filter {
                name: "role",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Keyword(<Role as VariantNames>::VARIANTS),
                sql: "accounts.id IN (SELECT account_id FROM account_roles WHERE role IN {})",
                description: "A role of the account.",
            },
            Filter {
                name: "status",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Keyword(AccountStatus::VARIANTS),
                sql: "CASE WHEN accounts.disabled_at IS NULL THEN 'active' ELSE 'disabled' END IN {}",
                description: "Whether it may be used.",
            },
            Filter {
                name: "kind",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Keyword(AccountKind::VARIANTS),
                sql: "accounts.kind IN {}",
                description: "Whether a person or a system has it.",
            },
            Filter {
                name: "city",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Text("04.421.01.11"),
                sql: "accounts.city_code IN {}",
                description: "Code of the city that it belongs to.",
            },
            Filter {
                name: "association",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Id,
                sql: "accounts.association_id IN {}",
                description: "Identifier of the association that it belongs to.",
            },
        ],
        sorts: &[
            // With one name in it, the searchable text sorts as the name does, however that is written.
            Sort {
                name: "name",
                sql: "accounts.search_text",
                value_type: ValueType::Text(""),
                nullable: false,
            },
            Sort {
                name: "created_at",
                sql: "accounts.created_at",
                value_type: ValueType::Instant,
                nullable: false,
            },
            Sort {
                name: "updated_at",
                sql: "accounts.updated_at",
                value_type: ValueType::Instant,
                nullable: false,
            },
        ],
        default_sort: "name",
        facets: &[
            Facet { name: "role", sql: "account_roles.role", join: JOINED_ROLES },
            Facet { name: "status", sql: STATUS, join: "" },
            Facet { name: "kind", sql: "accounts.kind", join: "" },
        ],
        search: Some(Searched { fields: &["name"], column: "search_text", sqlite_index: None, then: "name" }),
        ..ListSpec::new(
            "accounts",
            Sort { name: "id", sql: "accounts.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
