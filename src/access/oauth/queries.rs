//! Which client assertions were used: each is good once, at all instances together.

use diesel::Connection as _;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::client_assertion::{LONGEST_MEMORY, SingleUse};
use crate::access::jwt::REMEMBERED;
use crate::database::Connection;
use crate::database::schema::{backups_restored, client_assertions};
use crate::database::types::UtcTime;
use crate::error::{Code, Error, Result};

/// Uses an assertion up; false when it was used before, or may have been before a backup was restored, which has forgotten it.
pub(super) fn use_up(connection: &mut Connection, assertion: &SingleUse) -> Result<bool> {
    let forgotten = backups_restored::restored_at.ge(assertion.expires_at.plus_seconds(-LONGEST_MEMORY));
    if diesel::select(exists(backups_restored::table.filter(forgotten))).get_result(connection)? {
        return Ok(false);
    }
    // In a savepoint: on PostgreSQL the refusal would end the whole transaction.
    let used = connection.transaction::<_, Error, _>(|connection| {
        diesel::insert_into(client_assertions::table)
            .values((
                client_assertions::account_id.eq(assertion.account_id),
                client_assertions::jti.eq(&assertion.jti),
                client_assertions::expires_at.eq(assertion.expires_at),
            ))
            .execute(connection)?;
        Ok(())
    });
    match used {
        Ok(()) => Ok(true),
        Err(error) if error.code == Code::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Forgets the assertions that have expired everywhere by `now`: they are refused for that.
pub fn forget_expired_assertions(connection: &mut Connection, now: UtcTime) -> Result<()> {
    let expired = client_assertions::expires_at.lt(now.plus_seconds(-REMEMBERED));
    let expired = client_assertions::table.filter(expired);
    diesel::delete(expired).execute(connection)?;
    Ok(())
}
