//! Writing one row, and reading back what the database made of it. Whoever finds no row at the version that was read was
//! overtaken by another writer. Many rows of a table are written by [`insert_all`].

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

/// Rows of one statement: PostgreSQL takes 65,535 parameters, and no table has more than 32 columns.
pub(crate) const ROWS_OF_A_STATEMENT: usize = 2000;

/// Inserts rows, a `Vec` of references, into a table: PostgreSQL is spared the ways there and back, and SQLite, which has none,
/// the reading of long statements.
macro_rules! insert_all {
    ($connection:expr, $table:expr, $rows:expr) => {
        match $connection {
            $crate::database::Connection::Postgresql(inner) => {
                for rows in $rows.chunks($crate::database::ROWS_OF_A_STATEMENT) {
                    diesel::insert_into($table).values(rows.to_vec()).execute(inner)?;
                }
            }
            $crate::database::Connection::Sqlite(inner) => {
                for row in $rows {
                    diesel::insert_into($table).values(row).execute(inner)?;
                }
            }
        }
    };
}
pub(crate) use insert_all;
