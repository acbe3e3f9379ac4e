//! Accounts on the command line: the operator makes, lists, disables and enables them and changes their secrets.

use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;

use clap::{Args, Subcommand};
use serde_json::json;

use super::accounts::{self, Account, AccountKind, AccountStatus, ClientSecret, NewAccount};
use super::scopes::{Role, Scope};
use crate::audit::Actor;
use crate::database::Database;
use crate::database::types::Id;
use crate::error::{Code, Error, Place, Result, Violation};
use crate::language::Language;

/// What the operator does with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Create an account and show its credentials, this once
    Create(CreateArguments),
    /// List all accounts
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Disable an account; its tokens end at once
    Disable {
        /// Identifier (client_id) of the account
        id: Id,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Let a disabled account be used again; the tokens that it had stay dead
    Enable {
        /// Identifier (client_id) of the account
        id: Id,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Give an account a new secret and show it, this once
    RotateSecret {
        /// Identifier (client_id) of the account
        id: Id,
        /// Hours for which the old secrets stay good; with 0 they and all tokens end at once
        #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=8760))]
        keep_old_hours: u32,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// What a new account is to be.
#[derive(Debug, Args)]
pub struct CreateArguments {
    /// Name of the person or system
    #[arg(long)]
    name: String,
    /// Whether a person or a system has it [default: a system when the role is integration]
    #[arg(long, value_enum)]
    kind: Option<AccountKind>,
    /// Role, repeatable
    #[arg(long = "role", value_enum, required = true)]
    roles: Vec<Role>,
    /// Scope, repeatable [default: those of the roles; an integration needs at least one]
    #[arg(long = "scope")]
    scopes: Vec<Scope>,
    /// City that it belongs to, by code or slug; a city_representative speaks for it
    #[arg(long)]
    city: Option<String>,
    /// Association that it belongs to, by identifier; an association_representative speaks for it
    #[arg(long)]
    association: Option<Id>,
    /// Organisation that it belongs to
    #[arg(long)]
    organisation: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs a command and prints its result.
pub fn run(command: AccountCommand, database: &Database) -> Result<()> {
    match command {
        AccountCommand::Create(arguments) => create(arguments, database),
        AccountCommand::List { json } => list(json, database),
        AccountCommand::Disable { id, json } => set_status(id, AccountStatus::Disabled, json, database),
        AccountCommand::Enable { id, json } => set_status(id, AccountStatus::Active, json, database),
        AccountCommand::RotateSecret { id, keep_old_hours, json } => {
            rotate(id, keep_old_hours, json, database)
        }
    }
}

fn create(arguments: CreateArguments, database: &Database) -> Result<()> {
    let new = NewAccount {
        name: arguments.name,
        kind: arguments.kind,
        roles: arguments.roles,
        scopes: arguments.scopes,
        city: arguments.city,
        association_id: arguments.association,
        organisation: arguments.organisation,
    };
    database
        .write_blocking(|connection| {
            let (account, secret) = accounts::create(connection, &Actor::operator(), &new)?;
            print_credentials(&account, &secret, arguments.json)
        })
        .map_err(|error| refused(&new, error))
}

fn list(json: bool, database: &Database) -> Result<()> {
    let accounts = database.read_blocking(accounts::all)?;
    if json {
        println!("{}", json!({ "items": accounts }));
        return Ok(());
    }
    for account in accounts {
        println!("{}", line(&account));
    }
    Ok(())
}

fn set_status(id: Id, status: AccountStatus, json: bool, database: &Database) -> Result<()> {
    let account = database
        .write_blocking(|connection| accounts::set_status(connection, &Actor::operator(), id, status))
        .map_err(unknown(id))?;
    if json {
        println!("{}", json!(account));
    } else {
        println!("{}", line(&account));
    }
    Ok(())
}

fn rotate(id: Id, keep_old_hours: u32, json: bool, database: &Database) -> Result<()> {
    database
        .write_blocking(|connection| {
            let (account, secret) =
                accounts::rotate_secret(connection, &Actor::operator(), id, keep_old_hours)?;
            print_credentials(&account, &secret, json)
        })
        .map_err(unknown(id))
}

/// Shows a new secret, this once. What cannot be shown is not made.
fn print_credentials(account: &Account, secret: &ClientSecret, json: bool) -> Result<()> {
    let (id, secret) = (account.id, secret.reveal());
    let text = match json {
        true => format!("{}\n", json!({ "client_id": id, "client_secret": secret })),
        false => format!("client_id: {id}\nclient_secret: {secret}\n"),
    };
    show_once(&text).map_err(|cause| {
        Error::configuration(format!("the credential could not be shown, so nothing was changed: {cause}"))
    })
}

/// Writes what is shown this once to standard output.
///
/// # Errors
/// When nobody gets to see it: the output is full, closed, or leads nowhere.
pub fn show_once(text: &str) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    // A closed standard output is this, too: what is written there nobody reads.
    let nowhere = std::fs::metadata("/dev/null")?.rdev();
    if rustix::fs::fstat(&output)?.st_rdev == nowhere {
        return Err(std::io::Error::other("standard output leads nowhere"));
    }
    output.write_all(text.as_bytes())?;
    output.flush()
}

fn line(account: &Account) -> String {
    let state = if account.disabled_at.is_some() { "disabled" } else { "active" };
    let subject = account.city_code.clone().or_else(|| account.association_id.map(|id| id.to_string()));
    let subject = subject.map(|subject| format!(" of {subject}")).unwrap_or_default();
    let fault = accounts::apart(&account.roles);
    let fault = fault.map(|(role, other)| format!("  no tokens: {role} and {other} do not go together"));
    format!(
        "{}  {state}  {}{subject}  {}  [{}]{}",
        account.id,
        words(&account.roles),
        account.name,
        Scope::join(&account.scopes),
        fault.unwrap_or_default()
    )
}

/// An unknown account, as a sentence for the operator.
fn unknown(id: Id) -> impl Fn(Error) -> Error {
    move |error| match error.code {
        Code::NotFound => Error::configuration(format!("there is no account {id}")),
        _ => error,
    }
}

/// A refused account, as a sentence that repeats what was given.
fn refused(new: &NewAccount, error: Error) -> Error {
    let given = json!(new.input());
    let sentence = |violation: &Violation| {
        let Place::Body(pointer) = &violation.place else { return violation.reason.text(Language::En) };
        let value = given.pointer(pointer).map(|value| format!(" {value}")).unwrap_or_default();
        format!("{}{value}: {}", pointer.trim_start_matches('/'), violation.reason.text(Language::En))
    };
    match error.violations.as_slice() {
        [] => error,
        violations => Error::configuration(violations.iter().map(sentence).collect::<Vec<_>>().join("; ")),
    }
}

fn words(roles: &[Role]) -> String {
    roles.iter().map(Role::to_string).collect::<Vec<_>>().join(", ")
}
