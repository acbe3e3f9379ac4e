//! Rows made ready to be written, away from the database: what they name is looked up, and what they would make is read.

use serde_json::{Value as JsonValue, json};

use super::{Key, Mode, Row, Seats, Writing};
use crate::associations::adding::NewAssociation;
use crate::associations::input::AssociationInput;
use crate::database::types::Id;
use crate::error::{Error, FieldRule, Reason, Result};
use crate::http::body;

/// A row that is ready to be written.
#[derive(Debug)]
pub struct Prepared {
    /// The row, with the codes of what it names, and with what the source system calls the association.
    pub(super) row: Row,
    /// What it makes where no association is there; none when the register itself has to say what is wrong with it.
    pub(super) made: Option<NewAssociation>,
}

impl Prepared {
    /// The row, ready to be written.
    ///
    /// # Errors
    /// 422 for texts that hide what they say, and for a city's name that several have.
    pub fn new(seats: &Seats, writing: &Writing, row: Row) -> Result<Self> {
        let patch = completed(seats, writing, &row)?;
        let made = match writing.mode {
            Mode::Update => None,
            Mode::Create | Mode::Upsert => new_id(writing, &row).ok().and_then(|id| made(seats, id, &patch)),
        };
        Ok(Self { row: Row { patch, ..row }, made })
    }
}

/// The identifier of what a row makes: a register that is empty takes back what left another one, identifiers included.
///
/// # Errors
/// 422 for what is no identifier.
pub(super) fn new_id(writing: &Writing, row: &Row) -> Result<Id> {
    match (writing.key, writing.mode, &row.id) {
        (Some(Key::Id), Mode::Create, Some(id)) => id
            .parse()
            .map_err(|_| Error::invalid_field("/id", Reason::new(FieldRule::Type).with("expected", "uuid"))),
        _ => Ok(Id::new()),
    }
}

fn completed(seats: &Seats, writing: &Writing, row: &Row) -> Result<JsonValue> {
    let mut patch = body::tidied(row.patch.clone())?;
    if let Some(city) = patch["city_code"].as_str() {
        patch["city_code"] = seats.code(city)?.into();
    }
    // What is no object there is refused with the rest.
    if let (Some(source), Some(id)) = (&writing.source, &row.external_id)
        && patch.get("internal").is_none_or(JsonValue::is_object)
    {
        json_patch::merge(&mut patch, &json!({"internal": {"external_ids": {source: id}}}));
    }
    Ok(patch)
}

fn made(seats: &Seats, id: Id, patch: &JsonValue) -> Option<NewAssociation> {
    let input: AssociationInput = body::read_valid(without_nulls(patch)).ok()?;
    let seat = seats.of(&input)?;
    Some(NewAssociation::new(id, input, seat))
}

/// What a patch makes of nothing (RFC 7396).
pub(super) fn without_nulls(patch: &JsonValue) -> JsonValue {
    let mut made = json!({});
    json_patch::merge(&mut made, patch);
    made
}
