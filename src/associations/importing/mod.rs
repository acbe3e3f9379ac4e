//! Associations that come in from the register of another system: which of ours a row means, and how it is written.

mod preparing;
pub mod queries;
mod recognising;
mod seats;

pub use preparing::Prepared;
pub use seats::Seats;

use serde::{Deserialize, Serialize};
use serde_json::Value as JsonValue;
use strum::VariantNames;
use utoipa::ToSchema;

use super::facts::Author;
use super::internal::plain;
use crate::audit::Actor;
use crate::database::types::Id;
use crate::error::Error;
use crate::keeping::References;

/// What is done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ImportMode)]
pub enum Mode {
    /// It makes an association, under its identifier when that is the key, and is refused when that is there.
    Create,
    /// It changes the association that is there, or makes it.
    Upsert,
    /// It changes the association that is there, and is refused when none is.
    Update,
}

/// By what a row and an association are known to be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ImportKey)]
pub enum Key {
    /// Our identifier, in the column `id`.
    Id,
    /// Authority and number of the receipt.
    Receipt,
    /// What the source system calls it, in the column `external_id`.
    ExternalId,
}

/// How rows are written.
#[derive(Debug, Clone)]
pub struct Writing {
    /// What is done with them.
    pub mode: Mode,
    /// How an association is recognised; none when each row makes a new one.
    pub key: Option<Key>,
    /// The source system.
    pub source: Option<String>,
    /// Who writes.
    pub actor: Actor,
    /// As whom facts are noted.
    pub author: Author,
}

/// A row, as a merge patch of what an association is written with. Columns that are no fields of it stand beside.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Our identifier.
    pub id: Option<String>,
    /// The identifier of the source system.
    pub external_id: Option<String>,
    /// The fields.
    pub patch: JsonValue,
}

/// An association as a source system knows it.
#[derive(Debug)]
pub struct ExternalRecord {
    /// What the system calls it.
    pub external_id: String,
    /// Which one it is.
    pub association_id: Id,
    /// Whether it is neither dormant nor dissolved.
    pub is_alive: bool,
}

/// What writes rows.
#[derive(Clone, Copy)]
pub struct Importer<'a> {
    /// Who is asked what keeps a record.
    pub references: References,
    /// How rows are written.
    pub writing: &'a Writing,
}

impl Writing {
    /// The field by which rows are recognised, as a JSON pointer.
    pub fn key_field(&self) -> &'static str {
        match self.key {
            None | Some(Key::Id) => "/id",
            Some(Key::Receipt) => "/internal/receipt_number",
            Some(Key::ExternalId) => "/external_id",
        }
    }
}

impl Key {
    /// The columns that a table needs for it.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Id => &["id"],
            Self::Receipt => &["internal.receipt_authority", "internal.receipt_number"],
            Self::ExternalId => &["external_id"],
        }
    }
}

impl Row {
    /// By what the row is recognised, as far as it says that.
    pub fn key(&self, key: Key) -> Option<String> {
        match key {
            Key::Id => self.id.clone(),
            Key::ExternalId => self.external_id.clone(),
            Key::Receipt => {
                let of = |field: &str| self.patch.get("internal")?.get(field)?.as_str().map(plain);
                Some(format!("{} {}", of("receipt_authority")?, of("receipt_number")?))
            }
        }
    }
}

/// What became of a row.
#[derive(Debug)]
pub enum Outcome {
    /// It made an association.
    Created(Id),
    /// It made an association that is probably another one.
    Doubtful(Id, Error),
    /// It changed one.
    Updated(Id),
    /// All that it says was so.
    Unchanged(Id),
    /// Nothing of it was taken.
    Refused(Error),
}
