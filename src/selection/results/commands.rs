//! Verifying results on the command line, far from the service: a file is all that it takes.

use std::fs::File;
use std::io::{Read as _, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::verification::{Assurance, Check, Known, RankedSubject, Verdict, Verification, verify};
use crate::database::types::keyword;
use crate::error::{Error, Result};
use crate::selection::institution_keys::jwk::InstitutionJwk;
use crate::selection::institution_keys::public_files;

/// Bytes of the largest file that is looked at.
const LARGEST: u64 = 256 * 1024 * 1024;

/// How the command ends when it cannot try: as for arguments that are wrong.
const NOT_TRIED: u8 = 2;

/// What is to be verified, and what whoever verifies knows from elsewhere.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// The proof as it was downloaded; `-` reads it from the standard input
    file: PathBuf,
    /// The keys of the service, kept since the publication or got from somebody who kept them, as a JWK set, a JWK or PEM;
    /// repeatable. Without them nothing is verified: keys that come with the proof, or from where it says, prove nothing
    #[arg(long, value_name = "FILE")]
    jwks: Vec<PathBuf>,
    /// The service that has to be the issuer, by its public URL
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// The ministry's key, as the ministry itself has published it, as PEM, a JWK or a JWK set; repeatable. It has to have
    /// signed with one of them
    #[arg(long, value_name = "FILE")]
    ministry_key: Vec<PathBuf>,
    /// As --ministry-key, of ICSO
    #[arg(long, value_name = "FILE")]
    icso_key: Vec<PathBuf>,
    /// The commitment that was noted when the jury closed, from `/v1/editions/{year}/deliberations`: the scores have to
    /// be those that it seals
    #[arg(long, value_name = "HASH")]
    commitment: Option<String>,
}

/// Verifies a proof and prints each check, the recomputed ranking and, last, the verdict.
pub fn run(arguments: &VerifyArguments) -> ExitCode {
    let verification = match verification(arguments) {
        Ok(verification) => verification,
        Err(error) => {
            eprintln!("nasij: {error}");
            return ExitCode::from(NOT_TRIED);
        }
    };
    print!("{}", report(&verification));
    match verification.verdict() {
        Verdict::Verified => ExitCode::SUCCESS,
        Verdict::NotVerified => {
            eprintln!("nasij: the proof is not verified: nothing that you know says whose it is");
            ExitCode::from(3)
        }
        Verdict::Broken => {
            eprintln!("nasij: the proof does not hold");
            ExitCode::from(1)
        }
    }
}

fn verification(arguments: &VerifyArguments) -> Result<Verification> {
    let service_keys = keys(&arguments.jwks)?;
    let jwks = json!({ "keys": service_keys });
    let (ministry_keys, icso_keys) = (keys(&arguments.ministry_key)?, keys(&arguments.icso_key)?);
    let known = Known {
        jwks: (!service_keys.is_empty()).then_some(&jwks),
        issuer: arguments.issuer.as_deref(),
        ministry_keys: &ministry_keys,
        icso_keys: &icso_keys,
        commitment: arguments.commitment.as_deref(),
    };
    Ok(verify(&text(&arguments.file)?, known))
}

/// The keys of all these files, each of which has to hold some.
fn keys(paths: &[PathBuf]) -> Result<Vec<InstitutionJwk>> {
    let mut keys = Vec::new();
    for path in paths {
        let unfit = |fault| Error::configuration(format!("{}: {fault}", path.display()));
        keys.extend(public_files::keys(&text(path)?).map_err(unfit)?);
    }
    Ok(keys)
}

/// The text of a file, or of the standard input.
pub fn text(path: &Path) -> Result<String> {
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

/// A line for each check, then the ranking, then the verdict.
fn report(verification: &Verification) -> String {
    let mut report = String::new();
    for check in &verification.checks {
        let (word, found) = match (&check.finding, check.assurance) {
            (Err(fault), _) => ("FAILED", fault),
            (Ok(found), Assurance::Shown) => ("ok", found),
            (Ok(found), Assurance::Claimed) => ("claimed", found),
            (Ok(found), Assurance::Open) => ("open", found),
        };
        report.push_str(&format!("{word:<8}{}: {found}\n", check.name));
    }
    if !verification.ranking.is_empty() {
        report.push_str("\nrank  result  sheets  standing               nomination\n");
    }
    verification.ranking.iter().for_each(|ranked| report.push_str(&line(ranked)));
    report + &format!("\n{}\n", verdict(verification))
}

/// One line that cannot be mistaken.
fn verdict(verification: &Verification) -> String {
    let named = |wanted: fn(&Check) -> bool| {
        let names = verification.checks.iter().filter(|check| wanted(check)).map(|check| check.name);
        names.collect::<Vec<_>>().join(", ")
    };
    match verification.verdict() {
        Verdict::Verified => {
            let claimed = named(|check| check.assurance == Assurance::Claimed);
            let beside = if claimed.is_empty() {
                String::new()
            } else {
                format!(" Taken from the service, for you gave nothing to compare: {claimed}.")
            };
            format!("VERIFIED: everything holds, and it is signed with a key that you gave.{beside}")
        }
        Verdict::NotVerified => format!(
            "NOT VERIFIED: it fits together, but that a forgery does too. Open: {}. Where to get the keys is told by the \
             page \"Verifying a result\", never by the file.",
            named(|check| check.assurance == Assurance::Open)
        ),
        Verdict::Broken => {
            format!("BROKEN: this proves nothing. Failed: {}.", named(|check| check.finding.is_err()))
        }
    }
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
