//! All SQL by which associations are recognised.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::Current;
use crate::associations::adding::NewAssociation;
use crate::associations::importing::{Key, Prepared, Row, Writing};
use crate::associations::internal;
use crate::associations::model::AssociationRow;
use crate::associations::queries::{find, live_entries};
use crate::database::Connection;
use crate::database::schema::{association_external_ids, association_internal_records, associations, cities};
use crate::database::types::Id;
use crate::error::{Error, FieldRule, Reason, Result};

/// The associations that rows mean, as they are now, each at the place of its row.
pub(in super::super) fn current(
    connection: &mut Connection,
    writing: &Writing,
    rows: &[(u64, Prepared)],
) -> Result<Vec<Option<Current>>> {
    let Some(key) = writing.key else { return Ok(rows.iter().map(|_| None).collect()) };
    let keys: Vec<Option<String>> = rows.iter().map(|(_, row)| row.row.key(key)).collect();
    let ids = ids_by_key(connection, key, writing, rows)?;
    let wanted: Vec<Id> = keys.iter().flatten().filter_map(|key| ids.get(key)).copied().collect();
    let mut records = internal::queries::of_all(connection, &wanted)?;
    let entries = live_entries(connection, &wanted)?.into_iter().map(|entry| {
        let record = records.remove(&entry.row.id).unwrap_or_default();
        (entry.row.id, Current { entry, record: record.record })
    });
    let mut current: HashMap<Id, Current> = entries.collect();
    let of_row = |key: &Option<String>| current.remove(ids.get(key.as_ref()?)?);
    Ok(keys.iter().map(of_row).collect())
}

/// The identifiers of what is recognised by the keys of these rows.
fn ids_by_key(
    connection: &mut Connection,
    key: Key,
    writing: &Writing,
    rows: &[(u64, Prepared)],
) -> Result<HashMap<String, Id>> {
    let rows = rows.iter().map(|(_, row)| &row.row);
    match key {
        Key::Id => {
            let ids = rows.filter_map(|row| row.id.clone());
            Ok(ids.filter_map(|id| Some((id.clone(), id.parse().ok()?))).collect())
        }
        Key::Receipt => {
            let numbers: Vec<String> = rows
                .filter_map(|row| row.patch["internal"]["receipt_number"].as_str().map(internal::plain))
                .collect();
            let found: Vec<(Option<String>, Option<String>, Id)> = association_internal_records::table
                .filter(association_internal_records::receipt_number.eq_any(numbers))
                .select((
                    association_internal_records::receipt_authority,
                    association_internal_records::receipt_number,
                    association_internal_records::association_id,
                ))
                .load(connection)?;
            let by_key = |(authority, number, id): (Option<String>, Option<String>, Id)| {
                Some((format!("{} {}", internal::plain(&authority?), number?), id))
            };
            Ok(found.into_iter().filter_map(by_key).collect())
        }
        Key::ExternalId => {
            let ids: Vec<&str> = rows.filter_map(|row| row.external_id.as_deref()).collect();
            let found: Vec<(String, Id)> = association_external_ids::table
                .filter(association_external_ids::source.eq(writing.source.as_deref().unwrap_or_default()))
                .filter(association_external_ids::external_id.eq_any(ids))
                .select((association_external_ids::external_id, association_external_ids::association_id))
                .load(connection)?;
            Ok(found.into_iter().collect())
        }
    }
}

/// Those of these associations that are no twins of others, neither of the register nor among themselves, and whose seats are
/// there. The caller keeps others from deleting cities meanwhile.
pub(in super::super) fn without_twins<'a>(
    connection: &mut Connection,
    candidates: Vec<(usize, &'a NewAssociation)>,
) -> Result<Vec<(usize, &'a NewAssociation)>> {
    let of_all = |marks: fn(&NewAssociation) -> Vec<Mark>| -> Vec<Mark> {
        candidates.iter().flat_map(|(_, made)| marks(made)).collect()
    };
    let mut taken = taken_marks(connection, &of_all(marks))?;
    let cities = live_cities(connection, &candidates)?;
    let is_seated = |made: &NewAssociation| match &made.row().city_code {
        None => true,
        Some(code) => cities.get(code) == made.row().province_code.as_ref(),
    };
    let is_alone = |made: &NewAssociation, taken: &mut HashSet<Mark>| {
        let marks = marks(made);
        let is_alone = marks.iter().all(|mark| !taken.contains(mark));
        taken.extend(marks);
        is_alone
    };
    Ok(candidates.into_iter().filter(|(_, made)| is_seated(made) && is_alone(made, &mut taken)).collect())
}

/// What only one association has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Mark {
    Identity(Id),
    Ice(String),
    ExternalId(String, String),
}

fn marks(made: &NewAssociation) -> Vec<Mark> {
    let mut marks = vec![Mark::Identity(made.row().identity_key)];
    if let Some(record) = &made.input().internal {
        marks.extend(record.ice.clone().map(Mark::Ice));
        let ids = record.external_ids.iter();
        marks.extend(ids.map(|(source, id)| Mark::ExternalId(source.clone(), id.clone())));
    }
    marks
}

/// Those of these marks that others have.
fn taken_marks(connection: &mut Connection, marks: &[Mark]) -> Result<HashSet<Mark>> {
    let of = |mark: fn(&Mark) -> Option<&str>| -> Vec<&str> { marks.iter().filter_map(mark).collect() };
    let identity = |mark: &Mark| if let Mark::Identity(key) = mark { Some(*key) } else { None };
    let identities: Vec<Id> = marks.iter().filter_map(identity).collect();
    let ices = of(|mark| if let Mark::Ice(ice) = mark { Some(ice) } else { None });
    let external_ids = of(|mark| if let Mark::ExternalId(_, id) = mark { Some(id) } else { None });
    let identities: Vec<Id> = associations::table
        .filter(associations::identity_key.eq_any(identities))
        .filter(associations::deleted_at.is_null())
        .select(associations::identity_key)
        .load(connection)?;
    let ices: Vec<Option<String>> = association_internal_records::table
        .filter(association_internal_records::ice.eq_any(ices))
        .select(association_internal_records::ice)
        .load(connection)?;
    let external_ids: Vec<(String, String)> = association_external_ids::table
        .filter(association_external_ids::external_id.eq_any(external_ids))
        .select((association_external_ids::source, association_external_ids::external_id))
        .load(connection)?;
    let identities = identities.into_iter().map(Mark::Identity);
    let ices = ices.into_iter().flatten().map(Mark::Ice);
    let external_ids = external_ids.into_iter().map(|(source, id)| Mark::ExternalId(source, id));
    Ok(identities.chain(ices).chain(external_ids).collect())
}

/// The cities of the seats that are not deleted, with their provinces.
fn live_cities(
    connection: &mut Connection,
    candidates: &[(usize, &NewAssociation)],
) -> Result<HashMap<String, String>> {
    let codes: HashSet<&str> =
        candidates.iter().filter_map(|(_, made)| made.row().city_code.as_deref()).collect();
    let found: Vec<(String, String)> = cities::table
        .filter(cities::code.eq_any(codes))
        .filter(cities::deleted_at.is_null())
        .select((cities::code, cities::province_code))
        .load(connection)?;
    Ok(found.into_iter().collect())
}

/// The association that is known by the key of the row.
pub(in super::super) fn existing(
    connection: &mut Connection,
    key: Key,
    writing: &Writing,
    row: &Row,
) -> Result<Option<AssociationRow>> {
    let required = |field: &str| Error::invalid_field(field, Reason::new(FieldRule::Required));
    let id: Option<Id> = match key {
        Key::Id => match &row.id {
            None => return Ok(None),
            Some(id) => return find(connection, id).map(|entry| Some(entry.row)),
        },
        Key::Receipt => {
            let of = |field: &str| row.patch["internal"][field].as_str().map(str::to_owned);
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
