//! The embedded migrations of both databases.

use diesel::RunQueryDsl as _;
use diesel::backend::Backend;
use diesel::migration::{MigrationSource, MigrationVersion};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Connection, copying};
use crate::error::Error;

const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Any number, the same in every instance: whoever holds its lock migrates, the others wait.
const POSTGRESQL_LOCK: i64 = 0x6e61_7369_6a00;

/// Brings the schema up to this release. Several instances may start at once.
pub fn run(connection: &mut Connection) -> Result<(), Error> {
    match connection {
        Connection::Sqlite(inner) => run_pending(inner, SQLITE)?,
        Connection::Postgresql(inner) => {
            // A lock may be waited for and an index may take long to build: no time-outs here.
            diesel::sql_query("SET lock_timeout = 0").execute(inner)?;
            diesel::sql_query("SET statement_timeout = 0").execute(inner)?;
            diesel::sql_query(format!("SELECT pg_advisory_lock({POSTGRESQL_LOCK})")).execute(inner)?;
            let result = run_pending(inner, POSTGRESQL);
            diesel::sql_query(format!("SELECT pg_advisory_unlock({POSTGRESQL_LOCK})")).execute(inner)?;
            result?;
        }
    }
    Ok(())
}

fn run_pending<DB: Backend>(
    connection: &mut impl MigrationHarness<DB>,
    source: EmbeddedMigrations,
) -> Result<(), Error> {
    let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
        Error::configuration(format!("the database could not be migrated: {cause}"))
    };
    let ours: Vec<_> = MigrationSource::<DB>::migrations(&source).map_err(failed)?;
    let is_ours =
        |version: &MigrationVersion<'_>| ours.iter().any(|migration| migration.name().version() == *version);
    // The newest one comes first.
    if let Some(newer) =
        connection.applied_migrations().map_err(failed)?.iter().find(|version| !is_ours(version))
    {
        return Err(Error::configuration(format!(
            "a newer release has migrated this database (its migration {newer} is not known here): start that release, or \
             restore a backup from before the upgrade"
        )));
    }
    connection.run_pending_migrations(source).map(drop).map_err(failed)
}

/// Whether nobody has set this database up. It is left as it is.
pub fn is_empty(connection: &mut Connection) -> Result<bool, Error> {
    const TABLE: &str = "__diesel_schema_migrations";
    if !copying::tables(connection)?.iter().any(|table| table == TABLE) {
        return Ok(true);
    }
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
