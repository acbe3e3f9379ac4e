//! The hash chain that seals the audit trail: each seal's hash covers the one before it and its entry, so that nothing
//! sealed can be altered, removed or inserted without being found.
//!
//! Entries are sealed just after their commit, by one instance at a time (`sealing`): a chain that every write had to
//! extend would let PostgreSQL run one write after the other.

mod queries;
pub mod sealing;
pub mod verification;

use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

pub use queries::head;

use super::canonical::canonical;
use super::model::EventRow;
use crate::database::schema::audit_seals;
use crate::database::types::{Compact, Id, UtcTime};

/// The hash before the first seal.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A link of the chain.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_seals)]
pub(super) struct SealRow {
    seq: i64,
    event_id: Id,
    hash: Compact,
    sealed_at: UtcTime,
}

impl SealRow {
    /// The seal of `event` that follows a seal.
    fn following(head: &Head, event: &EventRow) -> Self {
        let (seq, sealed_at) = (head.seq + 1, UtcTime::now());
        Self { seq, event_id: event.id, hash: Compact(hash(&head.hash, seq, sealed_at, event)), sealed_at }
    }

    /// Whether this is the seal of `event` after a seal of this hash.
    fn seals(&self, event: &EventRow, previous: &str) -> bool {
        *self.hash == hash(previous, self.seq, self.sealed_at, event)
    }
}

/// SHA-256 over the previous hash, as its hexadecimal digits, and the canonical JSON of the sealed entry.
fn hash(previous: &str, seq: i64, sealed_at: UtcTime, event: &EventRow) -> String {
    let sealed = json!({"seq": seq, "sealed_at": sealed_at, "event": event.document()});
    format!("{:x}", Sha256::digest(format!("{previous}{}", canonical(&sealed))))
}

/// The newest seal. Whoever notes it elsewhere can later tell whether the trail still has all that it had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AuditHead)]
pub struct Head {
    /// How many entries are sealed; also the number of the newest one.
    #[schema(minimum = 0, examples(4182))]
    pub seq: i64,
    /// Its hash: SHA-256 as hexadecimal digits, zeros before the first entry.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub hash: String,
    /// When it was sealed; absent before the first entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub sealed_at: Option<UtcTime>,
}

impl Head {
    /// The head of a chain without seals.
    fn beginning() -> Self {
        Self { seq: 0, hash: BEGINNING.to_owned(), sealed_at: None }
    }
}

impl From<SealRow> for Head {
    fn from(seal: SealRow) -> Self {
        Self { seq: seal.seq, hash: seal.hash.0, sealed_at: Some(seal.sealed_at) }
    }
}
