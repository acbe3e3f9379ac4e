//! What an attacker with the database's password could do: raw SQL, with all guards of the schema off.

use diesel::RunQueryDsl as _;
use diesel::connection::SimpleConnection as _;
use diesel::deserialize::QueryableByName;
use nasij::audit::chain::sealing::seal_everything;
use nasij::audit::chain::verification::{Noted, Verification, verify};
use nasij::database::{Connection, Location};

use crate::app::App;

/// SQL in which identifiers and digests stand as this database keeps them: as bytes on SQLite.
pub(crate) fn as_kept(connection: &Connection, sql: &str) -> String {
    let Connection::Sqlite(_) = connection else { return sql.to_owned() };
    let identifier = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    let literal = regex::Regex::new(&format!("'({identifier}|[0-9a-f]{{64}})'")).expect("a pattern");
    let sql = &sql.replace("after = '{\"volunteers\": 99}'", "after = CAST('{\"volunteers\": 99}' AS BLOB)");
    literal
        .replace_all(sql, |found: &regex::Captures<'_>| format!("x'{}'", found[1].replace('-', "")))
        .into_owned()
}

/// Sets off what guards the trail: triggers and foreign keys.
fn without_guards(connection: &mut Connection) {
    let off = match connection {
        Connection::Postgresql(_) => "SET session_replication_role = replica",
        Connection::Sqlite(_) => {
            "PRAGMA foreign_keys = OFF; \
             DROP TRIGGER audit_events_keep; DROP TRIGGER audit_events_stay; \
             DROP TRIGGER audit_seals_keep; DROP TRIGGER audit_seals_stay; \
             DROP TRIGGER audit_personal_data_keep; DROP TRIGGER audit_personal_data_stay; \
             DROP TRIGGER audit_actors_keep; DROP TRIGGER audit_actors_stay"
        }
    };
    connection.batch_execute(off).expect("the guards are set off");
}

/// Runs SQL with all guards off.
pub(crate) fn tamper(database_url: &str, sql: &str) {
    let location = Location::parse(database_url).expect("a URL");
    let mut connection = location.open().expect("the database opens");
    without_guards(&mut connection);
    let sql = as_kept(&connection, sql);
    connection.batch_execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

#[derive(QueryableByName)]
struct Cell {
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    cell: Option<String>,
}

impl App {
    /// Runs SQL as the service could, guards and all; an error is its sentence.
    pub(crate) fn sql(&self, sql: &str) -> Result<(), String> {
        let mut connection = self.database().dedicated_connection().expect("a connection");
        let sql = as_kept(&connection, sql);
        connection.batch_execute(&sql).map_err(|error| error.to_string())
    }

    /// Runs SQL with all guards off.
    pub(crate) fn tamper(&self, sql: &str) {
        tamper(&self.config.database_url(), sql);
    }

    /// The cells of a column; the query calls it `cell`.
    pub(crate) fn cells(&self, sql: &str) -> Vec<String> {
        let mut connection = self.database().dedicated_connection().expect("a connection");
        let sql = as_kept(&connection, sql);
        let rows: Vec<Cell> =
            diesel::sql_query(&sql).load(&mut connection).unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.into_iter().filter_map(|row| row.cell).collect()
    }

    /// Seals everything now, instead of within a second.
    pub(crate) fn seal(&self) {
        seal_everything(&self.database()).expect("everything is sealed");
    }

    /// What `nasij audit verify` finds.
    pub(crate) fn verify(&self) -> Verification {
        self.verify_from(&Noted::default())
    }

    /// As [`App::verify`], with a head that was noted earlier.
    pub(crate) fn verify_from(&self, noted: &Noted) -> Verification {
        verify(&self.database(), noted).expect("the trail is read")
    }

    /// The trail must be whole.
    #[track_caller]
    pub(crate) fn expect_intact(&self) -> Verification {
        let found = self.verify();
        assert!(found.intact && found.fault.is_none(), "{found:?}");
        found
    }
}
