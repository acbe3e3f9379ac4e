//! All SQL of the internal records.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use super::{InternalRecord, InternalRow, KeptRecord};
use crate::associations::input::AssociationInput;
use crate::database::schema::{association_external_ids, association_internal_records};
use crate::database::types::Id;
use crate::database::{Connection, insert_all};
use crate::error::{Error, Result};

/// What is kept of the internal record of an association.
pub fn of(connection: &mut Connection, id: Id) -> Result<KeptRecord> {
    let row: Option<InternalRow> = association_internal_records::table
        .find(id)
        .select(InternalRow::as_select())
        .first(connection)
        .optional()?;
    let Some(row) = row else { return Ok(KeptRecord::default()) };
    let external_ids = association_external_ids::table
        .filter(association_external_ids::association_id.eq(id))
        .select((association_external_ids::source, association_external_ids::external_id))
        .load(connection)?;
    Ok(row.kept(external_ids.into_iter().collect()))
}

/// What is kept of the internal records of some associations; of those that have none, nothing.
pub fn of_all(connection: &mut Connection, ids: &[Id]) -> Result<HashMap<Id, KeptRecord>> {
    let rows: Vec<InternalRow> = association_internal_records::table
        .filter(association_internal_records::association_id.eq_any(ids))
        .select(InternalRow::as_select())
        .load(connection)?;
    let external_ids: Vec<(Id, String, String)> = association_external_ids::table
        .filter(association_external_ids::association_id.eq_any(ids))
        .select((
            association_external_ids::association_id,
            association_external_ids::source,
            association_external_ids::external_id,
        ))
        .load(connection)?;
    let mut of_each: HashMap<Id, BTreeMap<String, String>> = HashMap::new();
    for (id, source, external_id) in external_ids {
        of_each.entry(id).or_default().insert(source, external_id);
    }
    let kept = |row: InternalRow| {
        let id = row.association_id;
        (id, row.kept(of_each.remove(&id).unwrap_or_default()))
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// Writes the next version of the internal record of an association over the one that is `kept`, if it says anything
/// else. One that was emptied stays as an empty row, so that none of its versions comes twice.
///
/// # Errors
/// The lost race, when somebody else was faster.
pub(in crate::associations) fn write(
    connection: &mut Connection,
    id: Id,
    kept: &KeptRecord,
    record: Option<&InternalRecord>,
) -> Result<()> {
    let record = record.cloned().unwrap_or_default();
    if record == kept.record.clone().unwrap_or_default() {
        return Ok(());
    }
    let external_ids = record.external_ids.clone();
    let row = InternalRow::new(id, record, kept.version + 1);
    if kept.version == 0 {
        // The caller holds the row of the association: whoever was faster has committed and is seen.
        if of(connection, id)?.version != 0 {
            return Err(Error::lost_race());
        }
        diesel::insert_into(association_internal_records::table).values(&row).execute(connection)?;
        return write_external_ids(connection, id, &external_ids);
    }
    let this_version = association_internal_records::table
        .find(id)
        .filter(association_internal_records::version.eq(kept.version));
    if diesel::update(this_version).set(&row).execute(connection)? == 0 {
        return Err(Error::lost_race());
    }
    write_external_ids(connection, id, &external_ids)
}

/// Writes the first version of internal records that are there of associations which had none.
pub(in crate::associations) fn write_all(
    connection: &mut Connection,
    inputs: &[(Id, &AssociationInput)],
) -> Result<()> {
    let records: Vec<(Id, &InternalRecord)> = inputs
        .iter()
        .filter_map(|(id, input)| Some((*id, input.internal.as_ref()?)))
        .filter(|(_, record)| **record != InternalRecord::default())
        .collect();
    let rows: Vec<InternalRow> =
        records.iter().map(|(id, record)| InternalRow::new(*id, (*record).clone(), 1)).collect();
    insert_all!(connection, association_internal_records::table, rows.iter().collect::<Vec<_>>());
    let external_ids: Vec<ExternalIdRow> =
        records.iter().flat_map(|(id, record)| ExternalIdRow::of(*id, &record.external_ids)).collect();
    insert_all!(connection, association_external_ids::table, external_ids.iter().collect::<Vec<_>>());
    Ok(())
}

/// What a system calls an association.
#[derive(Insertable)]
#[diesel(table_name = association_external_ids)]
struct ExternalIdRow<'a> {
    association_id: Id,
    source: &'a str,
    external_id: &'a str,
}

impl<'a> ExternalIdRow<'a> {
    fn of(association_id: Id, ids: &'a BTreeMap<String, String>) -> impl Iterator<Item = Self> {
        ids.iter().map(move |(source, external_id)| Self { association_id, source, external_id })
    }
}

fn write_external_ids(connection: &mut Connection, id: Id, ids: &BTreeMap<String, String>) -> Result<()> {
    let before = association_external_ids::table.filter(association_external_ids::association_id.eq(id));
    diesel::delete(before).execute(connection)?;
    insert_all!(
        connection,
        association_external_ids::table,
        ExternalIdRow::of(id, ids).collect::<Vec<_>>().iter().collect::<Vec<_>>()
    );
    Ok(())
}
