//! Collecting and erasing personal data.

use diesel::prelude::*;
use serde_json::json;

use super::model::{PersonalData, Representative};
use crate::access::accounts;
use crate::associations::model::{AssociationRow, Entry};
use crate::associations::queries::{entry, internal_of};
use crate::audit::{self, Action, Actor, personal_data as audited};
use crate::database::Connection;
use crate::database::schema::{association_internal_records, associations};
use crate::database::types::{Id, UtcTime};
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
    let internal = internal_of(connection, id)?.unwrap_or_default();
    let representatives = accounts::representatives_of(connection, id)?;
    Ok(PersonalData {
        association_id: id,
        legal_representative: internal.legal_representative,
        representative_contact: internal.representative_contact,
        accounts: representatives.into_iter().map(Representative::from).collect(),
        audit,
        version,
        updated_at,
    })
}

/// Empties what is known of the legal representative, in the record and in the audit trail.
pub(super) fn erase(connection: &mut Connection, actor: &Actor, id: &str, if_match: &IfMatch) -> Result<()> {
    let held = collect(connection, id)?;
    if_match.check(&held)?;
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
    let before = current.input(internal_of(connection, id)?);
    let this_version = associations::table.find(id).filter(associations::version.eq(current.row.version));
    let next =
        (associations::version.eq(current.row.version + 1), associations::updated_at.eq(UtcTime::now()));
    if diesel::update(this_version).set(next).execute(connection)? == 0 {
        return Err(Error::lost_race());
    }
    diesel::update(association_internal_records::table.find(id))
        .set((
            association_internal_records::legal_representative.eq(None::<String>),
            association_internal_records::representative_contact.eq(None::<String>),
        ))
        .execute(connection)?;
    let after = current.input(internal_of(connection, id)?);
    let (before, after) = (Some(json!(before)), Some(json!(after)));
    audit::record(connection, actor, Action::Update, "association", &id.to_string(), before, after)
}
