//! Accounts on the command line: the operator makes, lists, disables them and changes their secrets.

use clap::{Args, Subcommand};
use serde_json::json;

use super::accounts::{self, Account, ClientSecret, NewAccount};
use super::scopes::{Role, Scope};
use crate::audit::Actor;
use crate::database::Database;
use crate::database::types::Id;
use crate::error::{Error, Result};

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
    /// Disable an account for good; its tokens end at once
    Disable {
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
    /// Role
    #[arg(long, value_enum)]
    role: Role,
    /// Scope, repeatable [default: those of the role; an integration needs at least one]
    #[arg(long = "scope")]
    scopes: Vec<Scope>,
    /// City of a city_representative, by code or slug
    #[arg(long)]
    city: Option<String>,
    /// Association of an association_representative, by identifier
    #[arg(long)]
    association: Option<Id>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs a command and prints its result.
pub fn run(command: AccountCommand, database: &Database) -> Result<()> {
    match command {
        AccountCommand::Create(arguments) => create(arguments, database),
        AccountCommand::List { json } => list(json, database),
        AccountCommand::Disable { id, json } => disable(id, json, database),
        AccountCommand::RotateSecret { id, keep_old_hours, json } => {
            rotate(id, keep_old_hours, json, database)
        }
    }
}

fn create(arguments: CreateArguments, database: &Database) -> Result<()> {
    let new = NewAccount {
        name: arguments.name,
        role: arguments.role,
        scopes: arguments.scopes,
        city: arguments.city,
        association_id: arguments.association,
    };
    let (account, secret) =
        database.write_blocking(|connection| accounts::create(connection, &Actor::operator(), &new))?;
    print_credentials(&account, &secret, arguments.json);
    Ok(())
}

fn list(json: bool, database: &Database) -> Result<()> {
    let accounts = database.read_blocking(accounts::list)?;
    if json {
        println!("{}", json!({ "items": accounts }));
        return Ok(());
    }
    for account in accounts {
        println!("{}", line(&account));
    }
    Ok(())
}

fn disable(id: Id, json: bool, database: &Database) -> Result<()> {
    let account = database
        .write_blocking(|connection| accounts::disable(connection, &Actor::operator(), id))
        .map_err(unknown(id))?;
    if json {
        println!("{}", json!(account));
    } else {
        println!("{}", line(&account));
    }
    Ok(())
}

fn rotate(id: Id, keep_old_hours: u32, json: bool, database: &Database) -> Result<()> {
    let (account, secret) = database
        .write_blocking(|connection| {
            accounts::rotate_secret(connection, &Actor::operator(), id, keep_old_hours)
        })
        .map_err(unknown(id))?;
    print_credentials(&account, &secret, json);
    Ok(())
}

/// Shows a new secret, this once.
fn print_credentials(account: &Account, secret: &ClientSecret, json: bool) {
    if json {
        println!("{}", json!({ "client_id": account.id, "client_secret": secret.reveal() }));
    } else {
        println!("client_id: {}\nclient_secret: {}", account.id, secret.reveal());
    }
}

fn line(account: &Account) -> String {
    let state = if account.disabled_at.is_some() { "disabled" } else { "active" };
    let subject = account.city_code.clone().or_else(|| account.association_id.map(|id| id.to_string()));
    let subject = subject.map(|subject| format!(" of {subject}")).unwrap_or_default();
    format!(
        "{}  {state}  {}{subject}  {}  [{}]",
        account.id,
        account.role,
        account.name,
        Scope::join(&account.scopes)
    )
}

/// An unknown account, as a sentence for the operator.
fn unknown(id: Id) -> impl Fn(Error) -> Error {
    move |error| match error.code {
        crate::error::Code::NotFound => Error::configuration(format!("there is no account {id}")),
        _ => error,
    }
}
