//! Writing one row, and reading back what the database made of it. Whoever finds no row at the version that was read was
//! overtaken by another writer.

use diesel::query_dsl::methods::{ExecuteDsl, LoadQuery};
use diesel::{OptionalExtension as _, RunQueryDsl};

use super::Connection;
use crate::error::{Error, Result};

/// Runs a statement that writes one row, and returns the row as it is stored then.
///
/// # Errors
/// The lost race, when the statement found no row.
pub fn stored<'query, R, S>(connection: &mut Connection, statement: S) -> Result<R>
where
    S: RunQueryDsl<Connection> + LoadQuery<'query, Connection, R>,
{
    statement.get_result(connection).optional()?.ok_or_else(Error::lost_race)
}

/// Runs a statement that deletes one row.
///
/// # Errors
/// The lost race, when the statement found no row.
pub fn deleted<S>(connection: &mut Connection, statement: S) -> Result<()>
where
    S: RunQueryDsl<Connection> + ExecuteDsl<Connection>,
{
    match statement.execute(connection)? {
        0 => Err(Error::lost_race()),
        _ => Ok(()),
    }
}
