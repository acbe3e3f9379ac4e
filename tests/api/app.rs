//! The harness: a server of its own for every test, and how a test speaks to it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use clap::{Args as _, FromArgMatches as _};
use nasij::access::{Account, ClientSecret, NewAccount, Role, accounts};
use nasij::audit::Actor;
use nasij::config::Config;
use nasij::database::Database;
use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;

use crate::answer::Answer;
use crate::databases::TestDatabase;

/// A running service with its own database, on a free port. It is stopped, and all that it kept is gone, on drop.
pub(crate) struct App {
    /// `http://127.0.0.1:PORT`, also the public URL.
    pub(crate) base: String,
    /// Where it listens, for tests that speak HTTP by hand.
    pub(crate) address: SocketAddr,
    /// Where it tells its measurements, unless that is turned off.
    pub(crate) metrics_address: Option<SocketAddr>,
    /// The configuration that it runs with.
    pub(crate) config: Config,
    client: reqwest::Client,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
    // Dropped in this order, after the server has stopped.
    opened: OnceLock<Database>,
    database: TestDatabase,
    _data_dir: TempDir,
}

/// What an account shows to get a token.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    /// The account's identifier.
    pub(crate) client_id: String,
    /// Its secret.
    pub(crate) client_secret: String,
}

impl Credentials {
    /// Those of a new account.
    pub(crate) fn of(account: &Account, secret: &ClientSecret) -> Self {
        Self { client_id: account.id.to_string(), client_secret: secret.reveal().to_owned() }
    }
}

impl From<(Account, ClientSecret)> for Credentials {
    fn from((account, secret): (Account, ClientSecret)) -> Self {
        Self::of(&account, &secret)
    }
}

/// More requests a minute than any test makes.
const UNREACHABLE: &str = "1000000";

/// The configuration of a service under test; what is not named here has its default.
pub(crate) fn configuration(database_url: &str, data_dir: &Path) -> Config {
    let data_dir = data_dir.to_str().expect("temporary folders have readable names");
    let command = Config::augment_args(clap::Command::new("nasij"));
    let matches = command.get_matches_from([
        "nasij",
        "--database-url",
        database_url,
        "--data-dir",
        data_dir,
        "--bind",
        "127.0.0.1:0",
        "--metrics-bind",
        "127.0.0.1:0",
        "--public-url",
        "",
        "--database-connections",
        "4",
        // Each worker makes the routes anew; the tests of the binary have as many as the service.
        "--workers",
        "1",
        "--stop-seconds",
        "1",
        // The server runs within the tests: its own program is not the one that examines documents.
        "--examiner",
        env!("CARGO_BIN_EXE_nasij"),
        // Out of reach, but told in every answer.
        "--limit-anonymous",
        UNREACHABLE,
        "--limit-authenticated",
        UNREACHABLE,
        "--limit-token",
        UNREACHABLE,
        "--limit-failed",
        UNREACHABLE,
    ]);
    Config::from_arg_matches(&matches).expect("the configuration is complete")
}

impl App {
    /// Starts a service with the reference data and one administrator.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts a service whose configuration `adjust` has changed.
    pub(crate) async fn start_with(adjust: impl FnOnce(&mut Config)) -> Self {
        // The cause of a 500 is in the log alone.
        let _ = env_logger::Builder::new().parse_filters("off,nasij=error").try_init();
        let data_dir = tempfile::tempdir().expect("a temporary folder");
        let database = TestDatabase::create(data_dir.path());
        let mut config = configuration(&database.url, data_dir.path());
        adjust(&mut config);
        let Serving { address, metrics_address, server, thread } = serve(config.clone());
        Self {
            base: format!("http://{address}"),
            address,
            metrics_address,
            config,
            client: client().no_gzip().no_brotli().no_zstd().build().expect("an HTTP client"),
            server,
            thread: Some(thread),
            opened: OnceLock::new(),
            database,
            _data_dir: data_dir,
        }
    }

    /// A `GET` without a token.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path).send().await
    }

    /// A request, to be completed and sent. It asks for no compression unless a header says so.
    pub(crate) fn request(&self, method: Method, path: &str) -> Request {
        self.request_by(&self.client, method, path)
    }

    /// As [`App::request`], asking for the content coding `coding`; the answer is unpacked.
    pub(crate) fn compressed(&self, coding: &str, method: Method, path: &str) -> Request {
        let client = client().build().expect("an HTTP client");
        self.request_by(&client, method, path).header("accept-encoding", coding)
    }

    fn request_by(&self, client: &reqwest::Client, method: Method, path: &str) -> Request {
        Request {
            builder: client.request(method.clone(), format!("{}{path}", self.base)),
            base: self.base.clone(),
            method,
            target: path.to_owned(),
        }
    }

    /// The service's database, through the library: for what no request can do.
    pub(crate) fn database(&self) -> Database {
        let open = || Database::open(&self.config.database_url(), 2).expect("the database opens");
        self.opened.get_or_init(open).clone()
    }

    /// Makes an account; `NewAccount::of_role(role, name)` is enough for most. Its secret is its own, as though it had
    /// replaced the one that was made for it: that people do so is the subject of `offices` alone.
    pub(crate) fn account(&self, new: &NewAccount) -> Credentials {
        let create = |connection: &mut _| accounts::create(connection, &Actor::operator(), new);
        let credentials: Credentials =
            self.database().write_blocking(create).expect("the account is made").into();
        let id = &credentials.client_id;
        self.execute(format!("UPDATE account_secrets SET made_by = 'account' WHERE account_id = '{id}'"));
        credentials
    }

    /// The administrator that the first start made.
    pub(crate) fn admin(&self) -> &Credentials {
        self.database.first_account
    }

    /// An access token of a new account of `role`, with all scopes of the role.
    pub(crate) async fn token(&self, role: Role) -> String {
        self.token_of(&self.account(&NewAccount::of_role(role, &format!("Some {role}")))).await
    }

    /// An access token with all scopes of an account.
    pub(crate) async fn token_of(&self, credentials: &Credentials) -> String {
        let answer = self
            .request(Method::POST, "/oauth/token")
            .basic(credentials)
            .body("application/x-www-form-urlencoded", "grant_type=client_credentials")
            .send()
            .await;
        answer.expect(200).json()["access_token"].as_str().expect("a token").to_owned()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // The command is sent by the call; its future would only wait for what the thread's end tells as well.
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            // A second panic while a failed test unwinds would abort all others.
            if !std::thread::panicking() {
                ended.expect("the service stops without a panic");
            }
        }
    }
}

/// A service that runs on a thread of its own.
struct Serving {
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
    server: ServerHandle,
    thread: JoinHandle<()>,
}

/// Runs a service on a thread of its own, with its own runtime, as the binary does.
fn serve(config: Config) -> Serving {
    let (started, start) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            match nasij::app::start(config, |_, _| Ok(())) {
                Ok(service) => {
                    let addresses = (service.address, service.metrics_address);
                    let _ = started.send(Ok((addresses, service.server.handle())));
                    service.server.await.expect("the service runs until it is stopped");
                }
                Err(error) => drop(started.send(Err(error.to_string()))),
            }
        });
    });
    let started = start.recv().expect("the service starts or says why not");
    let ((address, metrics_address), server) =
        started.unwrap_or_else(|error| panic!("the service did not start: {error}"));
    Serving { address, metrics_address, server, thread }
}

fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        // Shorter than the service keeps a connection open, so that none is used that it has just closed.
        .pool_idle_timeout(Duration::from_secs(2))
        .timeout(Duration::from_secs(30))
}

/// A request that is being put together.
#[must_use]
pub(crate) struct Request {
    builder: reqwest::RequestBuilder,
    base: String,
    method: Method,
    target: String,
}

impl Request {
    /// A request to a service that listens at `base`, whoever started it.
    pub(crate) fn to(base: &str, method: Method, path: &str) -> Self {
        let client = client().no_gzip().no_brotli().no_zstd().build().expect("an HTTP client");
        let builder = client.request(method.clone(), format!("{base}{path}"));
        Self { builder, base: base.to_owned(), method, target: path.to_owned() }
    }

    /// Shows an access token.
    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Shows the credentials of an account, as the token endpoint takes them.
    pub(crate) fn basic(mut self, credentials: &Credentials) -> Self {
        self.builder = self.builder.basic_auth(&credentials.client_id, Some(&credentials.client_secret));
        self
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    /// Changes only the version that this ETag names.
    pub(crate) fn if_match(self, etag: &str) -> Self {
        self.header("if-match", etag)
    }

    /// Sends a body of any kind.
    pub(crate) fn body(mut self, media_type: &str, body: impl Into<reqwest::Body>) -> Self {
        self.builder = self.builder.header("content-type", media_type).body(body);
        self
    }

    /// Sends JSON.
    pub(crate) fn json(self, value: &Value) -> Self {
        self.body("application/json", value.to_string())
    }

    /// Sends a JSON merge patch (RFC 7396).
    pub(crate) fn merge_patch(self, value: &Value) -> Self {
        self.body("application/merge-patch+json", value.to_string())
    }

    /// Sends it without holding the answer against the OpenAPI document: for thousands, and for what the document does not
    /// know.
    pub(crate) async fn send_unchecked(self) -> reqwest::Response {
        self.builder.send().await.expect("an answer")
    }

    /// Sends it. The answer must be one that the OpenAPI document knows.
    pub(crate) async fn send(self) -> Answer {
        let asked = format!("{} {}", self.method, self.target);
        let response = self.builder.send().await.unwrap_or_else(|error| panic!("{asked}: {error:?}"));
        Answer::read(self.method, self.target, self.base, response).await
    }
}
