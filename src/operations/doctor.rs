//! `nasij doctor`: whether everything is as a service needs it, and what to do about what is not. It changes no record;
//! what waits in the audit trail is sealed, as by any verification.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use futures_util::TryStreamExt as _;
use serde::Serialize;
use serde_json::json;

use crate::access::{EncryptionKey, IdentityProviders, keys};
use crate::app;
use crate::audit::chain::verification::{Noted, verify};
use crate::backup::daily;
use crate::config::Config;
use crate::database::types::UtcTime;
use crate::database::{Database, migrations, server};
use crate::error::{Error, Result};
use crate::http::tls;
use crate::object_storage::ObjectStorage;

/// So much room a service should have, in bytes, and in hundredths of the disk.
const LITTLE_ROOM: u64 = 1024 * 1024 * 1024;
const LITTLE_SHARE: u64 = 10;
/// How far clocks may be apart, in seconds.
const CLOCK_DRIFT: i64 = 2;
/// A daily backup is late after this, in seconds.
const LATE_BACKUP: i64 = 26 * 60 * 60;

/// What is looked at.
#[derive(Debug, Args)]
pub struct DoctorArguments {
    /// Leave out the walk through the whole audit chain, which takes long in a large database
    #[arg(long)]
    quick: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Well,
    /// It works, and may not for long, or not as meant.
    Doubtful,
    Bad,
}

/// What was found.
#[derive(Debug, Serialize)]
struct Finding {
    subject: &'static str,
    state: State,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_do: Option<String>,
}

impl Finding {
    fn well(subject: &'static str, found: impl Into<String>) -> Self {
        Self { subject, state: State::Well, found: found.into(), to_do: None }
    }

    fn doubtful(subject: &'static str, found: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { subject, state: State::Doubtful, found: found.into(), to_do: Some(to_do.into()) }
    }

    fn bad(subject: &'static str, found: impl ToString, to_do: impl Into<String>) -> Self {
        Self { subject, state: State::Bad, found: found.to_string(), to_do: Some(to_do.into()) }
    }
}

/// Looks at everything and prints what was found. Ends with 0 when nothing is bad, else with 1.
pub fn run(config: &Config, arguments: &DoctorArguments) -> ExitCode {
    let findings = examine(config, arguments.quick);
    let is_bad = findings.iter().any(|finding| finding.state == State::Bad);
    if arguments.json {
        println!("{}", json!({"well": !is_bad, "findings": findings}));
    } else {
        findings.iter().for_each(tell);
    }
    if is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn tell(finding: &Finding) {
    let mark = match finding.state {
        State::Well => "ok  ",
        State::Doubtful => "look",
        State::Bad => "BAD ",
    };
    println!("{mark} {}: {}", finding.subject, finding.found);
    if let Some(to_do) = &finding.to_do {
        println!("     {to_do}");
    }
}

fn examine(config: &Config, quick: bool) -> Vec<Finding> {
    let mut findings = vec![address(config), proxies(config), data_directory(config)];
    findings.extend(disk(&config.data_dir));
    findings.push(certificate(config));
    match app::open_existing_database(config) {
        Ok(database) => findings.extend(in_the_database(config, &database, quick)),
        Err(error) => findings.push(Finding::bad(
            "database",
            error,
            "correct DATABASE_URL or NASIJ_DATA_DIR, or restore a backup; only where there never was one, start the service",
        )),
    }
    if config.data_dir.exists() {
        findings.extend(beside_the_database(config));
    }
    findings.push(match config.backup_directory.as_deref() {
        Some(directory) => backups(directory),
        None => Finding::doubtful(
            "backups",
            "none is made every day by the service",
            "set NASIJ_BACKUP_DIRECTORY, or let a timer run `nasij backup`",
        ),
    });
    findings
}

fn address(config: &Config) -> Finding {
    match config.public_url.as_str() {
        "" => Finding::doubtful(
            "public URL",
            format!("none; clients are told {}", config.bind),
            "set NASIJ_PUBLIC_URL to the address that clients use",
        ),
        url if url.starts_with("https://") => Finding::well("public URL", url),
        url => Finding::doubtful(
            "public URL",
            url,
            "serve it over https: tokens and passwords are read on the way",
        ),
    }
}

fn proxies(config: &Config) -> Finding {
    let is_behind_one = config.public_url.starts_with("https://") && config.tls_certificate_file.is_none();
    match config.trusted_proxies.is_empty() {
        true if is_behind_one => Finding::doubtful(
            "proxies",
            "a proxy speaks https for the service, and none is trusted: all clients share one limit",
            "set NASIJ_TRUSTED_PROXIES to its address",
        ),
        true => Finding::well("proxies", "none is trusted"),
        false => Finding::well("proxies", "X-Forwarded-For is believed of those that are configured"),
    }
}

fn data_directory(config: &Config) -> Finding {
    let folder = &config.data_dir;
    let subject = "data directory";
    let Ok(found) = folder.metadata() else {
        return Finding::bad(
            subject,
            format!("{} is not there", folder.display()),
            "the first `nasij serve` makes it",
        );
    };
    if let Err(cause) = tempfile::tempfile_in(folder) {
        let owner = rustix::process::geteuid().as_raw();
        return Finding::bad(subject, cause, format!("let user {owner} own {}", folder.display()));
    }
    match found.permissions().mode() & 0o777 {
        0o700 => Finding::well(subject, folder.display().to_string()),
        mode => Finding::doubtful(
            subject,
            format!("{} is open to others (mode {mode:o})", folder.display()),
            format!("chmod 700 {}", folder.display()),
        ),
    }
}

fn disk(folder: &Path) -> Option<Finding> {
    let found = rustix::fs::statvfs(folder).ok()?;
    let (free, all) = (found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize);
    let told = format!("{} MB of {} MB are free", free / 1_000_000, all / 1_000_000);
    let is_little = free < LITTLE_ROOM || free < all / 100 * LITTLE_SHARE;
    Some(if is_little {
        Finding::doubtful("disk", told, "make room: a full disk turns writes into 503")
    } else {
        Finding::well("disk", told)
    })
}

fn certificate(config: &Config) -> Finding {
    match tls::days_left(config) {
        Ok(None) => Finding::well("certificate", "none: the service speaks plain HTTP"),
        Ok(Some(days)) if days < tls::EARLY_DAYS => {
            Finding::doubtful("certificate", format!("expires in {days} days"), "renew it")
        }
        Ok(Some(days)) => Finding::well("certificate", format!("good for {days} days")),
        Err(error) => {
            Finding::bad("certificate", error, "correct NASIJ_TLS_CERTIFICATE_FILE and NASIJ_TLS_KEY_FILE")
        }
    }
}

fn in_the_database(config: &Config, database: &Database, quick: bool) -> Vec<Finding> {
    let mut findings = vec![version(database), schema(database)];
    findings.push(match database.check_writable() {
        Ok(()) => Finding::well("writing", "possible"),
        Err(error) => Finding::bad("writing", error, "docs/operations.md, When the database is away"),
    });
    findings.push(clock(database));
    findings.push(match keys_open(config, database) {
        Ok(()) => Finding::well("signing keys", "open with the encryption key"),
        Err(error) => Finding::bad("signing keys", error, "docs/operations.md, The encryption key"),
    });
    if !quick {
        findings.push(audit_chain(database));
    }
    findings
}

fn version(database: &Database) -> Finding {
    match database.read_blocking(server::version) {
        Ok(told) => Finding::well("database", told),
        Err(error) => Finding::bad("database", error, "look into its log"),
    }
}

fn schema(database: &Database) -> Finding {
    let looked = database.read_blocking(|connection| {
        migrations::check(connection)?;
        server::check_rights(connection)?;
        migrations::are_done(connection)
    });
    match looked {
        Ok(true) => Finding::well("migrations", format!("at release {}", env!("CARGO_PKG_VERSION"))),
        Ok(false) => {
            Finding::doubtful("migrations", "some are pending", "run `nasij migrate`, or start the service")
        }
        Err(error) => Finding::bad("migrations", error, "docs/operations.md, Upgrades"),
    }
}

fn clock(database: &Database) -> Finding {
    let now = UtcTime::now().unix_seconds();
    match database.read_blocking(|connection| server::seconds_ahead(connection, now)) {
        Ok(seconds) if seconds.abs() > CLOCK_DRIFT => Finding::doubtful(
            "clock",
            format!("the database is {seconds} seconds ahead"),
            "let both be set by NTP: tokens live for minutes",
        ),
        Ok(_) => Finding::well("clock", "agrees with the database"),
        Err(error) => Finding::bad("clock", error, "look into the log of the database"),
    }
}

fn keys_open(config: &Config, database: &Database) -> Result<()> {
    if EncryptionKey::would_be_made(config) {
        return Err(Error::configuration(
            "the encryption key is not in the data directory, nor is one configured",
        ));
    }
    let key = EncryptionKey::load(config)?;
    database.read_blocking(|connection| keys::check(connection, &key))
}

fn audit_chain(database: &Database) -> Finding {
    match verify(database, &Noted { hash: None, after: None }) {
        Ok(seen) => match seen.fault {
            None => Finding::well("audit chain", format!("intact, {} events", seen.verified)),
            Some(fault) => Finding::bad("audit chain", fault, "docs/operations.md, Audit trail"),
        },
        Err(error) => Finding::bad("audit chain", error, "`nasij audit verify`"),
    }
}

/// The bucket and the identity providers.
fn beside_the_database(config: &Config) -> Vec<Finding> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return Vec::new() };
    runtime.block_on(async {
        let mut findings = vec![match objects(config).await {
            Ok(()) => Finding::well("documents", "the store answers"),
            Err(error) => Finding::bad("documents", error, "docs/operations.md, Documents"),
        }];
        match IdentityProviders::configured(config) {
            Ok(providers) => {
                findings.extend(providers.ask().await.into_iter().map(|(issuer, asked)| match asked {
                    Ok(()) => Finding::well("identity provider", issuer),
                    Err(fault) => Finding::doubtful(
                        "identity provider",
                        format!("{issuer}: {fault}"),
                        "its tokens are good for 24 hours with the keys that were fetched last",
                    ),
                }))
            }
            Err(error) => {
                findings.push(Finding::bad(
                    "identity provider",
                    error,
                    "correct NASIJ_IDENTITY_PROVIDERS_FILE",
                ));
            }
        }
        findings
    })
}

async fn objects(config: &Config) -> Result<()> {
    let listed = ObjectStorage::configured(config)?.put_before("sha256", UtcTime::now(), 1);
    std::pin::pin!(listed).try_next().await.map(drop)
}

fn backups(directory: &Path) -> Finding {
    let late = UtcTime::now().plus_seconds(-LATE_BACKUP);
    match daily::newest(directory) {
        Ok(Some(made_at)) if made_at > late => {
            Finding::well("backups", format!("the newest is of {made_at}"))
        }
        Ok(Some(made_at)) => Finding::bad(
            "backups",
            format!("the newest is of {made_at}"),
            "look for `daily backup` in the log",
        ),
        Ok(None) => Finding::bad("backups", "there is none", "run `nasij backup`"),
        Err(error) => {
            Finding::bad("backups", Error::to_string(&error), "let the service write NASIJ_BACKUP_DIRECTORY")
        }
    }
}
