//! SQLite as the service needs it: how it is compiled, and how each connection is set up. Always on SQLite.

use diesel::{QueryableByName, RunQueryDsl as _};
use nasij::database::{Connection, Database, Outcome};
use nasij::error::{Error, Result};

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

fn values(connection: &mut Connection, sql: &str) -> Result<Vec<String>> {
    let Connection::Sqlite(connection) = connection else {
        return Err(Error::configuration("this is not SQLite"));
    };
    let rows: Vec<Value> = diesel::sql_query(sql).load(connection)?;
    Ok(rows.into_iter().map(|row| row.value).collect())
}

/// What a connection is set to: journal_mode, synchronous, foreign_keys, busy_timeout.
fn settings(connection: &mut Connection) -> Result<Vec<String>> {
    values(
        connection,
        "SELECT CAST(journal_mode AS TEXT) AS value FROM pragma_journal_mode \
         UNION ALL SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous \
         UNION ALL SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys \
         UNION ALL SELECT CAST(timeout AS TEXT) FROM pragma_busy_timeout",
    )
}

const EXPECTED: [&str; 4] = ["wal", "2", "1", "5000"];

fn database(folder: &tempfile::TempDir, connections: u32) -> Database {
    let path = folder.path().join("nasij.sqlite");
    Database::open(&format!("sqlite://{}", path.display()), connections).expect("the database opens")
}

#[test]
fn sqlite_is_compiled_as_the_service_needs_it() {
    let folder = tempfile::tempdir().unwrap();
    let options = database(&folder, 1)
        .read_blocking(|connection| {
            values(connection, "SELECT compile_options AS value FROM pragma_compile_options")
        })
        .unwrap();
    for option in ["ENABLE_QPSG", "ENABLE_MATH_FUNCTIONS", "DQS=0", "OMIT_DEPRECATED"] {
        assert!(options.iter().any(|found| found == option), "{option} is not among {options:?}");
    }
}

/// The settings of as many pooled connections as are in use at once.
fn of_pool(database: &Database, connections: usize) -> Result<Vec<Vec<String>>> {
    database.read_blocking(|connection| {
        let mut found = if connections > 1 { of_pool(database, connections - 1)? } else { Vec::new() };
        found.push(settings(connection)?);
        Ok(found)
    })
}

#[tokio::test]
async fn every_connection_is_durable_and_checks_foreign_keys() {
    let folder = tempfile::tempdir().unwrap();
    let database = database(&folder, 3);
    let found = of_pool(&database, 3).unwrap();
    assert_eq!(found, vec![EXPECTED.map(str::to_owned).to_vec(); 3]);
    assert_eq!(settings(&mut database.dedicated_connection().unwrap()).unwrap(), EXPECTED);
    assert_eq!(database.write(Outcome::Keep, settings).await.unwrap(), EXPECTED, "the writer");
    assert_eq!(database.write_blocking(settings).unwrap(), EXPECTED);
}

#[tokio::test]
async fn a_broken_foreign_key_is_refused_on_every_way_in() {
    let folder = tempfile::tempdir().unwrap();
    let database = database(&folder, 2);
    nasij::app::prepare(&database, |_, _| Ok(())).unwrap();
    let insert = |connection: &mut Connection| {
        let Connection::Sqlite(connection) = connection else {
            return Err(Error::configuration("this is not SQLite"));
        };
        let sql = "UPDATE cities SET province_code = 'nowhere' WHERE slug = 'oujda'";
        Ok(diesel::sql_query(sql).execute(connection)?)
    };
    assert!(database.write(Outcome::Keep, insert).await.is_err(), "the writer");
    assert!(database.write_blocking(insert).is_err());
    assert!(database.read_blocking(insert).is_err());
}
