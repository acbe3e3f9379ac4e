//! Signing keys on the command line: the operator lists, rotates and revokes them.

use clap::Subcommand;
use serde_json::json;

use super::encryption_key::EncryptionKey;
use super::model::SigningKeyRecord;
use super::queries;
use crate::audit::Actor;
use crate::config::Config;
use crate::database::Database;
use crate::error::Result;

/// What the operator does with signing keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// List all keys: the one that signs, the next one, the retired ones
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Let the next key sign and make a new next one; tokens that are out stay good
    Rotate {
        /// Even when the next key has been published for less than 15 minutes
        #[arg(long)]
        now: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete a key that others may have; its tokens end at once
    Revoke {
        /// Name (kid) of the key
        #[arg(allow_hyphen_values = true)]
        kid: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Replace all keys when the encryption key is lost or changed; all tokens end at once
    Renew {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs a command and prints the keys as they are then.
pub fn run(command: KeyCommand, config: &Config, database: &Database) -> Result<()> {
    let encryption_key = || EncryptionKey::load(config);
    let json = match command {
        KeyCommand::List { json } => json,
        KeyCommand::Rotate { now, json } => {
            let key = encryption_key()?;
            database
                .write_blocking(|connection| queries::rotate(connection, &Actor::operator(), &key, now))?;
            json
        }
        KeyCommand::Revoke { kid, json } => {
            let key = encryption_key()?;
            database
                .write_blocking(|connection| queries::revoke(connection, &Actor::operator(), &key, &kid))?;
            json
        }
        KeyCommand::Renew { json } => {
            let key = encryption_key()?;
            database.write_blocking(|connection| queries::renew(connection, &Actor::operator(), &key))?;
            json
        }
    };
    print(database, json)
}

fn print(database: &Database, json: bool) -> Result<()> {
    let rows = database.read_blocking(queries::list)?;
    let keys: Vec<_> = rows.into_iter().map(SigningKeyRecord::from).collect();
    if json {
        println!("{}", json!({ "items": keys }));
        return Ok(());
    }
    for key in keys {
        let since = key.retired_at.or(key.activated_at).unwrap_or(key.created_at);
        println!("{}  {}  since {since}", key.kid, key.status);
    }
    Ok(())
}
