//! Verifying results on the command line, far from the service: a file is all that it takes.

use std::fs::File;
use std::io::{Read as _, stdin};
use std::path::{Path, PathBuf};

use clap::Args;

use super::verification::{Known, RankedSubject, Verification, read_json, verify};
use crate::database::types::keyword;
use crate::error::{Error, Result};

/// Bytes of the largest file that is looked at.
const LARGEST: u64 = 256 * 1024 * 1024;

/// What is to be verified.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// The proof as it was downloaded; `-` reads it from the standard input
    file: PathBuf,
    /// The service's published keys, from `/.well-known/jwks.json` or a copy from the time of the publication: the proof
    /// has to be signed with one of them
    #[arg(long)]
    jwks: Option<PathBuf>,
    /// The commitment that was noted when the jury closed, from `/v1/editions/{year}/deliberations`: the scores have to
    /// be those that it seals
    #[arg(long, value_name = "HASH")]
    commitment: Option<String>,
}

/// Verifies a proof and prints each check and the recomputed ranking.
pub fn run(arguments: &VerifyArguments) -> Result<()> {
    let jwks =
        match &arguments.jwks {
            Some(path) => Some(read_json(&text(path)?).map_err(|error| {
                Error::configuration(format!("{} holds no keys: {error}", path.display()))
            })?),
            None => None,
        };
    let known = Known { jwks: jwks.as_ref(), commitment: arguments.commitment.as_deref() };
    let verification = verify(&text(&arguments.file)?, known);
    print!("{}", report(&verification));
    if verification.holds() { Ok(()) } else { Err(Error::configuration("the proof does not hold")) }
}

fn text(path: &Path) -> Result<String> {
    let failed =
        |cause: std::io::Error| Error::configuration(format!("{} cannot be read: {cause}", path.display()));
    let mut text = String::new();
    if path == Path::new("-") {
        stdin().take(LARGEST).read_to_string(&mut text).map_err(failed)?;
    } else {
        File::open(path).map_err(failed)?.take(LARGEST).read_to_string(&mut text).map_err(failed)?;
    }
    Ok(text)
}

/// A line for each check, then the ranking.
fn report(verification: &Verification) -> String {
    let mut report = String::new();
    for check in &verification.checks {
        let (word, found) = match &check.finding {
            Ok(found) => ("ok", found),
            Err(fault) => ("FAILED", fault),
        };
        report.push_str(&format!("{word:<8}{}: {found}\n", check.name));
    }
    if !verification.ranking.is_empty() {
        report.push_str("\nrank  result  sheets  standing               nomination\n");
    }
    verification.ranking.iter().for_each(|ranked| report.push_str(&line(ranked)));
    report
}

fn line(RankedSubject { place, name }: &RankedSubject) -> String {
    let rank = place.rank.map_or_else(|| "—".to_owned(), |rank| rank.to_string());
    let result = place.result_hundredths.map_or_else(|| "—".to_owned(), hundredths);
    let tie_break = place.tie_break.map(|tie_break| format!(" (level; by {})", keyword(&tie_break)));
    let (sheets, standing) = (place.evaluations, keyword(&place.standing));
    format!(
        "{rank:>4}  {result:>6}  {sheets:>6}  {standing:<21}  {name}{}  {}\n",
        tie_break.unwrap_or_default(),
        place.nomination_id
    )
}

/// Hundredths as points: `7825` is 78.25.
fn hundredths(result: i64) -> String {
    format!("{}.{:02}", result / 100, result % 100)
}
