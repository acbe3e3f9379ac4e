//! Short cuts for tests: an edition or a nomination put into a state without the way there. The way itself is walked by
//! the tests of each step, and from end to end by the story.

use diesel::RunQueryDsl as _;
use nasij::database::Backend;
use nasij::database::types::UtcTime;
use serde_json::Value;

use crate::app::App;
use crate::tampering::as_kept;

impl App {
    /// Runs a statement on the service's database.
    pub(crate) fn execute(&self, sql: String) -> usize {
        let run = |connection: &mut nasij::database::Connection| {
            Ok(diesel::sql_query(as_kept(connection, &sql)).execute(connection)?)
        };
        self.database().write_blocking(run).expect("the statement runs")
    }

    /// Puts the edition of a year into a state.
    pub(crate) fn put_edition_in(&self, year: i64, status: &str) {
        let changed = self.execute(format!(
            "UPDATE editions SET status = '{status}' WHERE year = {year} AND deleted_at IS NULL"
        ));
        assert_eq!(changed, 1, "the edition of {year}");
    }

    /// An instant as the database's SQL writes it, to the second.
    pub(crate) fn instant(&self, at: UtcTime) -> String {
        let backend = |connection: &mut nasij::database::Connection| Ok(connection.backend());
        match self.database().read_blocking(backend).expect("a connection") {
            Backend::Sqlite => format!("{}", at.unix_seconds() * 1_000_000),
            Backend::Postgresql => format!("TIMESTAMPTZ '{at}'"),
        }
    }

    /// Puts a nomination into a state.
    pub(crate) fn put_nomination_in(&self, nomination: &Value, status: &str) {
        let id = nomination["id"].as_str().expect("an identifier");
        let changed = self.execute(format!(
            "UPDATE nominations SET status = '{status}', submitted_at = created_at WHERE id = '{id}'"
        ));
        assert_eq!(changed, 1, "the nomination {id}");
    }
}
