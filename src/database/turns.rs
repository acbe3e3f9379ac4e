//! Work that only one transaction at a time may do, whatever rows it touches: rules that span rows hold only when
//! nobody else changes the other rows meanwhile.

use diesel::RunQueryDsl as _;

use super::Connection;
use crate::error::Result;

/// Work that takes turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Changes of accounts and their secrets.
    Accounts,
    /// Sealing the audit trail.
    Sealing,
    /// The steps of the selection: assigning, closing the jury, deciding, publishing, and leaving an evaluation.
    Selection,
    /// Deleting records, or changing what identifies them. Whoever writes a reference to one [`share`]s it.
    Keeping,
    /// Whose import is next.
    Imports,
}

impl Turn {
    /// Any number, the same in every instance and another for every kind of work.
    fn lock(self) -> i64 {
        match self {
            Self::Accounts => 0x6e61_7369_6a10,
            Self::Sealing => 0x6e61_7369_6a11,
            Self::Selection => 0x6e61_7369_6a12,
            Self::Keeping => 0x6e61_7369_6a13,
            Self::Imports => 0x6e61_7369_6a14,
        }
    }
}

/// Waits until no other transaction is at this work, and keeps others from it until the end of this one. What they have
/// committed is seen from here on. On SQLite there is one writer anyway.
pub fn take(connection: &mut Connection, turn: Turn) -> Result<()> {
    if let Connection::Postgresql(inner) = connection {
        diesel::sql_query(format!("SELECT pg_advisory_xact_lock({})", turn.lock())).execute(inner)?;
    }
    Ok(())
}

/// Keeps others from taking this turn until the end of this transaction, but not from sharing it: what is read from here
/// on is not taken away meanwhile.
pub fn share(connection: &mut Connection, turn: Turn) -> Result<()> {
    if let Connection::Postgresql(inner) = connection {
        diesel::sql_query(format!("SELECT pg_advisory_xact_lock_shared({})", turn.lock())).execute(inner)?;
    }
    Ok(())
}

/// As [`take`], without waiting: false while another transaction is at this work.
pub fn try_take(connection: &mut Connection, turn: Turn) -> Result<bool> {
    match connection {
        Connection::Postgresql(inner) => {
            let tried = format!("pg_try_advisory_xact_lock({})", turn.lock());
            Ok(diesel::select(diesel::dsl::sql::<diesel::sql_types::Bool>(&tried)).get_result(inner)?)
        }
        Connection::Sqlite(_) => Ok(true),
    }
}
