//! What identifies people in the audit trail (law 09-08): name and address of the actor, and the internal data of the
//! record. It stands apart from the entries, which keep only a salted digest of it. So it can be shown to the person it
//! is about, and erased, while the chain of entries still holds.

pub(super) mod actors;
mod queries;

use std::net::IpAddr;

use aws_lc_rs::rand;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as JsonValue, json};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

pub(super) use queries::{ERASED_ACTORS, keep, keep_all, of_events};
pub use queries::{erase_of_account, erase_of_association, of_account, of_association};

use super::canonical::canonical;
use super::model::{Action, Actor};
use crate::database::schema::audit_personal_data;
use crate::database::types::{Compact, Id, Json, Keyword, UtcTime};
use crate::error::{Error, Result};

/// Stands in an entry in place of a digest, when its personal data was recorded by a release without digests
/// (migration 0009): there is some, but nothing tells whether it was altered.
pub(super) const CARRIED_OVER: &str = "carried_over";

/// Which personal data of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Of whoever acted: `account_name` and `address`.
    Actor,
    /// Of the record: its `internal` data `before` and `after`.
    Record,
}

/// Personal data of one entry as it is kept. When it is erased, its row stays without content and salt.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_personal_data, treat_none_as_default_value = false)]
pub(super) struct PersonalRow {
    pub(super) event_id: Id,
    pub(super) part: Keyword<Part>,
    subject_type: Option<String>,
    subject_id: Option<Compact>,
    salt: Option<String>,
    pub(super) content: Option<Json<JsonValue>>,
    pub(super) erased_by: Option<Id>,
}

impl PersonalRow {
    /// The address of whoever was not recognised. It is the personal data of the account that the credentials `named`.
    pub(super) fn of_stranger(event_id: Id, actor: &Actor, named: Option<Id>) -> Result<Option<Self>> {
        let subject = named.map(|id| ("account".to_owned(), id.to_string()));
        Self::new(event_id, Part::Actor, subject, told_of(actor))
    }

    /// The internal data of a record, taken out of its states.
    pub(super) fn of_record(
        event_id: Id,
        (resource_type, resource_id): (&str, &str),
        before: &mut Option<JsonValue>,
        after: &mut Option<JsonValue>,
    ) -> Result<Option<Self>> {
        let mut content = Map::new();
        for (name, state) in [("before", before), ("after", after)] {
            let internal = state.as_mut().and_then(JsonValue::as_object_mut);
            let internal = internal.and_then(|fields| fields.shift_remove("internal"));
            content.extend(internal.filter(|data| !data.is_null()).map(|data| (name.to_owned(), data)));
        }
        let subject = Some((resource_type.to_owned(), resource_id.to_owned()));
        Self::new(event_id, Part::Record, subject, content)
    }

    fn new(
        event_id: Id,
        part: Part,
        subject: Option<(String, String)>,
        content: Map<String, JsonValue>,
    ) -> Result<Option<Self>> {
        if content.is_empty() {
            return Ok(None);
        }
        let (subject_type, subject_id) = subject.unzip();
        Ok(Some(Self {
            event_id,
            part: Keyword(part),
            subject_type,
            subject_id: subject_id.map(Compact),
            salt: Some(salt()?),
            content: Some(Json(content.into())),
            erased_by: None,
        }))
    }

    /// What the entry keeps of it: SHA-256 over the salt and the canonical content. Without the salt nobody can find
    /// out the content by trying. None for what is erased.
    pub(super) fn digest(&self) -> Option<String> {
        Some(digest(self.salt.as_deref().unwrap_or_default(), self.content.as_deref()?))
    }
}

/// Name and address of an actor; none of an actor who is no person.
pub(super) fn told_of(actor: &Actor) -> Map<String, JsonValue> {
    let mut content = Map::new();
    if actor.account_id.is_some() && !actor.name.is_empty() {
        content.insert("account_name".to_owned(), json!(actor.name));
    }
    content.extend(actor.address.map(|address| ("address".to_owned(), json!(written(address)))));
    content
}

fn digest(salt: &str, content: &JsonValue) -> String {
    format!("{:x}", Sha256::digest(format!("{salt}{}", canonical(content))))
}

fn written(address: IpAddr) -> String {
    address.to_canonical().to_string()
}

/// 128 random bits as hexadecimal digits.
fn salt() -> Result<String> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| Error::internal("the system gives no random numbers"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Personal data in an entry of the audit trail, for the person it is about.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditedPersonalData {
    /// Identifier of the entry.
    pub event_id: Id,
    /// When that happened.
    pub at: UtcTime,
    /// What was done.
    pub action: Action,
    /// The kind of record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("association"))]
    pub resource_type: Option<String>,
    /// The identifier of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"))]
    pub resource_id: Option<String>,
    /// Which personal data of the entry.
    pub part: Part,
    /// The data.
    #[schema(value_type = Object)]
    pub content: JsonValue,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_tells_nothing_and_depends_on_all() {
        let stranger = Actor { address: Some(IpAddr::from([192, 0, 2, 7])), ..Actor::operator() };
        let row = PersonalRow::of_stranger(Id::new(), &stranger, None).unwrap().unwrap();
        let again = PersonalRow::of_stranger(row.event_id, &stranger, None).unwrap().unwrap();
        assert_ne!(row.digest(), again.digest(), "the salt is another");
        let renamed = PersonalRow { content: Some(Json(json!({"account_name": "B"}))), ..row.clone() };
        assert_ne!(row.digest(), renamed.digest());
        let erased = PersonalRow { content: None, salt: None, ..row };
        assert_eq!(erased.digest(), None);
    }

    #[test]
    fn internal_data_leaves_the_states() {
        let mut before = Some(json!({"name": "x", "internal": {"ice": "1"}}));
        let mut after = Some(json!({"name": "x", "internal": null}));
        let row = PersonalRow::of_record(Id::new(), ("association", "a"), &mut before, &mut after);
        assert_eq!(row.unwrap().unwrap().content.unwrap().0, json!({"before": {"ice": "1"}}));
        assert_eq!((before, after), (Some(json!({"name": "x"})), Some(json!({"name": "x"}))));
        assert!(PersonalRow::of_record(Id::new(), ("city", "c"), &mut None, &mut None).unwrap().is_none());
    }

    #[test]
    fn the_operator_is_no_person() {
        assert!(told_of(&Actor::operator()).is_empty());
    }
}
