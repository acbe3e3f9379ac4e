//! Signing a designation, and showing the public part of a key, on the command line: on the officer's own machine, with
//! neither the service nor its database.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value as JsonValue, json};

use super::private_key::PrivateKey;
use super::public_files;
use super::signature::Statement;
use crate::database::types::{Id, keyword};
use crate::error::{Error, Result};
use crate::language::{Language, Text};
use crate::private_file;
use crate::selection::designations::decision::{Choice, Decision};
use crate::selection::designations::rules::{Institution, Status};
use crate::selection::results::commands::text;
use crate::selection::results::verification::read_json;

/// What is to be signed, and with what.
#[derive(Debug, Args)]
pub struct SignArguments {
    /// The designation as `GET /v1/editions/{year}/designations/{id}` answers, in all its languages; `-` reads it from the
    /// standard input
    file: PathBuf,
    /// File with the private key as PEM (PKCS #8), readable by its owner alone
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The institution to sign for
    #[arg(long, value_enum)]
    institution: Institution,
    /// Print the whole body of `POST …/signatures`, not the signature alone
    #[arg(long)]
    json: bool,
}

/// Whose public part is to be shown.
#[derive(Debug, Args)]
pub struct KeyArguments {
    /// File with the private key (PKCS #8) or the public one, as PEM
    file: PathBuf,
}

/// Signs a designation: prints the detached JWS, and before it, to the standard error, what is signed.
pub fn sign(arguments: &SignArguments) -> Result<()> {
    let key = read_key(&arguments.key)?;
    let designation = text(&arguments.file)?;
    let proposal = Proposal::read(&designation)
        .map_err(|fault| Error::configuration(format!("{}: {fault}", arguments.file.display())))?;
    let statement = proposal.statement(arguments.institution);
    eprint!("{}", proposal.in_words(arguments.institution, &key.jwk().kid));
    let signature = key.sign(&statement)?;
    if arguments.json {
        println!("{}", json!({"digest": statement.digest, "jws": signature.jws}));
    } else {
        println!("{}", signature.jws);
    }
    Ok(())
}

/// Prints the public part of a key as a JWK; its thumbprint is its `kid`.
pub fn show(arguments: &KeyArguments) -> Result<()> {
    let content = text(&arguments.file)?;
    let jwk = if content.contains("PRIVATE KEY-----") {
        read_key(&arguments.file)?.jwk().clone()
    } else {
        let unfit = |fault| Error::configuration(format!("{}: {fault}", arguments.file.display()));
        public_files::keys(&content).map_err(unfit)?.swap_remove(0)
    };
    println!("{}", json!(jwk));
    Ok(())
}

fn read_key(path: &std::path::Path) -> Result<PrivateKey> {
    let pem = private_file::read("the private key", "--key", path)?;
    PrivateKey::of_pem(&pem).map_err(|error| Error::configuration(format!("{}: {error}", path.display())))
}

/// A designation that waits for signatures, as far as it is signed.
struct Proposal {
    id: Id,
    decision: Decision,
}

impl Proposal {
    /// Reads what the service answers. The digest is not believed but calculated: what is read is what is signed.
    fn read(text: &str) -> Result<Self, String> {
        let value = read_json(text).map_err(|error| format!("it is no JSON: {error}"))?;
        let id = value["id"].as_str().and_then(|id| id.parse().ok()).ok_or("it is no designation")?;
        let decision: Decision = serde_json::from_value(decision_in(&value)).map_err(|error| {
            format!("it is no designation in all its languages (without `lang`): {error}")
        })?;
        if value["status"] != keyword(&Status::Proposed) {
            return Err(format!("it is {} and is not signed any more", value["status"]));
        }
        if value["digest"] != decision.digest() {
            return Err(
                "its digest is not that of the decision that stands there; nothing is signed".to_owned()
            );
        }
        Ok(Self { id, decision })
    }

    fn statement(&self, institution: Institution) -> Statement {
        Statement {
            designation_id: self.id,
            digest: self.decision.digest(),
            edition_year: self.decision.edition_year,
            institution,
            kind: self.decision.kind,
        }
    }

    /// What is signed, for people.
    fn in_words(&self, institution: Institution, kid: &str) -> String {
        let decision = &self.decision;
        let mut words = format!(
            "For {}, with the key {kid}, you sign:\n  designation {} of the edition {}\n  {}, {}\n",
            keyword(&institution),
            self.id,
            decision.edition_year,
            keyword(&decision.kind),
            keyword(&decision.basis),
        );
        if let Some(code) = &decision.city_code {
            words.push_str(&format!("  city {code}\n"));
        }
        for (named, choices) in [("selected", &decision.selected), ("reserve", &decision.reserve)] {
            choices
                .iter()
                .for_each(|choice| words.push_str(&format!("  {named} {}\n", named_choice(choice))));
        }
        if let Some(reason) = &decision.reason {
            words.push_str(&format!("  because: {}\n", in_french(reason)));
        }
        words + &format!("  digest {}\n", decision.digest())
    }
}

/// The members of a designation that are those of its decision, under the same names.
fn decision_in(designation: &JsonValue) -> JsonValue {
    const MEMBERS: [&str; 9] = [
        "edition_year",
        "kind",
        "basis",
        "city_code",
        "selected",
        "reserve",
        "reason",
        "ranking_digest",
        "commitment",
    ];
    let member = |name: &&str| Some(((*name).to_owned(), designation.get(name)?.clone()));
    MEMBERS.iter().filter_map(member).collect::<Map<_, _>>().into()
}

fn named_choice(choice: &Choice) -> String {
    let city = choice.city_code.as_ref().map(|code| format!(" (city {code})"));
    let association = choice.association_id.map(|id| format!(" (association {id})"));
    let title = choice.title.as_ref().map(|title| format!(": {}", in_french(title)));
    let parts = [city, association, title].into_iter().flatten().collect::<String>();
    format!("nomination {}{parts}", choice.nomination_id)
}

fn in_french(text: &Text) -> &str {
    text.in_language(Language::Fr).map_or("", |(_, text)| text)
}
