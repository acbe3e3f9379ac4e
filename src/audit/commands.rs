//! The audit trail on the command line.

use clap::{Args, Subcommand};
use serde_json::json;

use super::chain::verification::{Noted, Verification, verify};
use crate::database::Database;
use crate::error::{Error, Result};

/// What the operator does with the audit trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Walk through the hash chain and report its head, or the first fault; ends with 1 when there is one
    Verify(VerifyArguments),
}

/// What is to be verified.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// Hash of a head that was noted earlier: the chain must still have it
    #[arg(long)]
    head: Option<String>,
    /// Sequence number of that head: only what came after it is verified
    #[arg(long, requires = "head", value_parser = clap::value_parser!(i64).range(0..))]
    after: Option<i64>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs a command and prints its result.
pub fn run(command: AuditCommand, database: &Database) -> Result<()> {
    let AuditCommand::Verify(VerifyArguments { head, after, json }) = command;
    let noted = Noted { hash: head.map(|hash| hash.to_lowercase()), after };
    let Verification { verified, head, fault, .. } = &verify(database, &noted)?;
    match fault {
        _ if json => {
            println!(
                "{}",
                json!({"intact": fault.is_none(), "verified": verified, "head": head, "fault": fault})
            );
        }
        Some(_) => {
            println!("broken after {verified} verified events (last good: {} {})", head.seq, head.hash)
        }
        None => println!("intact: {verified} events verified\nhead: {} {}", head.seq, head.hash),
    }
    match fault {
        Some(fault) => Err(Error::configuration(format!("the audit trail is broken: {fault}"))),
        None => Ok(()),
    }
}
