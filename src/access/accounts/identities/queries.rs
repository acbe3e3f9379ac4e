//! All SQL of identities.

use diesel::prelude::*;

use super::model::RemovedIdentity;
use crate::access::accounts::model::IdentityRow;
use crate::access::accounts::terms::Identity;
use crate::database::Connection;
use crate::database::schema::{account_identities, removed_identities};
use crate::database::types::Id;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};

/// Makes these the identities of an account; whichever it had besides are known as removed.
pub(in crate::access::accounts) fn write(
    connection: &mut Connection,
    account_id: Id,
    identities: &[Identity],
) -> Result<()> {
    let of_account = account_identities::table.filter(account_identities::account_id.eq(account_id));
    let earlier: Vec<IdentityRow> = of_account.select(IdentityRow::as_select()).load(connection)?;
    let earlier: Vec<Identity> = earlier.into_iter().map(Identity::from).collect();
    diesel::delete(of_account).execute(connection)?;
    for (place, identity) in identities.iter().enumerate() {
        link(connection, account_id, identity, place)?;
    }
    for removed in earlier.iter().filter(|identity| !identities.contains(identity)) {
        let row = RemovedIdentity::new(removed);
        diesel::insert_into(removed_identities::table).values(row).execute(connection)?;
    }
    for added in identities.iter().filter(|identity| !earlier.contains(identity)) {
        if let Some(removed) = find_removed(connection, added)? {
            diesel::delete(removed_identities::table.find(removed.id)).execute(connection)?;
        }
    }
    Ok(())
}

/// Whether an identity was taken from an account, and has not been linked to one again.
pub fn was_removed(connection: &mut Connection, identity: &Identity) -> Result<bool> {
    Ok(find_removed(connection, identity)?.is_some())
}

/// That an identity belongs to one account is the database's word; the body knows it by its `place`.
fn link(connection: &mut Connection, account_id: Id, identity: &Identity, place: usize) -> Result<()> {
    let Identity { issuer, subject } = identity.clone();
    let row = IdentityRow { issuer, subject, account_id };
    diesel::insert_into(account_identities::table).values(row).execute(connection).map_err(|error| {
        let mut error = Error::from(error);
        if error.code == Code::AlreadyExists {
            let pointer = format!("/identities/{place}");
            error.violations = vec![Violation::body(pointer, Reason::new(FieldRule::AlreadyExists))];
        }
        error
    })?;
    Ok(())
}

/// Looks at all of the issuer, which are few: each has a salt of its own.
fn find_removed(connection: &mut Connection, identity: &Identity) -> Result<Option<RemovedIdentity>> {
    let of_issuer: Vec<RemovedIdentity> = removed_identities::table
        .filter(removed_identities::issuer.eq(&identity.issuer))
        .select(RemovedIdentity::as_select())
        .load(connection)?;
    Ok(of_issuer.into_iter().find(|removed| removed.is(identity)))
}
