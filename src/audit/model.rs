//! An entry of the audit trail and who it speaks of.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value as JsonValue;
use strum::VariantNames;
use utoipa::ToSchema;

use crate::database::listing::{Comparison, Filter, ListSpec, Sort, ValueType};
use crate::database::schema::audit_events;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::http::list::Listed;

/// Who writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account; none when the service itself writes (its command line, its reference data).
    pub account_id: Option<Id>,
    /// The account's name at the time.
    pub name: String,
    /// The request that wrote.
    pub request_id: String,
}

impl Actor {
    /// The operator at the command line, or the service when it loads its reference data.
    pub fn operator() -> Self {
        Self { account_id: None, name: "operator".to_owned(), request_id: String::new() }
    }

    /// A stable name of the actor, for what is kept by caller.
    pub fn id(&self) -> String {
        self.account_id.map_or_else(|| self.name.clone(), |id| id.to_string())
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// A record came into being.
    Create,
    /// A record changed.
    Update,
    /// A record went away.
    Delete,
    /// A record went from one state to another.
    Transition,
}

/// One entry as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_events)]
pub struct AuditEventRow {
    pub(super) id: Id,
    pub(super) at: UtcTime,
    pub(super) account_id: Option<Id>,
    pub(super) account_name: Option<String>,
    pub(super) request_id: Option<String>,
    pub(super) action: Keyword<Action>,
    pub(super) resource_type: String,
    pub(super) resource_id: String,
    pub(super) before: Option<Json<JsonValue>>,
    pub(super) after: Option<Json<JsonValue>>,
}

/// An entry of the audit trail: one change of one record.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEvent {
    /// Identifier of the entry.
    pub id: Id,
    /// When the change was made.
    pub at: UtcTime,
    /// The account that made it; absent when the operator did, at the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub account_id: Option<Id>,
    /// The account's name at the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("Register of associations"))]
    pub account_name: Option<String>,
    /// The `X-Request-Id` of the request that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub request_id: Option<String>,
    /// What was done.
    pub action: Action,
    /// The kind of record.
    #[schema(examples("association"))]
    pub resource_type: String,
    /// The identifier of the record.
    #[schema(examples("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"))]
    pub resource_id: String,
    /// The record before the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    pub before: Option<JsonValue>,
    /// The record after the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    pub after: Option<JsonValue>,
}

impl From<AuditEventRow> for AuditEvent {
    fn from(row: AuditEventRow) -> Self {
        Self {
            id: row.id,
            at: row.at,
            account_id: row.account_id,
            account_name: row.account_name,
            request_id: row.request_id,
            action: row.action.0,
            resource_type: row.resource_type,
            resource_id: row.resource_id,
            before: row.before.map(|state| state.0),
            after: row.after.map(|state| state.0),
        }
    }
}

impl AuditEvent {
    /// The entry without the internal records of associations.
    pub(super) fn without_internal(mut self) -> Self {
        for state in [&mut self.before, &mut self.after] {
            if let Some(fields) = state.as_mut().and_then(JsonValue::as_object_mut) {
                fields.shift_remove("internal");
            }
        }
        self
    }
}

impl Listed for AuditEvent {
    const LIST: ListSpec = ListSpec {
        filters: &[
            Filter {
                name: "resource_type",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Text("association"),
                sql: "audit_events.resource_type IN {}",
                description: "The kind of record.",
            },
            Filter {
                name: "resource_id",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Text("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"),
                sql: "audit_events.resource_id IN {}",
                description: "The identifier of the record.",
            },
            Filter {
                name: "account_id",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Id,
                sql: "audit_events.account_id IN {}",
                description: "The account that made the change.",
            },
            Filter {
                name: "action",
                comparison: Comparison::AnyOf,
                value_type: ValueType::Keyword(Action::VARIANTS),
                sql: "audit_events.action IN {}",
                description: "What was done.",
            },
            Filter {
                name: "at",
                comparison: Comparison::Range,
                value_type: ValueType::Instant,
                sql: "audit_events.at",
                description: "When the change was made.",
            },
        ],
        sorts: &[Sort {
            name: "at",
            sql: "audit_events.at",
            value_type: ValueType::Instant,
            nullable: false,
        }],
        default_sort: "-at",
        ..ListSpec::new(
            "audit_events",
            Sort { name: "id", sql: "audit_events.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
