//! Name and address of whoever acted with an account: kept once for all entries that tell the same of them, which have its
//! digest. A register that is imported has as many entries as associations, and all by one account.

mod queries;

use diesel::prelude::*;
use serde_json::{Map, Value as JsonValue};

pub(super) use queries::{erase, of_account};
pub(in crate::audit) use queries::{keep, of_digests};

use super::{digest, salt};
use crate::database::schema::audit_actors;
use crate::database::types::{Compact, Id, Json};
use crate::error::Result;

/// What is told of an actor. When it is erased, its row stays without content and salt.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_actors)]
pub(in crate::audit) struct ActorRow {
    /// As the entries have it.
    pub(in crate::audit) digest: Compact,
    pub(in crate::audit) account_id: Id,
    salt: Option<String>,
    pub(in crate::audit) content: Option<Json<JsonValue>>,
    pub(in crate::audit) erased_by: Option<Id>,
}

impl ActorRow {
    fn new(account_id: Id, content: Map<String, JsonValue>) -> Result<Self> {
        let (salt, content) = (salt()?, content.into());
        let digest = Compact(digest(&salt, &content));
        Ok(Self { digest, account_id, salt: Some(salt), content: Some(Json(content)), erased_by: None })
    }

    /// Whether the content is what the digest was made of.
    pub(in crate::audit) fn is_as_recorded(&self) -> bool {
        let salt = self.salt.as_deref().unwrap_or_default();
        self.content.as_deref().is_some_and(|content| digest(salt, content) == *self.digest)
    }
}
