//! All SQL of the internal records.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{InternalRecord, InternalRow, KeptRecord};
use crate::database::Connection;
use crate::database::schema::{association_external_ids, association_internal_records};
use crate::database::types::Id;
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

fn write_external_ids(connection: &mut Connection, id: Id, ids: &BTreeMap<String, String>) -> Result<()> {
    let before = association_external_ids::table.filter(association_external_ids::association_id.eq(id));
    diesel::delete(before).execute(connection)?;
    for (source, external_id) in ids {
        diesel::insert_into(association_external_ids::table)
            .values((
                association_external_ids::association_id.eq(id),
                association_external_ids::source.eq(source),
                association_external_ids::external_id.eq(external_id),
            ))
            .execute(connection)?;
    }
    Ok(())
}
