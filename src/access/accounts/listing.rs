//! What the list of accounts can do.

use strum::VariantNames;

use super::model::InternalAccount;
use super::terms::{AccountKind, AccountStatus};
use crate::access::scopes::Role;
use crate::database::listing::reference::CITIES;
use crate::database::listing::{Facet, Filter, ListSpec, Searched, Sort, ValueType};
use crate::http::list::Listed;

const STATUS: &str = const_str::concat!(
    "CASE WHEN accounts.disabled_at IS NULL THEN '",
    AccountStatus::Active.into_str(),
    "' ELSE '",
    AccountStatus::Disabled.into_str(),
    "' END"
);
const JOINED_ROLES: &str = "JOIN account_roles ON account_roles.account_id = accounts.id";

impl Listed for InternalAccount {
    const LIST: ListSpec = ListSpec {
        filters: &[
            Filter::any_of(
                "role",
                ValueType::Keyword(<Role as VariantNames>::VARIANTS),
                "accounts.id IN (SELECT account_id FROM account_roles WHERE role IN {})",
                "A role of the account.",
            ),
            Filter::any_of(
                "status",
                ValueType::Keyword(AccountStatus::VARIANTS),
                const_str::concat!(STATUS, " IN {}"),
                "Whether it may be used.",
            ),
            Filter::any_of(
                "kind",
                ValueType::Keyword(AccountKind::VARIANTS),
                "accounts.kind IN {}",
                "Whether a person or a system has it.",
            ),
            Filter::any_of(
                "city",
                ValueType::Reference(&CITIES),
                "accounts.city_code IN {}",
                "Code or slug of the city that it belongs to.",
            )
            .or_unknown("accounts.city_code IS NULL"),
            Filter::any_of(
                "association",
                ValueType::Id,
                "accounts.association_id IN {}",
                "Identifier of the association that it belongs to.",
            ),
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
