//! Collecting and erasing personal data.

use diesel::prelude::*;

use super::model::{PersonalData, Representative};
use crate::access::accounts;
use crate::associations::internal::{self, InternalRecord};
use crate::associations::model::AssociationRow;
use crate::associations::queries::{hold, kept_of};
use crate::audit::{Actor, kept, personal_data as audited};
use crate::database::Connection;
use crate::database::schema::associations;
use crate::database::types::Id;
use crate::error::{Error, Result};
use crate::http::conditional::IfMatch;

/// All that is held about the legal representative of an association, deleted or not.
pub(super) fn collect(connection: &mut Connection, id: &str) -> Result<PersonalData> {
    let unknown = || Error::not_found("association", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    let row = row(connection, id)?;
    let audit = audited::of_association(connection, id)?;
    let (version, updated_at) = match (&row, audit.last()) {
        (Some(row), _) => (row.version, row.updated_at),
        (None, Some(newest)) => (0, newest.at),
        (None, None) => return Err(unknown()),
    };
    let held = internal::queries::of(connection, id)?;
    let internal = held.record.unwrap_or_default();
    let representatives = accounts::representatives_of(connection, id)?;
    Ok(PersonalData {
        association_id: id,
        legal_representative: internal.legal_representative,
        representative_contact: internal.representative_contact,
        accounts: representatives.into_iter().map(Representative::from).collect(),
        audit,
        version,
        internal_version: held.version,
        updated_at: held.updated_at.map_or(updated_at, |at| at.max(updated_at)),
    })
}

/// Empties what is known of the legal representative, in the record and in the audit trail.
pub(super) fn erase(connection: &mut Connection, actor: &Actor, id: &str, if_match: &IfMatch) -> Result<()> {
    let held = collect(connection, id)?;
    if_match.check_internal(&held)?;
    // One that was merged into another keeps its internal record.
    let is_held = held.legal_representative.is_some() || held.representative_contact.is_some();
    if let Some(row) = row(connection, held.association_id)?.filter(|row| row.deleted_at.is_none() || is_held)
    {
        forget_representative(connection, actor, row)?;
    }
    audited::erase_of_association(connection, actor, held.association_id)?;
    Ok(())
}

fn row(connection: &mut Connection, id: Id) -> Result<Option<AssociationRow>> {
    Ok(associations::table.find(id).select(AssociationRow::as_select()).first(connection).optional()?)
}

fn forget_representative(connection: &mut Connection, actor: &Actor, row: AssociationRow) -> Result<()> {
    let held = internal::queries::of(connection, row.id)?;
    let emptied = InternalRecord {
        legal_representative: None,
        representative_contact: None,
        ..held.record.clone().unwrap_or_default()
    };
    let before = kept_of(connection, row)?;
    kept::change(connection, actor, &before, |connection| {
        let row = hold(connection, &before.entry.row)?;
        internal::queries::write(connection, row.id, &held, Some(&emptied))?;
        kept_of(connection, row)
    })
    .map(drop)
}
