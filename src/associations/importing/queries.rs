//! All SQL of an import: it finds the association that a row means, and lets the register write it.

use diesel::prelude::*;
use serde_json::{Value as JsonValue, json};

use super::{Importer, Key, Mode, Outcome, Row, Seats, Writing};
use crate::associations::input::AssociationInput;
use crate::associations::internal;
use crate::associations::model::AssociationRow;
use crate::associations::queries::{self, Writer, find};
use crate::database::Outcome::Keep;
use crate::database::schema::{association_external_ids, association_internal_records, associations, cities};
use crate::database::types::{Id, Json};
use crate::database::{Connection, savepoint};
use crate::error::{Error, FieldRule, Reason, Result};
use crate::http::body::{self, Change, MergePatch};
use crate::http::conditional::IfMatch;
use crate::keeping::References;
use crate::language::Text;

/// What the cities are called.
pub fn seats(connection: &mut Connection) -> Result<Seats> {
    let rows: Vec<(String, String, Json<Text>)> = cities::table
        .filter(cities::deleted_at.is_null())
        .select((cities::code, cities::slug, cities::name))
        .load(connection)?;
    Ok(Seats::new(rows.into_iter().map(|(code, slug, name)| (code, slug, name.0))))
}

/// Writes a row. What is wrong with it is told in the outcome, and nothing of it is kept.
///
/// # Errors
/// What is of the service: then nothing can be said of the row.
pub fn write(connection: &mut Connection, importer: Importer<'_>, row: &Row) -> Result<Outcome> {
    let written = savepoint(connection, |connection| {
        try_to_write(connection, importer, row).map(|outcome| (Keep, outcome))
    });
    match written {
        Err(error) if !error.is_of_the_service() => Ok(Outcome::Refused(error)),
        written => written,
    }
}

fn try_to_write(connection: &mut Connection, importer: Importer<'_>, row: &Row) -> Result<Outcome> {
    let Importer { references, seats, writing } = importer;
    let patch = completed(seats, writing, row)?;
    let found = match writing.key {
        Some(key) => existing(connection, key, (writing, row), &patch)?,
        None => None,
    };
    match (found, writing.mode) {
        (Some(_), Mode::Create) => Err(Error::already_exists(writing.key_field())),
        (None, Mode::Update) => {
            let reason = Reason::new(FieldRule::Reference).with("expected", " (/v1/associations)");
            Err(Error::invalid_field(writing.key_field(), reason))
        }
        (Some(association), _) => change(connection, references, writing, &association, patch),
        (None, _) => {
            let input: AssociationInput = body::read_valid(without_nulls(patch))?;
            let made = queries::create(connection, &writing.actor, &writing.author, &input)?;
            Ok(Outcome::Created(made.id))
        }
    }
}

/// The patch with the codes of what it names, and with what the source system calls the association.
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

/// The association that is known by the key of the row.
fn existing(
    connection: &mut Connection,
    key: Key,
    (writing, row): (&Writing, &Row),
    patch: &JsonValue,
) -> Result<Option<AssociationRow>> {
    let required = |field: &str| Error::invalid_field(field, Reason::new(FieldRule::Required));
    let id: Option<Id> = match key {
        Key::Id => match &row.id {
            None => return Ok(None),
            Some(id) => return find(connection, id).map(|entry| Some(entry.row)),
        },
        Key::Receipt => {
            let of = |field: &str| patch["internal"][field].as_str().map(str::to_owned);
            let number = of("receipt_number").ok_or_else(|| required("/internal/receipt_number"))?;
            let authority = of("receipt_authority").ok_or_else(|| required("/internal/receipt_authority"))?;
            association_internal_records::table
                .filter(association_internal_records::receipt_number.eq(internal::plain(&number)))
                .filter(association_internal_records::receipt_authority.eq(authority))
                .select(association_internal_records::association_id)
                .first(connection)
                .optional()?
        }
        Key::ExternalId => {
            let source = writing.source.as_deref().unwrap_or_default();
            let external_id = row.external_id.as_ref().ok_or_else(|| required("/external_id"))?;
            association_external_ids::table
                .filter(association_external_ids::source.eq(source))
                .filter(association_external_ids::external_id.eq(external_id))
                .select(association_external_ids::association_id)
                .first(connection)
                .optional()?
        }
    };
    let Some(id) = id else { return Ok(None) };
    let live = associations::table.find(id).filter(associations::deleted_at.is_null());
    Ok(live.select(AssociationRow::as_select()).first(connection).optional()?)
}

/// Changes an association, if the row says anything else than what stands there.
fn change(
    connection: &mut Connection,
    references: References,
    writing: &Writing,
    association: &AssociationRow,
    patch: JsonValue,
) -> Result<Outcome> {
    let change = Change::Merge(MergePatch(patch));
    let entry = queries::entry(connection, association.clone())?;
    let before = entry.input(internal::queries::of(connection, association.id)?.record);
    let after = without_what_follows(change.apply(&before)?, association);
    if is_same(&before, &after) {
        return Ok(Outcome::Unchanged(association.id));
    }
    let writer = Writer { sees_internal: true, keeps_register: true, author: writing.author.clone() };
    let id = association.id.to_string();
    queries::update(connection, references, &writing.actor, &id, &IfMatch::Any, &change, &writer)?;
    Ok(Outcome::Updated(association.id))
}

/// What is written, without what follows from the rest: an export has both.
fn without_what_follows(mut input: AssociationInput, association: &AssociationRow) -> AssociationInput {
    if input.city_code.is_some() && input.province_code == association.province_code {
        input.province_code = None;
    }
    if input.founded_on.is_some() {
        input.founded_year = None;
    }
    input
}

fn is_same(before: &AssociationInput, after: &AssociationInput) -> bool {
    before.public_part() == after.public_part()
        && before.internal.clone().unwrap_or_default() == after.internal.clone().unwrap_or_default()
}

/// What a patch makes of nothing (RFC 7396).
fn without_nulls(patch: JsonValue) -> JsonValue {
    let mut made = json!({});
    json_patch::merge(&mut made, &patch);
    made
}
