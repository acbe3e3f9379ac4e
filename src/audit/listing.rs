//! An entry of the audit trail as auditors see it, and what its list can do.

use serde::Serialize;
use serde_json::Value as JsonValue;
use strum::VariantNames as _;
use utoipa::ToSchema;

use super::model::{Action, EventRow};
use super::personal_data::Part;
use crate::database::listing::{Filter, ListRequest, ListSpec, Sort, ValueType};
use crate::database::types::{Id, UtcTime};
use crate::http::list::Listed;

/// An entry of the audit trail: one change of one record, or one refused attempt.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEvent {
    /// Identifier of the entry.
    pub id: Id,
    /// Its place in the chain; absent until it is sealed, within a second or so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    pub seq: Option<i64>,
    /// The hash of the chain up to this entry: SHA-256 as hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[0-9a-f]{64}$")]
    pub hash: Option<String>,
    /// When it happened.
    pub at: UtcTime,
    /// The account that did it; absent when the operator did, at the command line, or when nobody was recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub account_id: Option<Id>,
    /// The account's name at the time. Personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("Register of associations"))]
    pub account_name: Option<String>,
    /// The address that the request came from. Personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("198.51.100.7"))]
    pub address: Option<String>,
    /// The `X-Request-Id` of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub request_id: Option<String>,
    /// What was done.
    pub action: Action,
    /// What was refused: method and pattern of the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("PATCH /v1/associations/{id}"))]
    pub operation: Option<String>,
    /// The kind of record; absent of a refused attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("association"))]
    pub resource_type: Option<String>,
    /// The identifier of the record; of a refused attempt, the last one in the path, or the account that the credentials
    /// of a client name, if there is any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"))]
    pub resource_id: Option<String>,
    /// The HTTP status of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 400, maximum = 403, examples(403))]
    pub status: Option<i64>,
    /// The `code` of a refusal's problem document, or the `error` of an OAuth answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("insufficient_scope"))]
    pub problem: Option<String>,
    /// Those members of the record that changed, as they were before; all that say something when it was deleted. `internal`
    /// data is personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    pub before: Option<JsonValue>,
    /// Those members of the record that changed, as they are after; all that say something when it was made or restored.
    /// `internal` data is personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    pub after: Option<JsonValue>,
    /// `true` when personal data of this entry was erased (law 09-08).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub personal_data_erased: bool,
}

impl AuditEvent {
    /// The entry without personal data; with sequence number and hash when it is sealed.
    pub(super) fn new(row: EventRow, seal: Option<(i64, String)>) -> Self {
        let (seq, hash) = seal.unzip();
        Self {
            id: row.id,
            seq,
            hash,
            at: row.at,
            account_id: row.account_id,
            account_name: None,
            address: None,
            request_id: row.request_id.map(String::from),
            action: row.action.0,
            operation: row.operation,
            resource_type: row.resource_type,
            resource_id: row.resource_id.map(String::from),
            status: row.status,
            problem: row.problem,
            before: row.before.map(|state| state.0),
            after: row.after.map(|state| state.0),
            personal_data_erased: false,
        }
    }

    /// Whether a request sorts by `seq`. Then only sealed entries are listed: one that is sealed between two pages would
    /// change its place, and be missed or seen twice.
    pub(super) fn in_order_of_the_chain(request: &ListRequest) -> bool {
        let by = |place: usize| Self::LIST.sorts.get(place).map(|sort| sort.name);
        request.sort.iter().any(|(place, _)| by(*place) == Some("seq"))
    }

    /// Adds personal data where it belongs.
    pub(super) fn add(&mut self, part: Part, mut content: JsonValue) {
        match part {
            Part::Actor => {
                let text = |name: &str| content[name].as_str().map(str::to_owned);
                (self.account_name, self.address) = (text("account_name"), text("address"));
            }
            Part::Record => {
                for (name, state) in [("before", &mut self.before), ("after", &mut self.after)] {
                    let internal = content.get_mut(name).map(JsonValue::take);
                    if let (Some(internal), Some(JsonValue::Object(fields))) = (internal, state) {
                        fields.insert("internal".to_owned(), internal);
                    }
                }
            }
        }
    }
}

/// The greatest number that every client reads exactly (RFC 8259, 6).
const LAST_SEQ: i64 = (1 << 53) - 1;

impl Listed for AuditEvent {
    const LIST: ListSpec = ListSpec {
        filters: &[
            Filter::any_of(
                "resource_type",
                ValueType::Text("association"),
                "audit_events.resource_type IN {}",
                "The kind of record.",
            ),
            Filter::any_of(
                "resource_id",
                ValueType::Compact("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"),
                "audit_events.resource_id IN {}",
                "The identifier of the record.",
            ),
            Filter::any_of(
                "account_id",
                ValueType::Id,
                "audit_events.account_id IN {}",
                "The account that acted.",
            ),
            Filter::any_of(
                "action",
                ValueType::Keyword(Action::VARIANTS),
                "audit_events.action IN {}",
                "What was done.",
            ),
            Filter::any_of(
                "operation",
                ValueType::Text("PATCH /v1/associations/{id}"),
                "audit_events.operation IN {}",
                "What was refused: method and pattern of the path.",
            ),
            Filter::any_of(
                "problem",
                ValueType::Text("insufficient_scope"),
                "audit_events.problem IN {}",
                "The `code` of a refusal's problem.",
            ),
            Filter::any_of(
                "request_id",
                ValueType::Compact("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"),
                "audit_events.request_id IN {}",
                "The `X-Request-Id` of the request.",
            ),
            Filter::range(
                "seq",
                ValueType::Integer(0, LAST_SEQ),
                "audit_seals.seq",
                "The place in the chain.",
            ),
            Filter::range("at", ValueType::Instant, "audit_events.at", "When it happened."),
        ],
        sorts: &[
            Sort { name: "at", sql: "audit_events.at", value_type: ValueType::Instant, nullable: false },
            Sort {
                name: "seq",
                sql: "audit_seals.seq",
                value_type: ValueType::Integer(0, LAST_SEQ),
                // Whoever sorts by it sees sealed entries alone.
                nullable: false,
            },
        ],
        default_sort: "-at",
        ..ListSpec::new(
            "audit_events LEFT JOIN audit_seals ON audit_seals.event_id = audit_events.id",
            Sort { name: "id", sql: "audit_events.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
