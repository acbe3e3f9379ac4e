//! All that a database holds, as text: for what must stand nowhere.

use diesel::deserialize::QueryableByName;
use diesel::{RunQueryDsl as _, sql_query};
use nasij::database::{Connection, Location};

use crate::app::App;

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// The tables of a service's database that hold `wanted` anywhere, be it within a word.
pub(crate) fn tables_with(app: &App, wanted: &str) -> Vec<String> {
    let mut connection =
        Location::parse(&app.config.database_url()).expect("a URL").open().expect("the database opens");
    let tables = match &connection {
        Connection::Postgresql(_) => {
            "SELECT tablename::text AS text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        }
        Connection::Sqlite(_) => {
            "SELECT name AS text FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY 1"
        }
    };
    let tables = texts(&mut connection, tables);
    assert!(tables.len() > 20, "{tables:?}");
    tables.into_iter().filter(|table| holds(&mut connection, table, wanted)).collect()
}

fn texts(connection: &mut Connection, sql: &str) -> Vec<String> {
    let rows: Vec<Text> = sql_query(sql).load(connection).unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.into_iter().map(|row| row.text).collect()
}

/// The text of a column, also of one that is compressed.
fn readable(column: &str) -> String {
    format!("CASE typeof(\"{column}\") WHEN 'blob' THEN unpack(\"{column}\") ELSE \"{column}\" END")
}

fn holds(connection: &mut Connection, table: &str, wanted: &str) -> bool {
    let condition = match connection {
        Connection::Postgresql(_) => format!("position('{wanted}' IN row_of.*::text) > 0"),
        Connection::Sqlite(_) => {
            let columns =
                texts(connection, &format!("SELECT name AS text FROM pragma_table_info('{table}')"));
            let conditions: Vec<String> =
                columns.iter().map(|column| format!("instr({}, '{wanted}') > 0", readable(column))).collect();
            conditions.join(" OR ")
        }
    };
    let count = format!("SELECT count(*) AS count FROM \"{table}\" AS row_of WHERE {condition}");
    let rows: Vec<Count> =
        sql_query(&count).load(connection).unwrap_or_else(|error| panic!("{count}: {error}"));
    rows[0].count > 0
}
