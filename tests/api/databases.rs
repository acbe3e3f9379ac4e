//! A database for every test, copied from a template that is made once per process.

use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _};
use nasij::access::{Account, ClientSecret};
use nasij::app::{open_database, prepare};
use nasij::database::Location;

use crate::app::{Credentials, configuration};

/// The database of one test; it is gone when this is dropped.
pub(crate) struct TestDatabase {
    /// As `DATABASE_URL` has it.
    pub(crate) url: String,
    /// The administrator that the first start made.
    pub(crate) first_account: &'static Credentials,
    postgresql: Option<(&'static Postgresql, String)>,
}

impl TestDatabase {
    /// A new database; a SQLite one is put into `data_dir`.
    pub(crate) fn create(data_dir: &Path) -> Self {
        match template() {
            Template::Sqlite { file, first_account } => {
                let path = data_dir.join("nasij.sqlite");
                std::fs::write(&path, file).expect("the copy of the template is written");
                Self { url: format!("sqlite://{}", path.display()), first_account, postgresql: None }
            }
            Template::Postgresql { server, first_account } => {
                static COPIES: AtomicU32 = AtomicU32::new(1);
                let name = format!("{}_{}", server.template, COPIES.fetch_add(1, Ordering::Relaxed));
                server.copy(&server.template, &name);
                Self { url: server.url_of(&name), first_account, postgresql: Some((server, name)) }
            }
        }
    }
}

impl TestDatabase {
    /// A copy of this one as it is now; a SQLite one is put into `data_dir`. Whoever is connected to the original is sent away.
    pub(crate) fn copied(&self, data_dir: &Path) -> Self {
        let first_account = self.first_account;
        match (&self.postgresql, Location::parse(&self.url).expect("a URL")) {
            (Some((server, original)), _) => {
                let name = format!("{original}_{}", uuid::Uuid::new_v4().simple());
                server.run(&format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{original}'"
                ));
                server.copy(original, &name);
                Self { url: server.url_of(&name), first_account, postgresql: Some((server, name)) }
            }
            (None, Location::Sqlite(original)) => {
                let path = data_dir.join("copy.sqlite");
                std::fs::copy(original, &path).expect("the database is copied");
                Self { url: format!("sqlite://{}", path.display()), first_account, postgresql: None }
            }
            (None, Location::Postgresql(_)) => unreachable!("it has a server"),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.postgresql {
            server.drop_later(name);
        }
    }
}

/// A migrated database with the reference data and the first administrator.
enum Template {
    /// Kept in memory: nothing to clean up when the process ends.
    Sqlite {
        file: Vec<u8>,
        first_account: Credentials,
    },
    Postgresql {
        server: Postgresql,
        first_account: Credentials,
    },
}

fn template() -> &'static Template {
    static TEMPLATE: OnceLock<Template> = OnceLock::new();
    TEMPLATE.get_or_init(|| match server_url() {
        Some(url) => postgresql_template(&url),
        None => sqlite_template(),
    })
}

#[allow(
    clippy::disallowed_methods,
    reason = "how the tests are started is not the configuration of the service"
)]
fn server_url() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

fn sqlite_template() -> Template {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("template.sqlite").display());
    let first_account = prepare_at(&url, folder.path());
    let copy = folder.path().join("copy.sqlite");
    // One complete file, whatever still stands in the write-ahead log.
    let mut connection = Location::parse(&url).expect("a URL").open().expect("the template opens");
    diesel::sql_query(format!("VACUUM INTO '{}'", copy.display()))
        .execute(&mut connection)
        .expect("it is copied");
    Template::Sqlite { file: std::fs::read(copy).expect("the copy is read"), first_account }
}

fn postgresql_template(url: &str) -> Template {
    // Others may use the same server, with the same process number in another container.
    let template = format!("nasij_test_{}_{}", std::process::id(), uuid::Uuid::new_v4().simple());
    let server = Postgresql {
        url: url.to_owned(),
        connection: Mutex::new(connect(url)),
        dropping: start_dropping(url),
        _janitor: Mutex::new(start_janitor(&template)),
        template,
    };
    let name = &server.template;
    server.run(&format!("CREATE DATABASE \"{name}\""));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let first_account = prepare_at(&server.url_of(name), folder.path());
    // A pool lets go of its connections a little later: nobody may be connected to what is to be copied.
    server.run(&format!("ALTER DATABASE \"{name}\" WITH ALLOW_CONNECTIONS false"));
    server.run(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
    Template::Postgresql { server, first_account }
}

fn prepare_at(url: &str, data_dir: &Path) -> Credentials {
    let config = configuration(url, data_dir);
    let database = open_database(&config).expect("the template opens");
    let mut shown = None;
    let show = |account: &Account, secret: &ClientSecret| {
        shown = Some(Credentials::of(account, secret));
        Ok(())
    };
    prepare(&database, show).expect("the template is prepared");
    shown.expect("the first start makes an administrator")
}

/// A PostgreSQL server whose role may create databases.
struct Postgresql {
    url: String,
    /// Also the beginning of the names of all copies.
    template: String,
    /// The one connection that makes copies: PostgreSQL makes them one after the other anyway.
    connection: Mutex<PgConnection>,
    /// Takes the names of copies that nobody needs any more.
    dropping: Sender<String>,
    /// Open as long as this process lives.
    _janitor: Mutex<ChildStdin>,
}

impl Postgresql {
    /// The URL of a database on this server.
    fn url_of(&self, database: &str) -> String {
        let mut url = url::Url::parse(&self.url).expect("TEST_DATABASE_URL is a URL");
        url.set_path(database);
        url.into()
    }

    fn copy(&self, original: &str, name: &str) {
        // Copying files is several times quicker than writing their pages to the log.
        self.run(&format!("CREATE DATABASE \"{name}\" TEMPLATE \"{original}\" STRATEGY file_copy"));
    }

    /// Drops a copy when its connections are gone, for which PostgreSQL waits a while. No test waits with it.
    fn drop_later(&self, name: &str) {
        self.dropping.send(name.to_owned()).expect("copies are dropped as long as there are tests");
    }

    fn run(&self, sql: &str) {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        connection.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

fn connect(url: &str) -> PgConnection {
    PgConnection::establish(url).expect("TEST_DATABASE_URL can be connected to")
}

/// A thread that drops databases; what it has not come to when the tests end is left to the janitor.
fn start_dropping(url: &str) -> Sender<String> {
    let (sender, names) = channel::<String>();
    let mut connection = connect(url);
    std::thread::spawn(move || {
        for name in names {
            let _ = connection.batch_execute(&format!("DROP DATABASE \"{name}\" WITH (FORCE)"));
        }
    });
    sender
}

/// Names the janitor its work; see [`nothing_is_left_on_the_server`].
const JANITOR: &str = "NASIJ_TEST_JANITOR";

/// Nobody tells a test process that its last test has ended, and it may be killed. So this binary is started once
/// more, waits for the end of the pipe that only this process holds, and drops what is still there.
fn start_janitor(template: &str) -> ChildStdin {
    Command::new(std::env::current_exe().expect("this program's path"))
        .args(["--exact", "databases::nothing_is_left_on_the_server", "--ignored"])
        .env(JANITOR, template)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the janitor starts")
        .stdin
        .expect("its input is a pipe")
}

#[test]
#[ignore = "no test: the janitor of the PostgreSQL databases, which the harness starts"]
#[allow(clippy::disallowed_methods, reason = "how the harness calls its janitor")]
fn nothing_is_left_on_the_server() {
    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = diesel::sql_types::Text)]
        datname: String,
    }

    let (Ok(template), Some(url)) = (std::env::var(JANITOR), server_url()) else {
        return;
    };
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
    let mut connection = PgConnection::establish(&url).unwrap();
    let names: Vec<Name> =
        diesel::sql_query("SELECT datname FROM pg_database").load(&mut connection).unwrap();
    let copies = format!("{template}_");
    for Name { datname: name } in names {
        if name == template || name.starts_with(&copies) {
            let _ = connection.batch_execute(&format!("DROP DATABASE \"{name}\" WITH (FORCE)"));
        }
    }
}
