//! Upgrades: what an installation of any earlier release holds is there after it. `upgrades/NNNN.sql` has what such a one holds
//! in the tables that migration NNNN made; the files are of PostgreSQL, and read by SQLite after two replacements.

use std::collections::BTreeSet;
use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::{QueryableByName, RunQueryDsl as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};
use nasij::database::{Connection, Location, copying, migrations};
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::binary::{Home, Instance, complaint, printed};
use crate::tampering::as_kept;

const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// How many associations an installation has.
const ASSOCIATIONS: i64 = 10_000;

/// From this migration on, identifiers and digests are bytes on SQLite.
const BYTES: &str = "0034";

/// The states in the audit trail, which SQLite compresses.
const STATES: [&str; 2] = ["before", "after"];

/// The names of people and the texts of internal records have left the events for a table of their own.
const MOVED: (&str, [&str; 3]) = ("audit_events", ["0006", "0007", "0008"]);

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

fn texts(connection: &mut Connection, query: &str) -> Vec<String> {
    let rows: Vec<Text> =
        diesel::sql_query(query).load(connection).unwrap_or_else(|error| panic!("{query}: {error}"));
    rows.into_iter().map(|row| row.value).collect()
}

fn number(connection: &mut Connection, query: &str) -> i64 {
    texts(connection, query)[0].parse().expect("a number")
}

/// What is kept in another form: it is made of the names, which are compared.
const MADE_ANEW: (&str, [&str; 2]) = ("associations", ["identity_key", "search_text"]);

/// Installations of earlier releases: one that grows with each migration, and copies of it.
struct Installation {
    home: Home,
}

impl Installation {
    /// An empty database.
    fn new() -> Self {
        let home = Home::empty();
        if let Location::Sqlite(path) = Location::parse(home.database_url()).expect("a URL") {
            std::fs::File::create(path).expect("an empty file");
        }
        Self { home }
    }

    fn open(&self) -> Connection {
        open(self.home.database_url())
    }

    /// Runs the next migration and fills what it made. Returns its number; none when there is no further one.
    fn grow(&self) -> Option<String> {
        let mut connection = self.open();
        let version = match &mut connection {
            Connection::Sqlite(inner) => {
                // As in an upgrade.
                inner.batch_execute("PRAGMA foreign_keys = OFF").expect("they rest");
                let pending = inner.pending_migrations(SQLITE).expect("migrations");
                let run = pending.first().map(|next| inner.run_migration(next).expect("it runs").to_string());
                inner.batch_execute("PRAGMA foreign_keys = ON").expect("they hold again");
                run
            }
            Connection::Postgresql(inner) => {
                let pending = inner.pending_migrations(POSTGRESQL).expect("migrations");
                pending.first().map(|next| inner.run_migration(next).expect("it runs").to_string())
            }
        }?;
        fill(&mut connection, &version);
        Some(version)
    }

    /// As it was when migration `last` was the newest.
    fn until(last: &str) -> Self {
        let installation = Self::new();
        while installation.grow().expect("a migration") != last {}
        installation
    }
}

fn open(url: &str) -> Connection {
    Location::parse(url).expect("a URL").open().expect("it opens")
}

fn fill(connection: &mut Connection, version: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/api/upgrades/{version}.sql"));
    let sql = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let sql = match connection {
        Connection::Postgresql(_) => format!("SET statement_timeout = 0; {sql}"),
        Connection::Sqlite(_) => {
            let sql = sql.replace("to_timestamp(", "format('%d000000', ");
            let sql = match version < BYTES {
                true => sql.replace("uuid(", "("),
                false => as_kept(connection, &sql.replace("uuid(", "(")),
            };
            format!("BEGIN; {sql}; COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
        }
    };
    connection.batch_execute(&sql).unwrap_or_else(|error| panic!("{version}.sql: {error}"));
}

/// Keeps what is there under the name `before`, beside what becomes of it.
fn keep_before(connection: &mut Connection, original: &str) {
    let keep = match (&connection, Location::parse(original).expect("a URL")) {
        (Connection::Sqlite(_), Location::Sqlite(path)) => format!("ATTACH '{path}' AS before"),
        _ => {
            let tables = copying::tables(connection).expect("tables").into_iter();
            let copies =
                tables.map(|table| format!("CREATE UNLOGGED TABLE before.\"{table}\" AS TABLE \"{table}\";"));
            format!("CREATE SCHEMA before; {}", copies.collect::<String>())
        }
    };
    connection.batch_execute(&keep).expect("it is kept");
}

/// The columns of a table, in `before` or as it is now.
fn columns(connection: &mut Connection, schema: &str, table: &str) -> BTreeSet<String> {
    let query = match (&connection, schema) {
        (Connection::Sqlite(_), "before") => {
            format!("SELECT name AS value FROM pragma_table_xinfo('{table}', 'before')")
        }
        (Connection::Sqlite(_), _) => {
            format!("SELECT name AS value FROM pragma_table_xinfo('{table}', 'main')")
        }
        (Connection::Postgresql(_), _) => format!(
            "SELECT column_name::text AS value FROM information_schema.columns \
             WHERE table_schema = '{schema}' AND table_name = '{table}'"
        ),
    };
    texts(connection, &query).into_iter().collect()
}

/// The text of a column. The bytes of identifiers and digests are their digits.
fn readable(connection: &Connection, column: &str) -> String {
    let text = format!("CAST(\"{column}\" AS TEXT)");
    match connection {
        Connection::Postgresql(_) => text,
        Connection::Sqlite(_) if STATES.contains(&column) => {
            format!("CASE WHEN typeof(\"{column}\") = 'blob' THEN unpack(\"{column}\") ELSE \"{column}\" END")
        }
        Connection::Sqlite(_) => format!(
            "CASE WHEN typeof(\"{column}\") = 'blob' AND length(\"{column}\") IN (16, 32) THEN lower(hex(\"{column}\")) \
             WHEN {text} LIKE '________-____-____-____-____________' THEN replace({text}, '-', '') ELSE {text} END"
        ),
    }
}

/// Every row of before is there, with the values that it had in the columns that there still are.
fn expect_everything(connection: &mut Connection, version: &str) -> usize {
    let tables = match connection {
        Connection::Sqlite(_) => {
            "SELECT name AS value FROM before.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
             AND name NOT LIKE 'associations_search%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'"
        }
        Connection::Postgresql(_) => {
            "SELECT tablename::text AS value FROM pg_tables WHERE schemaname = 'before' AND tablename NOT LIKE '\\_\\_%'"
        }
    };
    let tables = texts(connection, tables);
    for table in &tables {
        let [rows_before, rows_now] = [format!("before.\"{table}\""), format!("\"{table}\"")]
            .map(|name| number(connection, &format!("SELECT CAST(COUNT(*) AS TEXT) AS value FROM {name}")));
        assert_eq!(rows_now, rows_before, "{table} of {version}");
        let before = columns(connection, "before", table);
        let now = columns(connection, "public", table);
        let both: Vec<String> = before
            .intersection(&now)
            .filter(|column| !(*table == MADE_ANEW.0 && MADE_ANEW.1.contains(&column.as_str())))
            .map(|column| readable(connection, column))
            .collect();
        assert!(!both.is_empty(), "{table} of {version}");
        let both = both.join(", ");
        let other = format!(
            "SELECT CAST(COUNT(*) AS TEXT) AS value FROM \
             (SELECT {both} FROM before.\"{table}\" EXCEPT SELECT {both} FROM \"{table}\") AS other"
        );
        if !(*table == MOVED.0 && MOVED.1.contains(&version)) {
            assert_eq!(number(connection, &other), 0, "rows of {table} of {version} are others now");
        }
    }
    tables.len()
}

#[test]
fn what_any_earlier_release_holds_is_there_after_an_upgrade() {
    let base = Installation::new();
    let (mut versions, mut tables) = (Vec::new(), 0);
    while let Some(version) = base.grow() {
        let folder = TempDir::new().expect("a temporary folder");
        let copy = base.home.copied(folder.path());
        let mut connection = open(&copy.url);
        if matches!(connection, Connection::Postgresql(_)) {
            keep_before(&mut connection, &copy.url);
        }
        migrations::run(&mut connection).unwrap_or_else(|error| panic!("{version}: {error}"));
        assert!(migrations::are_done(&mut connection).expect("it is known"));
        if matches!(connection, Connection::Sqlite(_)) {
            keep_before(&mut connection, base.home.database_url());
        }
        tables = expect_everything(&mut connection, &version);
        versions.push(version);
    }
    assert!(versions.len() > 25 && tables > 45, "{tables} tables, {versions:?}");
    let associations = "SELECT CAST(COUNT(*) AS TEXT) AS value FROM associations";
    assert!(number(&mut base.open(), associations) >= ASSOCIATIONS);
}

#[tokio::test]
async fn an_upgraded_installation_serves_what_it_had() {
    // No retired key of these can be opened; accounts are of before names were folded.
    let installation = Installation::until("0007");
    assert!(printed(installation.home.nasij(["migrate"])).contains("at this release"));
    let service = Instance::start(installation.home.nasij([]));
    let page = service.request(Method::GET, "/v1/associations?count=exact&limit=1").send().await.expect(200);
    let count = page.json()["page"]["total"].as_i64().unwrap_or_default();
    assert!(count > ASSOCIATIONS * 9 / 10, "{count}");
    let mut connection = installation.open();
    let folded = "SELECT search_text AS value FROM accounts WHERE name LIKE '%BEN ÇAÏD%' LIMIT 1";
    assert!(texts(&mut connection, folded)[0].contains("ben caid"));
}

#[test]
fn the_chain_of_an_earlier_release_holds_after_an_upgrade() {
    let installation = Installation::until("0029");
    let sealed = number(&mut installation.open(), "SELECT CAST(COUNT(*) AS TEXT) AS value FROM audit_seals");
    assert!(sealed > 0);
    assert!(printed(installation.home.nasij(["migrate"])).contains("at this release"));
    let told = printed(installation.home.nasij(["audit", "verify"]));
    assert!(told.contains("intact"), "{told}");
}

#[test]
fn what_cannot_be_migrated_is_left_as_it_was_and_told_in_a_sentence() {
    let installation = Installation::until("0012");
    let mut connection = installation.open();
    // An operator's own experiment, of a name that a later migration wants.
    connection.batch_execute("CREATE TABLE deleted_records (id TEXT NOT NULL PRIMARY KEY)").expect("a table");
    let newest = "SELECT MAX(version) AS value FROM __diesel_schema_migrations";
    let events = "SELECT CAST(COUNT(*) AS TEXT) AS value FROM audit_events";
    let before = (copying::tables(&mut connection).expect("tables"), number(&mut connection, events));

    let told = complaint(installation.home.nasij(["migrate"]));
    for sign in ["nothing was changed", "0021_keeping_records", "deleted_records", "start again"] {
        assert!(told.contains(sign), "{sign}: {told}");
    }
    assert_eq!(texts(&mut connection, newest), ["0012"]);
    assert_eq!((copying::tables(&mut connection).expect("tables"), number(&mut connection, events)), before);

    connection.batch_execute("DROP TABLE deleted_records").expect("it is taken away");
    drop(connection);
    assert!(printed(installation.home.nasij(["migrate"])).contains("at this release"));
}

#[test]
fn a_database_that_a_newer_release_has_migrated_is_left_alone() {
    let home = Home::new();
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')";
    open(home.database_url()).batch_execute(newer).expect("a version");
    for command in [home.nasij([]), home.nasij(["migrate"])] {
        let told = complaint(command);
        assert!(
            told.contains("a newer release has migrated this database") && told.contains("9999"),
            "{told}"
        );
    }
}

/// A step of an earlier release and the way back from it, on the database that is tested.
macro_rules! step {
    ($connection:expr, $name:literal) => {
        match &$connection {
            Connection::Sqlite(_) => (
                include_str!(concat!("../../migrations/sqlite/", $name, "/up.sql")),
                include_str!(concat!("../../migrations/sqlite/", $name, "/down.sql")),
            ),
            Connection::Postgresql(_) => (
                include_str!(concat!("../../migrations/postgresql/", $name, "/up.sql")),
                include_str!(concat!("../../migrations/postgresql/", $name, "/down.sql")),
            ),
        }
    };
}

#[test]
fn the_one_role_of_early_accounts_is_carried_over_and_back() {
    let installation = Installation::until("0006");
    let mut connection = installation.open();
    let (up, down) = step!(connection, "0007_accounts");
    let early = "SELECT CAST(id AS TEXT) || role AS value FROM accounts ORDER BY 1";
    let late = "SELECT CAST(account_id AS TEXT) || role AS value FROM account_roles ORDER BY 1";
    let roles = texts(&mut connection, early);
    assert!(roles.len() > 100, "{roles:?}");
    connection.batch_execute(&format!("BEGIN; {up} COMMIT")).expect("there");
    assert_eq!(texts(&mut connection, late), roles);
    connection.batch_execute(&format!("BEGIN; {down} COMMIT")).expect("and back");
    assert_eq!(texts(&mut connection, early), roles);
}

/// Entries as they were kept before personal data stood apart.
const EARLY_ENTRIES: &str = "\
    INSERT INTO audit_events (id, at, account_id, account_name, request_id, action, resource_type, resource_id, before, after) VALUES
    ('01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e01', AT, '01938d6e-6f3c-7c2a-9a51-2f6d1c0b7eaa', 'Old Officer', 'r-1', 'update', 'association', 'a-1',
        '{\"volunteers\": 1, \"internal\": {\"ice\": \"1\"}}', '{\"volunteers\": 2, \"internal\": {\"ice\": \"2\"}}'),
    ('01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e02', AT, NULL, 'operator', NULL, 'create', 'account', 'k-1', NULL, '{\"name\": \"Old Name\", \"version\": 1}')";

#[test]
fn the_trail_of_an_early_release_is_carried_over_and_back() {
    let installation = Installation::until("0008");
    let mut connection = installation.open();
    let (up, down) = step!(connection, "0009_audit");
    let at = if installation.home.is_shared() { "'2023-11-14T22:13:20Z'" } else { "1700000000000000" };
    connection.batch_execute(&EARLY_ENTRIES.replace("AT", at)).expect("they are kept");
    let states = "SELECT CAST(after AS TEXT) AS value FROM audit_events WHERE resource_id = 'a-1'";
    let names = "SELECT account_name AS value FROM audit_events WHERE resource_id = 'a-1'";
    let json = |texts: Vec<String>| -> Vec<serde_json::Value> {
        texts.iter().map(|text| serde_json::from_str(text).expect("JSON")).collect()
    };
    let before = json(texts(&mut connection, states));
    connection.batch_execute(&format!("BEGIN; {up} COMMIT")).expect("there");
    connection.batch_execute(&format!("BEGIN; {down} COMMIT")).expect("and back");
    assert_eq!(json(texts(&mut connection, states)), before);
    assert_eq!(texts(&mut connection, names), ["Old Officer"]);
    drop(connection);

    let installation = Installation::until("0008");
    installation.open().batch_execute(&EARLY_ENTRIES.replace("AT", at)).expect("they are kept");
    assert!(printed(installation.home.nasij(["migrate"])).contains("at this release"));
    let mut connection = installation.open();
    let personal = "SELECT CAST(content AS TEXT) AS value FROM audit_personal_data \
                    WHERE event_id IN ('01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e01', '01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e02') \
                    ORDER BY event_id, part";
    let personal = as_kept(&connection, personal);
    assert_eq!(
        json(texts(&mut connection, &personal)),
        [
            json!({"account_name": "Old Officer"}),
            json!({"before": {"ice": "1"}, "after": {"ice": "2"}}),
            json!({"after": {"name": "Old Name"}}),
        ],
        "the operator is no person"
    );
    drop(connection);
    assert!(printed(installation.home.nasij(["audit", "verify"])).contains("intact"));
}

#[test]
fn instances_that_start_at_the_same_moment_migrate_once() {
    let installation = Installation::until("0008");
    let url = installation.home.database_url();
    std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| migrations::run(&mut open(url)).map_err(|error| error.to_string())))
            .collect();
        for start in starts {
            assert_eq!(start.join().expect("no panic"), Ok(()));
        }
    });
}

#[test]
fn a_look_at_an_older_database_leaves_the_way_back() {
    let installation = Installation::until("0027");
    let newest = "SELECT MAX(version) AS value FROM __diesel_schema_migrations";
    for arguments in [["account", "list"], ["audit", "verify"], ["keys", "list"]] {
        let told = complaint(installation.home.nasij(arguments));
        assert!(told.contains("nasij migrate"), "{told}");
    }
    assert_eq!(texts(&mut installation.open(), newest), ["0027"]);
}
