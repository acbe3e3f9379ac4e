//! An entry of the audit trail as it is kept, and who it speaks of.

use std::net::IpAddr;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use strum::VariantNames;
use utoipa::ToSchema;

use crate::database::schema::audit_events;
use crate::database::types::{Compact, Id, Keyword, Packed, UtcTime};
use crate::http::origin::Origin;

/// Who writes, or tries to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account; none of the operator, of the service itself, and when nobody was recognised.
    pub account_id: Option<Id>,
    /// The account's name at the time.
    pub name: String,
    /// The request that wrote.
    pub request_id: String,
    /// Where that request came from.
    pub address: Option<IpAddr>,
}

impl Actor {
    /// The operator at the command line.
    pub fn operator() -> Self {
        Self::without_request("operator")
    }

    /// The service by itself: at its first start, and in the background.
    pub fn service() -> Self {
        Self::without_request("service")
    }

    fn without_request(name: &str) -> Self {
        Self { account_id: None, name: name.to_owned(), request_id: String::new(), address: None }
    }

    /// Whoever sent a request without being recognised.
    pub fn unknown(origin: &Origin) -> Self {
        Self {
            account_id: None,
            name: String::new(),
            request_id: origin.request_id.clone(),
            address: origin.address,
        }
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
    /// A record that had gone away came back.
    Restore,
    /// A record went from one state to another.
    Transition,
    /// A request was refused for want of a token, of credentials, a scope or a role: nothing changed.
    Refuse,
    /// Personal data was erased from entries of this trail.
    Erase,
}

/// One entry as it is kept: never changed, never deleted.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_events, treat_none_as_default_value = false)]
pub(super) struct EventRow {
    pub(super) id: Id,
    pub(super) at: UtcTime,
    pub(super) account_id: Option<Id>,
    pub(super) request_id: Option<Compact>,
    pub(super) action: Keyword<Action>,
    pub(super) operation: Option<String>,
    pub(super) resource_type: Option<String>,
    pub(super) resource_id: Option<Compact>,
    pub(super) status: Option<i64>,
    pub(super) problem: Option<String>,
    pub(super) before: Option<Packed>,
    pub(super) after: Option<Packed>,
    pub(super) actor_digest: Option<Compact>,
    pub(super) record_digest: Option<Compact>,
}

impl EventRow {
    /// The entry as the chain seals it. What is absent is left out, so that a later release may add fields.
    pub(super) fn document(&self) -> JsonValue {
        let mut document = json!({
            "id": self.id,
            "at": self.at,
            "account_id": self.account_id,
            "request_id": self.request_id,
            "action": self.action.0,
            "operation": self.operation,
            "resource_type": self.resource_type,
            "resource_id": self.resource_id,
            "status": self.status,
            "problem": self.problem,
            "before": self.before.as_deref(),
            "after": self.after.as_deref(),
            "actor_digest": self.actor_digest,
            "record_digest": self.record_digest,
        });
        if let Some(fields) = document.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        document
    }
}
