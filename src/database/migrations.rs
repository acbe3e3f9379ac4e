//! The embedded migrations of both databases.

use diesel::backend::Backend;
use diesel::connection::SimpleConnection as _;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Connection, TRIES, copying};
use crate::error::Error;

const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Any number, the same in every instance: whoever holds its lock migrates, the others wait.
const POSTGRESQL_LOCK: i64 = 0x6e61_7369_6a00;

/// Brings the schema up to this release, in one transaction: what cannot be migrated is left as it was. Several instances may
/// start at once.
pub fn run(connection: &mut Connection) -> Result<(), Error> {
    match connection {
        Connection::Sqlite(inner) => {
            check_release(inner, &SQLITE)?;
            // Whoever only looks takes no lock.
            if !inner.has_pending_migration(SQLITE).map_err(failed)? {
                return Ok(());
            }
            // Tables are made anew, and rows that refer to them stay. That cannot be said within a transaction.
            inner.batch_execute("PRAGMA busy_timeout = 60000; PRAGMA foreign_keys = OFF")?;
            let result = inner.immediate_transaction(|inner| {
                run_pending(inner, SQLITE)?;
                check_foreign_keys(inner)
            });
            inner.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON")?;
            result
        }
        Connection::Postgresql(inner) => {
            for _ in 1..TRIES {
                match on_postgresql(inner) {
                    // Instances of the release before go on beside it.
                    Err(error) if error.to_string().contains("deadlock detected") => {}
                    done => return done,
                }
            }
            on_postgresql(inner)
        }
    }
}

fn on_postgresql(connection: &mut PgConnection) -> Result<(), Error> {
    connection.transaction(|connection| {
        // A lock may be waited for and an index may take long to build: no time-outs here.
        connection.batch_execute(&format!(
            "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({POSTGRESQL_LOCK})"
        ))?;
        run_pending(connection, POSTGRESQL)
    })
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

fn failed(cause: Cause) -> Error {
    Error::configuration(format!(
        "the database could not be migrated, and nothing was changed ({}): put the release of before back, or remove what is in \
         the way, and start again",
        cause.to_string().trim()
    ))
}

fn run_pending<DB: Backend>(
    connection: &mut impl MigrationHarness<DB>,
    source: EmbeddedMigrations,
) -> Result<(), Error> {
    check_release(connection, &source)?;
    connection.run_pending_migrations(source).map(drop).map_err(failed)
}

/// # Errors
/// A sentence for the operator when the database has a migration that this release does not know.
fn check_release<DB: Backend>(
    connection: &mut impl MigrationHarness<DB>,
    source: &EmbeddedMigrations,
) -> Result<(), Error> {
    let ours: Vec<Box<dyn Migration<DB>>> = source.migrations().map_err(failed)?;
    let applied = connection.applied_migrations().map_err(failed)?;
    let is_ours =
        |version: &MigrationVersion<'_>| ours.iter().any(|migration| migration.name().version() == *version);
    match applied.iter().find(|version| !is_ours(version)) {
        None => Ok(()),
        Some(newer) => Err(Error::configuration(format!(
            "a newer release has migrated this database (its migration {newer} is not known here): start that release, or \
             restore a backup from before the upgrade"
        ))),
    }
}

fn check_foreign_keys(connection: &mut SqliteConnection) -> Result<(), Error> {
    #[derive(QueryableByName)]
    struct Lost {
        #[diesel(sql_type = diesel::sql_types::Text)]
        table: String,
    }
    let lost = diesel::sql_query("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1");
    match lost.load::<Lost>(connection)?.first() {
        None => Ok(()),
        Some(Lost { table }) => Err(failed(format!("a row of {table} refers to nothing").into())),
    }
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

/// # Errors
/// A sentence for the operator when a newer release has migrated the database.
pub fn check(connection: &mut Connection) -> Result<(), Error> {
    match connection {
        Connection::Sqlite(inner) => check_release(inner, &SQLITE),
        Connection::Postgresql(inner) => check_release(inner, &POSTGRESQL),
    }
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
