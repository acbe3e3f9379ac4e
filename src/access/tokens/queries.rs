//! What the database knows about access tokens: whose they are now, and which have ended before their time.

use diesel::Connection as _;
use diesel::prelude::*;

use super::Claims;
use crate::access::accounts::{self, Account};
use crate::access::jwt::{LEEWAY, REMEMBERED};
use crate::access::keys;
use crate::audit::{Actor, kept};
use crate::database::Connection;
use crate::database::schema::revoked_tokens;
use crate::database::types::{Id, UtcTime};
use crate::error::{Code, Error, Result};

/// The account that a token with these claims speaks of, as it is now; `None` when the token has ended: it was revoked
/// itself, or its key; or its account is disabled or has a newer generation.
pub(in crate::access) fn holder(connection: &mut Connection, claims: &Claims) -> Result<Option<Account>> {
    if !keys::is_known(connection, &claims.kid)? || is_revoked(connection, claims.jti)? {
        return Ok(None);
    }
    let account = accounts::find(connection, claims.sub)?;
    Ok(account.filter(|account| account.disabled_at.is_none() && account.generation == claims.generation))
}

fn is_revoked(connection: &mut Connection, jti: Id) -> Result<bool> {
    let revoked = revoked_tokens::table.find(jti).select(revoked_tokens::jti);
    Ok(revoked.first::<Id>(connection).optional()?.is_some())
}

/// Ends a token of the account that `client` acts for, at all instances at once. A token that is another's, or has
/// ended already, stays as it is.
pub(in crate::access) fn revoke(connection: &mut Connection, client: &Actor, claims: &Claims) -> Result<()> {
    let holder = holder(connection, claims)?;
    if holder.is_none_or(|holder| Some(holder.id) != client.account_id) {
        return Ok(());
    }
    let ended = kept::delete(connection, client, claims, |connection| note_revocation(connection, claims));
    match ended {
        // Another request was faster.
        Err(error) if error.code == Code::AlreadyExists => Ok(()),
        ended => ended,
    }
}

fn note_revocation(connection: &mut Connection, claims: &Claims) -> Result<()> {
    let expires_at = UtcTime::from_unix_seconds(claims.exp + LEEWAY);
    let expires_at = expires_at.ok_or_else(|| Error::internal("a verified token without an end"))?;
    // In a savepoint: on PostgreSQL the refusal would end the whole transaction.
    connection.transaction(|connection| {
        diesel::insert_into(revoked_tokens::table)
            .values((
                revoked_tokens::jti.eq(claims.jti),
                revoked_tokens::account_id.eq(claims.sub),
                revoked_tokens::expires_at.eq(expires_at),
            ))
            .execute(connection)?;
        Ok(())
    })
}

/// Forgets the revoked tokens that have expired everywhere by `now`: they are refused for that.
pub fn forget_expired_revocations(connection: &mut Connection, now: UtcTime) -> Result<()> {
    let expired = revoked_tokens::table.filter(revoked_tokens::expires_at.lt(now.plus_seconds(-REMEMBERED)));
    diesel::delete(expired).execute(connection)?;
    Ok(())
}
