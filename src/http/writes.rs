//! The writing operations of a collection, on one record each, as one caller may use them. Single requests and the items of
//! a batch go through the same functions, so no rule stands twice.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use utoipa::ToSchema;
use validator::Validate;

use super::body::Change;
use super::conditional::IfMatch;
use super::list::Listed;
use super::representation::Resource;
use crate::audit::Actor;
use crate::database::Connection;
use crate::error::Result;

/// What is done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = BatchOperation)]
pub enum Operation {
    /// Adds a record, as `POST` does.
    Create,
    /// Changes fields of a record by a merge patch (RFC 7396), as `PATCH` does.
    Update,
    /// Replaces all that can be written of a record, as `PUT` does.
    Replace,
    /// Deletes a record, as `DELETE` does.
    Delete,
}

/// The writes of a collection by one caller.
pub trait Writes: Send + Sync + 'static {
    /// What is written, as it is answered.
    type Record: Resource + Listed;
    /// What a record is written with.
    type Input: Serialize + DeserializeOwned + Validate + ToSchema + Clone + Send + Sync + 'static;

    /// Who writes.
    fn actor(&self) -> &Actor;

    /// Refuses an operation that the caller may use on no record: before anybody looks at what is asked for.
    fn admit(&self, operation: Operation) -> Result<()>;

    /// Adds a record.
    fn create(&self, connection: &mut Connection, input: &Self::Input) -> Result<Self::Record>;

    /// Changes the record `id`, which is still at a version that the client has seen.
    fn change(
        &self,
        connection: &mut Connection,
        id: &str,
        if_match: &IfMatch,
        change: &Change<Self::Input>,
    ) -> Result<Self::Record>;

    /// Deletes the record `id`, which is still at a version that the client has seen.
    fn delete(&self, connection: &mut Connection, id: &str, if_match: &IfMatch) -> Result<()>;

    /// Takes the turns of a deletion. Whoever has shared one by an earlier write of the same transaction could wait for
    /// another such writer, and that one for the first: so they are taken before anything is written.
    fn take_turns_to_delete(&self, connection: &mut Connection) -> Result<()>;
}
