//! What a backup has to know of the database, and what a restore writes into it.

use std::collections::BTreeMap;

use diesel::{ExpressionMethods as _, QueryDsl as _, RunQueryDsl as _};

use crate::access::{EncryptionKey, keys};
use crate::audit::{Actor, chain};
use crate::database::schema::{accounts, backups_restored, documents};
use crate::database::types::{Id, UtcTime};
use crate::database::{Connection, copying};
use crate::error::Result;

/// What is counted and listed in the state that is copied.
pub(super) struct Seen {
    /// How many rows each table has.
    pub(super) rows: BTreeMap<String, i64>,
    /// The head of the audit chain: its number and its hash.
    pub(super) audit_head: (i64, String),
    /// Each document's key in the object storage, and its size in bytes.
    pub(super) documents: Vec<(String, i64)>,
}

/// Counts and lists what is there.
pub(super) fn what_is_there(connection: &mut Connection) -> Result<Seen> {
    let tables = copying::tables(connection)?.into_iter();
    let counted = tables.map(|table| copying::rows(connection, &table).map(|rows| (table, rows)));
    let rows = counted.collect::<Result<_>>()?;
    let head = chain::head(connection)?;
    let documents =
        documents::table.select((documents::object_key, documents::size)).distinct().load(connection)?;
    Ok(Seen { rows, audit_head: (head.seq, head.hash), documents })
}

/// Ends all tokens, of this service and of identity providers, by new keys and a new generation of each account; used
/// assertions are forgotten, so the restore is noted, before which none may have been made.
pub(super) fn end_what_was_shown(
    connection: &mut Connection,
    made_at: UtcTime,
    encryption_key: &EncryptionKey,
) -> Result<()> {
    let now = UtcTime::now();
    keys::renew(connection, &Actor::operator(), encryption_key)?;
    diesel::update(accounts::table)
        .set((accounts::generation.eq(accounts::generation + 1), accounts::generation_at.eq(now)))
        .execute(connection)?;
    diesel::insert_into(backups_restored::table)
        .values((
            backups_restored::id.eq(Id::new()),
            backups_restored::made_at.eq(made_at),
            backups_restored::restored_at.eq(now),
        ))
        .execute(connection)?;
    Ok(())
}
