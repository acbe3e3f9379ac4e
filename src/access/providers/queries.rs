//! All SQL of providers: the keys that are kept, and the accounts that come into being at first sight.

use diesel::Connection as _;
use diesel::prelude::*;
use serde_json::Value as JsonValue;

use super::model::{NewIdentity, ProviderDocument};
use crate::access::accounts::{self, Account, Identity};
use crate::audit::Actor;
use crate::database::Connection;
use crate::database::schema::provider_documents;
use crate::database::types::{Json, UtcTime};
use crate::error::{Code, Error, Result};

/// The keys of `issuer` that are kept.
pub(super) fn find_document(connection: &mut Connection, issuer: &str) -> Result<Option<ProviderDocument>> {
    let document = provider_documents::table.find(issuer).select(ProviderDocument::as_select());
    Ok(document.first(connection).optional()?)
}

/// Keeps the keys of `issuer` instead of older ones.
pub(super) fn keep_document(
    connection: &mut Connection,
    issuer: &str,
    jwks: &JsonValue,
    fetched_at: UtcTime,
) -> Result<()> {
    let older = provider_documents::table.find(issuer).filter(provider_documents::fetched_at.lt(fetched_at));
    let replaced = diesel::update(older)
        .set((provider_documents::jwks.eq(Json(jwks.clone())), provider_documents::fetched_at.eq(fetched_at)))
        .execute(connection)?;
    if replaced > 0 || find_document(connection, issuer)?.is_some() {
        return Ok(());
    }
    let row = ProviderDocument { issuer: issuer.to_owned(), jwks: Json(jwks.clone()), fetched_at };
    // In a savepoint: another instance may insert at the same time, and its keys are as new.
    let inserted = connection.transaction::<_, Error, _>(|connection| {
        diesel::insert_into(provider_documents::table).values(&row).execute(connection)?;
        Ok(())
    });
    match inserted {
        Err(error) if error.code == Code::AlreadyExists => Ok(()),
        inserted => inserted,
    }
}

/// The account that is linked to an identity, made if there is none. Of two first requests at once, on two instances as
/// well, one makes it. `None` for whoever was taken from an account, and when its roles do not go together.
pub(super) fn find_or_create(
    connection: &mut Connection,
    actor: &Actor,
    new: &NewIdentity,
) -> Result<Option<Account>> {
    let Identity { issuer, subject } = &new.identity;
    if let Some(account) = accounts::find_by_identity(connection, issuer, subject)? {
        return Ok(Some(account));
    }
    if accounts::was_removed(connection, &new.identity)? {
        return Ok(None);
    }
    // In a savepoint: on PostgreSQL the refusal would end the whole transaction.
    let added = connection.transaction(|connection| accounts::add(connection, actor, &new.input()?));
    match added {
        Err(error) if error.code == Code::Invalid => {
            log::warn!("the identity provider {issuer} gives roles that do not go together");
            Ok(None)
        }
        Err(error) if error.code != Code::AlreadyExists => Err(error),
        _ => accounts::find_by_identity(connection, issuer, subject),
    }
}
