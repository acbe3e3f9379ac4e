//! The audit trail on the command line.

use std::fmt::Display;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::chain::verification::{Noted, Verification, verify};
use crate::database::Database;
use crate::error::Result;

/// What the operator does with the audit trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Walk through the hash chain and report its head, or the first fault; ends with 0 when it is intact, with 1 when it is broken, and with 2 when that cannot be told
    Verify(VerifyArguments),
}

/// What is to be verified.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// Hash of a head that was noted earlier: the chain must still have it
    #[arg(long, value_parser = hash)]
    head: Option<String>,
    /// Sequence number of that head: only what came after it is verified
    #[arg(long, requires = "head", value_parser = clap::value_parser!(i64).range(0..))]
    after: Option<i64>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A SHA-256 in hexadecimal digits; what was not copied as a whole is none.
fn hash(text: &str) -> std::result::Result<String, String> {
    let is_one = text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_one.then(|| text.to_lowercase()).ok_or_else(|| "a hash has 64 hexadecimal digits".to_owned())
}

/// How a command ends that could not verify anything.
const NOT_TRIED: u8 = 2;

/// Runs a command on the `database` that could be opened, prints its result, and says how the process ends.
pub fn run(command: AuditCommand, database: Result<Database>) -> ExitCode {
    let AuditCommand::Verify(VerifyArguments { head, after, json }) = command;
    let noted = Noted { hash: head, after };
    let not_tried = |why: &dyn Display| {
        eprintln!("nasij: the audit trail could not be verified: {why}");
        ExitCode::from(NOT_TRIED)
    };
    match database.and_then(|database| verify(&database, &noted)) {
        Ok(Verification { verified: 0, fault: None, .. }) if after.is_none() => not_tried(&"it is empty"),
        Ok(verification) => tell(&verification, json),
        Err(error) => not_tried(&error),
    }
}

fn tell(verification: &Verification, json: bool) -> ExitCode {
    let Verification { verified, head, fault, .. } = verification;
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
        Some(fault) => {
            eprintln!("nasij: the audit trail is broken: {fault}");
            ExitCode::FAILURE
        }
        None => ExitCode::SUCCESS,
    }
}
