//! What the database tells of itself: its release and its clock.

use diesel::{QueryableByName, RunQueryDsl as _};

use super::Connection;
use crate::error::{Error, Result};

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

/// Its name and its release.
pub fn version(connection: &mut Connection) -> Result<String> {
    let (name, query) = match connection {
        Connection::Sqlite(_) => ("SQLite", "SELECT sqlite_version() AS value"),
        Connection::Postgresql(_) => ("PostgreSQL", "SELECT current_setting('server_version') AS value"),
    };
    Ok(format!("{name} {}", ask(connection, query)?))
}

/// # Errors
/// 503 when the role may not read and write one of the tables.
pub fn check_rights(connection: &mut Connection) -> Result<()> {
    if matches!(connection, Connection::Sqlite(_)) {
        return Ok(());
    }
    const MISSING: &str = "SELECT COALESCE(string_agg(relname, ', '), '') AS value FROM pg_class \
         WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND NOT (\
             has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT') \
             AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))";
    match ask(connection, MISSING)?.as_str() {
        "" => Ok(()),
        tables => Err(Error::unavailable(format!(
            "the role of DATABASE_URL may not read and write {tables}: let it own all tables"
        ))),
    }
}

/// How much room the database takes, in bytes.
pub fn size(connection: &mut Connection) -> Result<i64> {
    let query = match connection {
        Connection::Sqlite(_) => {
            "SELECT CAST(page_count * page_size AS TEXT) AS value FROM pragma_page_count(), pragma_page_size()"
        }
        Connection::Postgresql(_) => "SELECT pg_database_size(current_database())::text AS value",
    };
    ask(connection, query)?.parse().map_err(Error::internal)
}

/// How many seconds its clock is ahead of ours; that of PostgreSQL's server, or for SQLite, which has none, of the newest entry
/// of the audit trail when that is of a later time than now.
pub fn seconds_ahead(connection: &mut Connection, now: i64) -> Result<i64> {
    let query = match connection {
        Connection::Sqlite(_) => {
            "SELECT CAST(COALESCE(MAX(at), 0) / 1000000 AS TEXT) AS value FROM audit_events"
        }
        Connection::Postgresql(_) => {
            "SELECT floor(extract(epoch FROM clock_timestamp()))::bigint::text AS value"
        }
    };
    let ahead = ask(connection, query)?.parse::<i64>().unwrap_or_default() - now;
    Ok(if matches!(connection, Connection::Sqlite(_)) { ahead.max(0) } else { ahead })
}

fn ask(connection: &mut Connection, query: &str) -> Result<String> {
    Ok(diesel::sql_query(query).get_result::<Told>(connection)?.value)
}
