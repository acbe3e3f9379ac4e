//! The program itself, started as an operator starts it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::RunQueryDsl as _;
use nasij::database::Location;
use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;

use crate::app::{Credentials, Request};
use crate::databases::TestDatabase;

/// How long anything may take that an operator waits for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A data directory and a database for instances of the service.
pub(crate) struct Home {
    /// The data directory.
    pub(crate) folder: TempDir,
    database: TestDatabase,
}

impl Home {
    /// With the reference data and the first administrator.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { database: TestDatabase::create(folder.path()), folder }
    }

    /// As before the first start: with an empty database.
    pub(crate) fn empty() -> Self {
        let home = Self::new();
        match Location::parse(&home.database.url).expect("a URL") {
            Location::Sqlite(path) => std::fs::remove_file(path).expect("the database is removed"),
            location @ Location::Postgresql(_) => {
                let mut connection = location.open().expect("the database opens");
                for sql in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
                    diesel::sql_query(sql).execute(&mut connection).expect("the database is emptied");
                }
            }
        }
        home
    }

    /// Whether the database is one that several instances can share.
    pub(crate) fn is_shared(&self) -> bool {
        self.database.url.starts_with("postgres")
    }

    /// As `DATABASE_URL` has it.
    pub(crate) fn database_url(&self) -> &str {
        &self.database.url
    }

    /// A copy of the database as it is now; a SQLite one is put into `data_dir`.
    pub(crate) fn copied(&self, data_dir: &Path) -> TestDatabase {
        self.database.copied(data_dir)
    }

    /// The administrator that the first start made.
    pub(crate) fn admin(&self) -> &Credentials {
        self.database.first_account
    }

    /// The program with this home and nothing else in its environment.
    pub(crate) fn nasij<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nasij"));
        command
            .env_clear()
            .env("DATABASE_URL", &self.database.url)
            .env("NASIJ_DATA_DIR", self.folder.path())
            .env("NASIJ_BIND", "127.0.0.1:0")
            .env("NASIJ_METRICS_BIND", "127.0.0.1:0")
            .args(arguments);
        command
    }

    /// Starts the service.
    pub(crate) fn start(&self) -> Instance {
        Instance::start(self.nasij([]))
    }
}

/// Runs a command that ends by itself.
pub(crate) fn run(mut command: Command) -> Output {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // Both are read at once: a full pipe would stop the program.
    let mut errors = child.stderr.take().expect("a pipe");
    let errors = std::thread::spawn(move || {
        let mut text = Vec::new();
        errors.read_to_end(&mut text).map(|_| text)
    });
    let mut output = child.stdout.take().expect("a pipe");
    let output = std::thread::spawn(move || {
        let mut text = Vec::new();
        output.read_to_end(&mut text).map(|_| text)
    });
    let Some(code) = wait(&mut child) else {
        let _ = child.kill();
        let _ = child.wait();
        panic!("{command:?} does not end");
    };
    let read = |thread: std::thread::JoinHandle<std::io::Result<Vec<u8>>>| {
        thread.join().expect("it is read").expect("it is read")
    };
    Output { status: code, stdout: read(output), stderr: read(errors) }
}

/// What a command that succeeds prints.
#[track_caller]
pub(crate) fn printed(command: Command) -> String {
    let output = run(command);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{:?}: {errors}", output.status);
    String::from_utf8(output.stdout).expect("readable")
}

/// What a command that must fail tells the operator. It never panics.
#[track_caller]
pub(crate) fn complaint(command: Command) -> String {
    let output = run(command);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it should fail");
    assert!(output.status.code().is_some_and(|code| code != 101), "{:?}: {errors}", output.status);
    assert!(!errors.contains("panicked") && !errors.contains("RUST_BACKTRACE"), "{errors}");
    assert!(!errors.trim().is_empty(), "it says nothing");
    errors
}

fn wait(child: &mut Child) -> Option<std::process::ExitStatus> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}

/// A running service. It is killed on drop.
pub(crate) struct Instance {
    child: Child,
    /// `http://ADDRESS`.
    pub(crate) base: String,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// What it printed until it served.
    pub(crate) printed: Vec<String>,
    log: Arc<Mutex<String>>,
}

impl Instance {
    /// Starts a service and waits until it serves.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
        let log = Arc::new(Mutex::new(String::new()));
        let (errors, copy) = (child.stderr.take().expect("a pipe"), log.clone());
        std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                copy.lock().unwrap_or_else(PoisonError::into_inner).push_str(&format!("{line}\n"));
            }
        });
        let mut printed = Vec::new();
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        for line in output.lines().map_while(Result::ok) {
            let address = line.strip_prefix("Nasij serves on ").map(|rest| {
                let (_, rest) = rest.split_once("://").expect("a URL");
                let address = rest.split(' ').next().expect("an address");
                address.parse().expect("an address")
            });
            printed.push(line);
            if let Some(address) = address {
                return Self { child, base: format!("http://{address}"), address, printed, log };
            }
        }
        let _ = child.kill();
        let _ = child.wait();
        panic!("the service did not start: {}", log.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The credentials that it printed, if it did.
    pub(crate) fn printed_credentials(&self) -> Option<Credentials> {
        let after = |name: &str| {
            let line = self.printed.iter().find_map(|line| line.strip_prefix(&format!("{name}: ")));
            line.map(str::to_owned)
        };
        Some(Credentials { client_id: after("client_id")?, client_secret: after("client_secret")? })
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What it has logged as soon as `sign` is there: lines wait for their reader, not for the answer.
    pub(crate) async fn log_with(&self, sign: &str) -> String {
        let started = Instant::now();
        while !self.log().contains(sign) && started.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.log()
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let command = format!("kill -{name} {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &command]).status().expect("a shell");
        assert!(sent.success(), "{command}");
    }

    /// Waits for its end and returns its exit code.
    pub(crate) fn ended(mut self) -> Option<i32> {
        wait(&mut self.child).unwrap_or_else(|| panic!("it does not end: {}", self.log())).code()
    }

    /// Kills it at once.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it ends");
    }

    /// A request to it.
    pub(crate) fn request(&self, method: Method, path: &str) -> Request {
        Request::to(&self.base, method, path)
    }

    /// An access token.
    pub(crate) async fn token_of(&self, credentials: &Credentials) -> String {
        let grant = "grant_type=client_credentials";
        let request = self.request(Method::POST, "/oauth/token").basic(credentials);
        let answer = request.body("application/x-www-form-urlencoded", grant).send().await.expect(200);
        answer.json()["access_token"].as_str().expect("a token").to_owned()
    }

    /// Adds a city, which must succeed.
    pub(crate) async fn add_city(&self, token: &str, city: &Value) {
        self.request(Method::POST, "/v1/cities").token(token).json(city).send().await.expect(201);
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
