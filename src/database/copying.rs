//! A consistent copy of a whole database in one file, made while the service runs, and the way back. SQLite copies itself;
//! for PostgreSQL its own programs do, which must be as new as the server.

use std::path::Path;
use std::process::{Command, Stdio};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection};
use url::Url;

use super::{Connection, Location};
use crate::error::{Error, Result};

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    value: i64,
}

/// Is there from the beginning of a restore into PostgreSQL to its end: what broke off in between is not served.
const UNDER_WAY: &str = "nasij_restore_under_way";

/// # Errors
/// A sentence for the operator when a restore into this database has not come to its end.
pub(super) fn check_restored(connection: &mut Connection) -> Result<()> {
    if tables(connection)?.iter().any(|table| table == UNDER_WAY) {
        return Err(Error::configuration(
            "a restore into this database is under way or broke off: tokens of before the backup would be good. Wait for it, or \
             make the database anew and restore again",
        ));
    }
    Ok(())
}

/// Notes that a restore has come to its end.
pub fn finish_restore(connection: &mut Connection) -> Result<()> {
    connection.batch_execute(&format!("DROP TABLE IF EXISTS {UNDER_WAY}"))?;
    Ok(())
}

impl Location {
    /// What the file of a copy is called.
    pub fn copy_name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "database.sqlite",
            Self::Postgresql(_) => "database.dump",
        }
    }

    /// Copies the database into `file`, which is not there yet. `read` sees the state that is in the copy.
    pub fn copy<T>(&self, file: &Path, read: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        match self {
            Self::Sqlite(_) => {
                let path = file.display().to_string().replace('\'', "''");
                let mut source = self.open().map_err(Error::unavailable)?;
                source.batch_execute(&format!("VACUUM INTO '{path}'"))?;
                read(&mut verified(file)?)
            }
            Self::Postgresql(url) => {
                let mut source = self.open().map_err(Error::unavailable)?;
                // As long as it takes: no time-outs, and one state for all that is read.
                source.batch_execute(
                    "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; \
                     BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
                )?;
                let snapshot = text(&mut source, "SELECT pg_export_snapshot() AS value")?;
                let seen = read(&mut source)?;
                let mut dump = program("pg_dump", url)?;
                dump.arg("--format=custom").arg(format!("--snapshot={snapshot}")).arg("--file").arg(file);
                run(dump)?;
                Ok(seen)
            }
        }
    }

    /// Puts a copy into this place, which must be empty.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn put_back(&self, file: &Path) -> Result<()> {
        match self {
            Self::Sqlite(path) => {
                std::fs::copy(file, path).map_err(Error::configuration)?;
                verified(Path::new(path)).map(drop)
            }
            Self::Postgresql(url) => {
                self.open()
                    .map_err(Error::configuration)?
                    .batch_execute(&format!("CREATE TABLE {UNDER_WAY} ()"))?;
                let mut restore = program("pg_restore", url)?;
                restore
                    .args(["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"])
                    .arg(file);
                run(restore)
            }
        }
    }

    /// # Errors
    /// A sentence for the operator when something is there already.
    pub fn check_empty(&self) -> Result<()> {
        let taken = match self {
            Self::Sqlite(path) => Path::new(path).exists(),
            Self::Postgresql(_) => !tables(&mut self.open().map_err(Error::configuration)?)?.is_empty(),
        };
        if taken {
            return Err(Error::configuration(
                "the database that is configured is not empty: a backup is restored into an empty place only",
            ));
        }
        Ok(())
    }
}

/// The names of all tables, in their order.
pub fn tables(connection: &mut Connection) -> Result<Vec<String>> {
    let listed = match connection {
        Connection::Sqlite(_) => {
            "SELECT name AS value FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        }
        Connection::Postgresql(_) => {
            "SELECT tablename::text AS value FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
        }
    };
    let tables: Vec<Text> = diesel::sql_query(listed).load(connection)?;
    Ok(tables.into_iter().map(|table| table.value).collect())
}

/// How many rows a table has.
pub fn rows(connection: &mut Connection, table: &str) -> Result<i64> {
    let counted = diesel::sql_query(format!("SELECT COUNT(*) AS value FROM \"{table}\""));
    Ok(counted.get_result::<Count>(connection)?.value)
}

/// Opens a SQLite file that has just been written, as it is, and reads all of it.
fn verified(file: &Path) -> Result<Connection> {
    let copy = SqliteConnection::establish(&file.display().to_string()).map_err(Error::configuration)?;
    let mut copy = Connection::Sqlite(copy);
    let told = text(&mut copy, "SELECT integrity_check AS value FROM pragma_integrity_check LIMIT 1")?;
    if told == "ok" {
        return Ok(copy);
    }
    Err(Error::configuration(format!("{} is damaged: {told}", file.display())))
}

fn text(connection: &mut Connection, query: &str) -> Result<String> {
    Ok(diesel::sql_query(query).get_result::<Text>(connection)?.value)
}

/// A program of PostgreSQL that connects to `url`. The password goes along unseen: everybody sees the arguments of a process.
fn program(name: &str, url: &str) -> Result<Command> {
    let mut url = Url::parse(url).map_err(|cause| {
        Error::configuration(format!("DATABASE_URL cannot be given to {name} ({cause}): use {name} by hand"))
    })?;
    let password =
        url.password().map(|password| percent_encoding::percent_decode_str(password).collect::<Vec<u8>>());
    let _ = url.set_password(None);
    let mut command = Command::new(name);
    command.arg("--dbname").arg(url.as_str()).stdin(Stdio::null()).stdout(Stdio::null());
    if let Some(password) = password.and_then(|password| String::from_utf8(password).ok()) {
        command.env("PGPASSWORD", password);
    }
    Ok(command)
}

fn run(mut command: Command) -> Result<()> {
    let name = command.get_program().display().to_string();
    let output = command.output().map_err(|cause| {
        Error::configuration(format!("{name} cannot be run ({cause}): install the client of PostgreSQL"))
    })?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::configuration(format!("{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim())))
}
