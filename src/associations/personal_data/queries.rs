//! Collecting and erasing personal data.

use diesel::prelude::*;
use serde_json::json;

use super::model::{PersonalData, Representative};
use crate::access::accounts;
use crate::associations::internal::{self, InternalRecord};
use crate::associations::model::{AssociationRow, Entry};
use crate::associations::queries::entry;
use crate::audit::{self, Action, Actor, personal_data as audited};
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
    let kept = internal::queries::of(connection, id)?;
    let internal = kept.record.unwrap_or_default();
    let representatives = accounts::representatives_of(connection, id)?;
    Ok(PersonalData {
        association_id: id,
        legal_representative: internal.legal_representative,
        representative_contact: internal.representative_contact,
        accounts: representatives.into_iter().map(Representative::from).collect(),
        audit,
        version,
        internal_version: kept.version,
        updated_at: kept.updated_at.map_or(updated_at, |at| at.max(updated_at)),
    })
}

/// Empties what is known of the legal representative, in the record and in the audit trail.
pub(super) fn erase(connection: &mut Connection, actor: &Actor, id: &str, if_match: &IfMatch) -> Result<()> {
    let held = collect(connection, id)?;
    if_match.check_internal(&held)?;
    if let Some(row) = row(connection, held.association_id)?.filter(|row| row.deleted_at.is_none()) {
        let current = entry(connection, row)?;
        forget_representative(connection, actor, current)?;
    }
    audited::erase_of_association(connection, actor, held.association_id)?;
    Ok(())
}

fn row(connection: &mut Connection, id: Id) -> Result<Option<AssociationRow>> {
    Ok(associations::table.find(id).select(AssociationRow::as_select()).first(connection).optional()?)
}

fn forget_representative(connection: &mut Connection, actor: &Actor, current: Entry) -> Result<()> {
    let id = current.row.id;
    let kept = internal::queries::of(connection, id)?;
    let before = current.input(kept.record.clone());
    let this_version = associations::table.find(id).filter(associations::version.eq(current.row.version));
    // Changes nothing that everybody sees, but locks the row.
    if diesel::update(this_version).set(associations::version.eq(current.row.version)).execute(connection)?
        == 0
    {
        return Err(Error::lost_race());
    }
    let emptied = InternalRecord {
        legal_representative: None,
        representative_contact: None,
        ..kept.record.clone().unwrap_or_default()
    };
    internal::queries::write(connection, id, &kept, Some(&emptied))?;
    let after = current.input(internal::queries::of(connection, id)?.record);
    let (before, after) = (Some(json!(before)), Some(json!(after)));
    audit::record(connection, actor, Action::Update, "association", &id.to_string(), before, after)
}
