//! All SQL of an import: it writes what makes something together, and lets the register change the rest.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::{Value as JsonValue, json};

use super::preparing::{new_id, without_nulls};
use super::recognising::{self, Current};
use super::seats::SeatCity;
use super::{ExternalRecord, Importer, Key, Mode, Outcome, Prepared, Row, Seats, Writing};
use crate::associations::adding::{self, NewAssociation};
use crate::associations::input::AssociationInput;
use crate::associations::internal;
use crate::associations::matching;
use crate::associations::matching::model::{Match, Twin};
use crate::associations::model::AssociationRow;
use crate::associations::queries::{self, Writer};
use crate::database::Outcome::Keep;
use crate::database::schema::{association_external_ids, associations, cities, provinces};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Json, Keyword};
use crate::database::{Connection, savepoint};
use crate::error::{Code, Error, FieldRule, Reason, Result};
use crate::http::body::{self, Change, MergePatch};
use crate::http::conditional::IfMatch;
use crate::keeping::References;
use crate::language::Text;
use crate::states::AssociationStatus;

/// The seats that there are.
pub fn seats(connection: &mut Connection) -> Result<Seats> {
    let rows: Vec<(String, String, String, Json<Text>)> = cities::table
        .filter(cities::deleted_at.is_null())
        .select((cities::code, cities::slug, cities::province_code, cities::name))
        .load(connection)?;
    let cities = rows.into_iter().map(|(code, slug, province_code, name)| SeatCity {
        code,
        slug,
        province_code,
        name: name.0,
    });
    let provinces: Vec<String> = provinces::table.select(provinces::code).load(connection)?;
    Ok(Seats::new(cities.collect(), provinces))
}

/// Writes the rows of a piece. What is wrong with one is told in its outcome, and nothing of it is kept. Those that make
/// something are written together; each of the others by itself, as a request would.
///
/// # Errors
/// What is of the service: then nothing can be said of the rows.
pub fn write_all(
    connection: &mut Connection,
    importer: Importer<'_>,
    rows: &[(u64, Prepared)],
) -> Result<Vec<(u64, Outcome)>> {
    turns::share(connection, Turn::Keeping)?;
    let current = recognising::queries::current(connection, importer.writing, rows)?;
    let mut created = create_new(connection, importer.writing, rows, &current)?;
    let mut outcomes = Vec::with_capacity(rows.len());
    for (place, (line, row)) in rows.iter().enumerate() {
        let outcome = match &current[place] {
            _ if created.contains_key(&place) => created.remove(&place),
            Some(current) if importer.writing.mode != Mode::Create && current.says(&row.row.patch) => {
                Some(Outcome::Unchanged(current.id()))
            }
            _ => None,
        };
        let outcome = outcome.map_or_else(|| write(connection, importer, &row.row), Ok)?;
        outcomes.push((*line, outcome));
    }
    Ok(outcomes)
}

/// Writes those rows together that make something for sure; returns what became of them, by their places.
fn create_new(
    connection: &mut Connection,
    writing: &Writing,
    rows: &[(u64, Prepared)],
    current: &[Option<Current>],
) -> Result<HashMap<usize, Outcome>> {
    let is_new = |place: usize, row: &Prepared| {
        let may_be_new = writing.mode == Mode::Create || writing.key != Some(Key::Id) || row.row.id.is_none();
        current[place].is_none() && may_be_new
    };
    let candidates: Vec<(usize, &NewAssociation)> = rows
        .iter()
        .enumerate()
        .filter(|(place, (_, row))| is_new(*place, row))
        .filter_map(|(place, (_, row))| Some((place, row.made.as_ref()?)))
        .collect();
    let new = recognising::queries::without_twins(connection, candidates)?;
    let made: Vec<&NewAssociation> = new.iter().map(|(_, made)| *made).collect();
    let inputs: Vec<&AssociationInput> = made.iter().map(|made| made.input()).collect();
    let doubts = matching::queries::doubtful(connection, &inputs)?;
    let written = savepoint(connection, |connection| {
        adding::queries::create_all(connection, &writing.actor, &writing.author, &made).map(|()| (Keep, ()))
    });
    match written {
        Ok(()) => {
            let outcomes = made.iter().zip(doubts).map(|(this, doubt)| match doubt {
                None => Outcome::Created(this.id()),
                Some(Match { twin, resemblance, .. }) => {
                    let twin = match twin {
                        Twin::Kept(id) => id,
                        Twin::Earlier(place) => made[place].id(),
                    };
                    let doubt = matching::queries::probable_duplicate(twin, resemblance.score);
                    Outcome::Doubtful(this.id(), doubt)
                }
            });
            Ok(new.iter().map(|(place, _)| *place).zip(outcomes).collect())
        }
        // One of them is refused after all: which one, each tells by itself.
        Err(error) if !error.is_of_the_service() => Ok(HashMap::new()),
        Err(error) => Err(error),
    }
}

/// Writes a row. What is wrong with it is told in the outcome, and nothing of it is kept.
fn write(connection: &mut Connection, importer: Importer<'_>, row: &Row) -> Result<Outcome> {
    let written = savepoint(connection, |connection| {
        try_to_write(connection, importer, row).map(|outcome| (Keep, outcome))
    });
    match written {
        Err(error) if !error.is_of_the_service() => Ok(Outcome::Refused(error)),
        written => written,
    }
}

fn try_to_write(connection: &mut Connection, importer: Importer<'_>, row: &Row) -> Result<Outcome> {
    let Importer { references, writing } = importer;
    let new_id = new_id(writing, row)?;
    let found = match writing.key.map(|key| recognising::queries::existing(connection, key, writing, row)) {
        None => None,
        Some(Err(error)) if error.code == Code::NotFound && writing.mode == Mode::Create => None,
        Some(found) => found?,
    };
    match (found, writing.mode) {
        (Some(_), Mode::Create) => Err(Error::already_exists(writing.key_field())),
        (None, Mode::Update) => {
            let reason = Reason::new(FieldRule::Reference).with("expected", " (/v1/associations)");
            Err(Error::invalid_field(writing.key_field(), reason))
        }
        (Some(association), _) => change(connection, references, writing, &association, row.patch.clone()),
        (None, _) => {
            let input: AssociationInput = body::read_valid(without_nulls(&row.patch))?;
            let seat = queries::seat(connection, &input)?;
            let who = (&writing.actor, &writing.author);
            let made = queries::create(connection, new_id, who, (&input, seat))?;
            Ok(Outcome::Created(made.id))
        }
    }
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

/// A page of what a source system has, in the order of its identifiers, after one of them.
pub fn of_source(
    connection: &mut Connection,
    source: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<ExternalRecord>> {
    let rows: Vec<(String, Id, Option<Keyword<AssociationStatus>>)> = association_external_ids::table
        .inner_join(associations::table.on(associations::id.eq(association_external_ids::association_id)))
        .filter(association_external_ids::source.eq(source))
        .filter(association_external_ids::external_id.gt(after))
        .filter(associations::deleted_at.is_null())
        .order(association_external_ids::external_id)
        .select((association_external_ids::external_id, associations::id, associations::status))
        .limit(limit)
        .load(connection)?;
    let is_alive = |status: Option<Keyword<AssociationStatus>>| {
        status.is_none_or(|status| status.0 == AssociationStatus::Active)
    };
    Ok(rows
        .into_iter()
        .map(|(external_id, association_id, status)| ExternalRecord {
            external_id,
            association_id,
            is_alive: is_alive(status),
        })
        .collect())
}

/// Makes an association dormant of which its source system knows nothing any more.
pub fn make_dormant(connection: &mut Connection, importer: Importer<'_>, id: Id) -> Result<Outcome> {
    let row = Row { id: Some(id.to_string()), external_id: None, patch: json!({"status": "dormant"}) };
    let writing = Writing { mode: Mode::Update, key: Some(Key::Id), ..importer.writing.clone() };
    write(connection, Importer { writing: &writing, ..importer }, &row)
}
