//! The command line of Nasij.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use nasij::access::commands::{self, AccountCommand};
use nasij::access::keys::{self, commands::KeyCommand};
use nasij::access::{Account, ClientSecret};
use nasij::app;
use nasij::audit::commands::{self as audit, AuditCommand};
use nasij::backup::commands as backup;
use nasij::config::Config;
use nasij::database::migrations;
use nasij::error::{Error, Result};
use nasij::examination::command as examination;
use nasij::exports;
use nasij::http::tls;
use nasij::imports;
use nasij::logging;
use nasij::operations::doctor;
use nasij::selection::institution_keys::commands as institution_keys;
use nasij::selection::results::commands as results;
use nasij::selection::state_diagrams;

/// Of the memory that a burst of requests takes, the allocator of the system keeps what each thread had.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Nasij: the public API of the Capital of Moroccan civil society.
#[derive(Parser)]
#[command(version, about)]
struct CommandLine {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Migrate, load the reference data and serve the API (the default)
    Serve,
    /// Migrate and load the reference data, then end
    Migrate,
    /// Make a backup of database and documents, while the service runs
    Backup(backup::BackupArguments),
    /// Restore a backup into an empty place
    Restore(backup::RestoreArguments),
    /// Manage the accounts of people and systems
    #[command(subcommand)]
    Account(AccountCommand),
    /// Rotate and revoke the keys that sign access tokens and proofs
    #[command(subcommand)]
    Keys(KeyCommand),
    /// Verify the audit trail. Ends with 0 when it is intact, with 1 when it is broken, and with 2 when that cannot be told
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Verify the proof of a published result, without a service or a database. Ends with 0 when it is verified with keys
    /// that you gave, with 1 when it is broken, with 3 when nobody knows whose it is, and with 2 when it cannot be tried
    VerifyResult(results::VerifyArguments),
    /// Sign a designation with a key of the ministry or of ICSO, without a service or a database
    SignDesignation(institution_keys::SignArguments),
    /// Print the public part of a key, to be registered and to be published
    InstitutionKey(institution_keys::KeyArguments),
    /// Import associations from a CSV, NDJSON or XLSX file of another register; ends with 1 when rows were refused
    Import(imports::ImportArguments),
    /// Export a list as a CSV, NDJSON, XLSX or GeoJSON file
    Export(exports::ExportArguments),
    /// Print who may do what, as a Markdown page
    Authorization,
    /// Print the states of everything that has some, as a Markdown page with diagrams
    StateDiagrams,
    /// Print the OpenAPI document
    Openapi,
    /// Say what is wrong with the file that comes in: the service runs this for each document
    #[command(hide = true)]
    Examine(examination::ExamineArguments),
    /// Look whether everything is as a service needs it, and say what to do; ends with 1 when something is bad
    Doctor(doctor::DoctorArguments),
    /// Ask the running service whether it is ready
    Health,
}

/// Ends as a signal would when nobody reads the output any more (`| head`): `println!` panics then.
fn end_without_reader() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| match panic.payload_as_str() {
        Some(told) if told.starts_with("failed printing to stdout") => std::process::exit(128 + 13),
        _ => tell(panic),
    }));
}

fn main() -> ExitCode {
    end_without_reader();
    let CommandLine { config, command } = CommandLine::parse();
    // What the service makes holds internal records and keys: nobody else reads it.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let log = logging::start(&config.log);
    let code = run(config, command.unwrap_or(Command::Serve));
    drop(log);
    code
}

fn run(config: Config, command: Command) -> ExitCode {
    let result = match command {
        Command::Serve => serve(config),
        Command::Migrate => migrate(&config),
        Command::Backup(arguments) => {
            app::open_existing_database(&config).and_then(|_| backup::back_up(&config, &arguments))
        }
        Command::Restore(arguments) => {
            app::claim_database(&config).and_then(|()| backup::restore(&config, &arguments))
        }
        Command::Account(command) => existing(&config).and_then(|database| commands::run(command, &database)),
        Command::Keys(command) => {
            existing(&config).and_then(|database| keys::commands::run(command, &config, &database))
        }
        Command::Import(arguments) => {
            existing(&config).and_then(|database| imports::import(&database, app::REFERENCES, &arguments))
        }
        Command::Export(arguments) => {
            existing(&config).and_then(|database| exports::export(&database, &arguments))
        }
        Command::Audit(command) => return audit::run(command, existing(&config)),
        Command::VerifyResult(arguments) => return results::run(&arguments),
        Command::SignDesignation(arguments) => institution_keys::sign(&arguments),
        Command::InstitutionKey(arguments) => institution_keys::show(&arguments),
        Command::Authorization => print_authorization(),
        Command::StateDiagrams => print_state_diagrams(),
        Command::Openapi => print_openapi(),
        Command::Examine(arguments) => examination::run(&arguments),
        Command::Doctor(arguments) => return doctor::run(&config, &arguments),
        Command::Health => health(&config),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("nasij: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(config: Config) -> Result<()> {
    app::claim_database(&config)?;
    let system = actix_web::rt::System::new();
    let stopped = system.block_on(async {
        let scheme = config.scheme();
        let service = app::start(config, show_first_account)?;
        let address = format!("{scheme}://{}", service.address);
        let server = actix_web::rt::spawn(service.server);
        // From its first turn on the server listens to signals: only then is it announced.
        tokio::task::yield_now().await;
        println!("Nasij serves on {address} (explorer: {address}/docs/)");
        std::io::stdout().flush().map_err(Error::internal)?;
        let ended = server.await.map_err(Error::internal)?.map_err(Error::internal);
        service.imports.stop();
        ended
    });
    // Requests have had their time. A thread that still waits for a database which hangs is not waited for.
    std::mem::forget(system);
    stopped
}

/// Shows the credential of the first administrator, this once.
fn show_first_account(account: &Account, secret: &ClientSecret) -> std::io::Result<()> {
    commands::show_once(&format!(
        "The first start made an administrator. Its secret is shown this once:\nclient_id: {}\nclient_secret: {}\n",
        account.id,
        secret.reveal()
    ))
}

/// Opens a database that is there and at this release: a look at an older one does not end the way back.
fn existing(config: &Config) -> Result<nasij::database::Database> {
    let database = app::open_existing_database(config)?;
    database.read_blocking(migrations::check)?;
    match database.read_blocking(migrations::are_done)? {
        true => Ok(database),
        false => Err(Error::configuration(
            "the database is at an earlier release: `nasij migrate` brings it to this one, and there is no way back but a backup",
        )),
    }
}

fn up_to_date(config: &Config) -> Result<nasij::database::Database> {
    let database = app::open_database(config)?;
    app::bring_up_to_date(&database)?;
    Ok(database)
}

fn migrate(config: &Config) -> Result<()> {
    up_to_date(config)?;
    println!("The database is at this release.");
    Ok(())
}

fn print_authorization() -> Result<()> {
    print!("{}", nasij::access::policy::markdown());
    Ok(())
}

fn print_state_diagrams() -> Result<()> {
    print!("{}", state_diagrams::markdown());
    Ok(())
}

fn print_openapi() -> Result<()> {
    print!("{}", app::openapi_document()?.json);
    Ok(())
}

/// A plain request: enough for a health check, and no client to ship.
fn health(config: &Config) -> Result<()> {
    let unwell =
        |cause: std::io::Error| Error::configuration(format!("the service does not answer: {cause}"));
    let stream = TcpStream::connect(&config.bind).map_err(unwell)?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).map_err(unwell)?;
    let answered =
        if config.scheme() == "https" { status_line(tls::connect(stream)?) } else { status_line(stream) };
    if answered.map_err(unwell)?.ends_with(b" 200") {
        Ok(())
    } else {
        Err(Error::configuration("the service is not ready"))
    }
}

/// How the service begins its answer: `HTTP/1.1 200` when it is ready.
fn status_line(mut stream: impl Read + Write) -> std::io::Result<[u8; 12]> {
    stream.write_all(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut line = [0; 12];
    stream.read_exact(&mut line)?;
    Ok(line)
}
