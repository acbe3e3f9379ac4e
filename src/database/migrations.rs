//! The embedded migrations of both databases.

use diesel::RunQueryDsl as _;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::Connection;
use crate::error::Error;

const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Any number, the same in every instance: whoever holds its lock migrates, the others wait.
const POSTGRESQL_LOCK: i64 = 0x6e61_7369_6a00;

/// Brings the schema up to this release. Several instances may start at once.
pub fn run(connection: &mut Connection) -> Result<(), Error> {
    let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
        Error::configuration(format!("the database could not be migrated: {cause}"))
    };
    match connection {
        Connection::Sqlite(inner) => {
            inner.run_pending_migrations(SQLITE).map_err(failed)?;
        }
        Connection::Postgresql(inner) => {
            // A lock may be waited for and an index may take long to build: no time-outs here.
            diesel::sql_query("SET lock_timeout = 0").execute(inner)?;
            diesel::sql_query("SET statement_timeout = 0").execute(inner)?;
            diesel::sql_query(format!("SELECT pg_advisory_lock({POSTGRESQL_LOCK})")).execute(inner)?;
            let result = inner.run_pending_migrations(POSTGRESQL).map(drop).map_err(failed);
            diesel::sql_query(format!("SELECT pg_advisory_unlock({POSTGRESQL_LOCK})")).execute(inner)?;
            result?;
        }
    }
    Ok(())
}

/// Whether nobody has set this database up.
pub fn is_empty(connection: &mut Connection) -> Result<bool, Error> {
    let applied = match connection {
        Connection::Sqlite(inner) => inner.applied_migrations(),
        Connection::Postgresql(inner) => inner.applied_migrations(),
    };
    applied.map(|applied| applied.is_empty()).map_err(|cause| Error::unavailable(cause.to_string()))
}

/// Whether every migration of this release has been run.
pub fn are_done(connection: &mut Connection) -> Result<bool, Error> {
    let pending = match connection {
        Connection::Sqlite(inner) => inner.has_pending_migration(SQLITE),
        Connection::Postgresql(inner) => inner.has_pending_migration(POSTGRESQL),
    };
    pending.map(|pending| !pending).map_err(|cause| Error::unavailable(cause.to_string()))
}

/// Lets only one instance at a time go on, until the end of its transaction. On SQLite the write lock does.
pub fn wait_for_others(connection: &mut Connection) -> Result<(), Error> {
    if let Connection::Postgresql(inner) = connection {
        diesel::sql_query("SET LOCAL lock_timeout = 0").execute(inner)?;
        diesel::sql_query("SET LOCAL statement_timeout = 0").execute(inner)?;
        diesel::sql_query(format!("SELECT pg_advisory_xact_lock({POSTGRESQL_LOCK})")).execute(inner)?;
    }
    Ok(())
}
