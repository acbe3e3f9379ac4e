//! Imports on the command line, with a bar for whoever watches.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest as _, Sha256};

use super::faults;
use super::instructions::{Instructions, MISSING_AT_MOST, Missing};
use super::jobs::{Ended, completed};
use super::model::{Counts, ImportProblem, ImportRow, NewFile};
use super::queries;
use super::reading::rows;
use super::report::{Report, told};
use super::rules::Status;
use super::running::Run;
use super::shaping::{Known, Shape};
use crate::associations::facts::Author;
use crate::associations::importing::{Key, Mode, Outcome};
use crate::associations::internal::is_system;
use crate::audit::Actor;
use crate::database::Database;
use crate::database::types::{Id, Keyword, UtcTime};
use crate::error::{Code, Error, Result};
use crate::keeping::References;
use crate::language::Language;
use crate::spreadsheets::{FileFormat, Options, Table};

/// What is imported, and how.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// What the rows are
    #[arg(value_enum)]
    collection: Collection,
    /// File with the rows: CSV, NDJSON or XLSX
    file: PathBuf,
    /// What the file is [default: by its name]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// What is done with a row
    #[arg(long, value_enum, default_value = "upsert")]
    mode: ModeWord,
    /// By what a row and a record are known to be the same: `id` is ours, `receipt` its authority and number, `external-id` what
    /// the source system calls it
    #[arg(long, value_enum)]
    key: Option<KeyWord>,
    /// Name of the source system, in small letters: `prefecture-oujda`. Facts are noted as written by it
    #[arg(long)]
    source: Option<String>,
    /// Sheet of a workbook [default: the first visible one that has a table]
    #[arg(long)]
    sheet: Option<String>,
    /// A heading and the column that it means: `--map "Dénomination sociale=name.fr"`; `--map "Observations=-"`: it is not read
    #[arg(long = "map", value_name = "HEADING=COLUMN", value_parser = mapping)]
    mappings: Vec<(String, String)>,
    /// Associations of the source system that the file does not have become dormant
    #[arg(long)]
    missing_dormant: bool,
    /// How many of a hundred may be missing: of more, none becomes dormant
    #[arg(long, value_name = "PERCENT", default_value_t = MISSING_AT_MOST, value_parser = clap::value_parser!(i64).range(0..=100))]
    missing_at_most: i64,
    /// Check everything and keep nothing
    #[arg(long)]
    dry_run: bool,
    /// CSV file that tells what became of each row
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Language of its sentences
    #[arg(long, value_enum, default_value = "fr")]
    language: LanguageWord,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Collection {
    Associations,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Csv,
    Ndjson,
    Xlsx,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ModeWord {
    /// Each row makes a record; one that is there is refused
    Create,
    /// A row changes the record that is there, or makes it
    Upsert,
    /// A row changes the record that is there; one that is not is refused
    Update,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum KeyWord {
    Id,
    Receipt,
    ExternalId,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LanguageWord {
    Ar,
    Fr,
    En,
}

fn mapping(text: &str) -> std::result::Result<(String, String), String> {
    let (heading, column) = text.rsplit_once('=').ok_or("a heading, `=` and a column")?;
    Ok((heading.trim().to_owned(), column.trim().to_owned()))
}

/// Imports a file. Rows that are refused are told, and the others kept.
///
/// # Errors
/// What ends the import: rows that were counted before are kept.
pub fn import(database: &Database, references: References, arguments: &ImportArguments) -> Result<()> {
    let Collection::Associations = arguments.collection;
    check_key(arguments)?;
    let instructions = instructions(arguments)?;
    let known =
        Known::new(arguments.mappings.iter().cloned().collect::<HashMap<_, _>>()).map_err(sentence)?;
    let options = Options { sheet: arguments.sheet.clone(), ..Options::default() };
    let table = Table::open(&arguments.file, instructions.format, &options, |heading| known.knows(heading));
    let table = table.map_err(|fault| faults::of_file(&fault))?;
    check_mappings(arguments, &table)?;
    let shape = Shape::new(known, table.columns(), table.calendar()).map_err(sentence)?;
    check_columns(arguments, instructions.key, &shape, &table)?;
    tell_what_is_not_read(&shape, &table);
    let mut report = begin_report(arguments)?;
    let (actor, runner) = (Actor::operator(), Id::new());
    let author = author(arguments);
    let mut import = ImportRow::new(new_file(&arguments.file)?, instructions, author.clone(), &actor);
    begin(database, &actor, &mut import, runner)?;
    let run = Run {
        database,
        references,
        import: &import,
        runner,
        writing: import.instructions.writing(actor, author),
        most_rows: i64::MAX,
        is_stopping: &|| false,
    };
    let bar = bar();
    let mut shown = 0;
    let end = run.rows(rows(table, &shape), |line, outcome, counts| {
        bar.set_position(counts.read.unsigned_abs());
        match (&mut report, outcome) {
            (Some(report), outcome) => report.tell(line, outcome)?,
            (None, Outcome::Refused(error)) if shown < MOST_SHOWN => {
                shown += 1;
                bar.suspend(|| show(line, error, arguments.language()));
            }
            (None, _) => {}
        }
        Ok(())
    });
    let ended = end.and_then(|end| completed(&run, end));
    bar.finish_and_clear();
    let counts = conclude(&run, ended)?;
    report.map(Report::end).transpose()?;
    println!("{}", summary(&counts, arguments.dry_run));
    match counts.refused {
        0 => Ok(()),
        refused => Err(Error::configuration(format!("refused rows: {refused}{}", way_out(arguments)))),
    }
}

/// Notes the import, so that it is one at a time and everybody sees it.
fn begin(database: &Database, actor: &Actor, import: &mut ImportRow, runner: Id) -> Result<()> {
    let now = Some(UtcTime::now());
    import.status = Keyword(Status::Running);
    (import.runner, import.alive_at, import.started_at) = (Some(runner), now, now);
    database.write_blocking(|connection| queries::begin(connection, actor, import)).map_err(|error| {
        match error.code {
            Code::AlreadyExists => Error::configuration(
                "another import of this collection is being written (GET /v1/imports): wait for its end, or cancel it",
            ),
            _ => error,
        }
    })
}

/// Notes how the import ended; its counts then.
fn conclude(run: &Run<'_>, ended: Result<Ended>) -> Result<Counts> {
    let of_import = (run.import.id, run.runner);
    let leave = |status, problem| {
        run.database.write_blocking(|connection| queries::leave(connection, of_import, status, problem))
    };
    match ended {
        Ok(Ended::With(status, problem)) => {
            if let Some(problem) = &problem {
                eprintln!("{}", problem.detail.0.en.as_deref().unwrap_or_default());
            }
            leave(status, problem)?;
        }
        Ok(Ended::Lost) => {
            return Err(Error::configuration("the import was cancelled: what was written is kept"));
        }
        Err(error) => {
            leave(Status::Failed, Some(ImportProblem::of(&error)))?;
            return Err(if error.is_of_the_service() { error } else { sentence(error) });
        }
    }
    let row = run.database.read_blocking(|connection| queries::current(connection, run.import.id))?;
    Ok(row.counts.0)
}

fn new_file(path: &Path) -> Result<NewFile> {
    let mut file = File::open(path).map_err(Error::configuration)?;
    let mut digest = Sha256::new();
    let size = std::io::copy(&mut file, &mut digest).map_err(Error::configuration)?;
    Ok(NewFile {
        name: file_name(path),
        size: i64::try_from(size).map_err(Error::internal)?,
        sha256: format!("{:x}", digest.finalize()),
        object_key: None,
    })
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Refused rows that are told on the screen.
const MOST_SHOWN: u64 = 20;

impl ImportArguments {
    fn language(&self) -> Language {
        match self.language {
            LanguageWord::Ar => Language::Ar,
            LanguageWord::Fr => Language::Fr,
            LanguageWord::En => Language::En,
        }
    }
}

/// The words of this command for what does not go together.
fn check_key(arguments: &ImportArguments) -> Result<()> {
    let refuse = |sentence: &str| Err(Error::configuration(sentence));
    match (arguments.key, arguments.mode) {
        (Some(KeyWord::ExternalId), _) if arguments.source.is_none() => {
            refuse("--key external-id needs --source, the name of the system that gave them")
        }
        (None, mode) if !matches!(mode, ModeWord::Create) => refuse(
            "--key is needed: by what are a row and a record known to be the same? With --mode create each row makes one",
        ),
        _ if arguments.source.as_deref().is_some_and(|source| !is_system(source)) => {
            refuse("--source is a name in small letters, digits, `.`, `_` and `-`: prefecture-oujda")
        }
        (key, _) if arguments.missing_dormant && !matches!(key, Some(KeyWord::ExternalId)) => refuse(
            "--missing-dormant needs --key external-id: what else is missing from the file nobody knows",
        ),
        _ => Ok(()),
    }
}

fn instructions(arguments: &ImportArguments) -> Result<Instructions> {
    Ok(Instructions {
        format: format(arguments)?,
        mode: match arguments.mode {
            ModeWord::Create => Mode::Create,
            ModeWord::Upsert => Mode::Upsert,
            ModeWord::Update => Mode::Update,
        },
        key: arguments.key.map(|key| match key {
            KeyWord::Id => Key::Id,
            KeyWord::Receipt => Key::Receipt,
            KeyWord::ExternalId => Key::ExternalId,
        }),
        source: arguments.source.clone(),
        sheet: arguments.sheet.clone(),
        mapping: arguments.mappings.iter().cloned().collect(),
        missing: if arguments.missing_dormant { Missing::Dormant } else { Missing::Nothing },
        missing_at_most: arguments.missing_at_most,
        dry_run: arguments.dry_run,
    })
}

fn author(arguments: &ImportArguments) -> Author {
    Author::source(&arguments.source.clone().unwrap_or_else(|| file_name(&arguments.file)))
}

fn format(arguments: &ImportArguments) -> Result<FileFormat> {
    let by_name = || match arguments.file.extension()?.to_str()?.to_lowercase().as_str() {
        "csv" | "tsv" | "txt" => Some(Format::Csv),
        "ndjson" | "jsonl" => Some(Format::Ndjson),
        "xlsx" | "xlsm" => Some(Format::Xlsx),
        _ => None,
    };
    match arguments.format.or_else(by_name) {
        Some(Format::Csv) => Ok(FileFormat::Csv),
        Some(Format::Ndjson) => Ok(FileFormat::Ndjson),
        Some(Format::Xlsx) => Ok(FileFormat::Xlsx),
        None => Err(Error::configuration(
            "the name of the file does not tell what it is: --format csv, ndjson or xlsx",
        )),
    }
}

/// A heading that is explained has to be there: else it was mistyped.
fn check_mappings(arguments: &ImportArguments, table: &Table) -> Result<()> {
    let headings: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
    let missing = arguments.mappings.iter().find(|(heading, _)| !headings.contains(&heading.as_str()));
    match missing.filter(|_| !headings.is_empty()) {
        None => Ok(()),
        Some((heading, _)) => Err(Error::configuration(format!(
            "--map: there is no heading `{heading}`; those of the file are: {}",
            headings.join(", ")
        ))),
    }
}

/// A table has the columns by which its rows are recognised, and no identifiers of a system that nobody has named.
fn check_columns(arguments: &ImportArguments, key: Option<Key>, shape: &Shape, table: &Table) -> Result<()> {
    if table.columns().is_empty() {
        return Ok(());
    }
    let needed = key.map_or(&[][..], Key::columns);
    if let Some(missing) = needed.iter().find(|name| !shape.has(name)) {
        return Err(Error::configuration(format!(
            "the file has no column `{missing}`, by which its rows are recognised: --map HEADING={missing} names it"
        )));
    }
    if shape.has("external_id") && arguments.source.is_none() {
        return Err(Error::configuration("whose identifiers does the file have? --source names the system"));
    }
    Ok(())
}

fn begin_report(arguments: &ImportArguments) -> Result<Option<Report>> {
    let Some(path) = arguments.report.as_deref() else { return Ok(None) };
    let is_same = |path: &Path| Some(path.canonicalize().ok()? == arguments.file.canonicalize().ok()?);
    if is_same(path) == Some(true) {
        return Err(Error::configuration(
            "--report names the file that is imported: it would be overwritten",
        ));
    }
    Report::begin(path, arguments.language(), !arguments.dry_run).map(Some)
}

fn tell_what_is_not_read(shape: &Shape, table: &Table) {
    let unread = shape.unread(table.columns());
    if !unread.is_empty() {
        eprintln!("not read, as nobody knows what they are (--map): {}", unread.join(", "));
    }
    if !table.unread_sheets().is_empty() {
        eprintln!("sheets that are not read (--sheet): {}", table.unread_sheets().join(", "));
    }
}

fn show(line: u64, error: &Error, language: Language) {
    for (field, code, message) in told(error, language) {
        eprintln!("line {line}: {field} {code}: {message}");
    }
}

fn summary(counts: &Counts, dry_run: bool) -> String {
    let Counts { read, created, updated, unchanged, refused, missing, made_dormant } = counts;
    let rehearsal = if dry_run { " (nothing was kept)" } else { "" };
    let absent = match missing {
        0 => String::new(),
        missing => format!(", {missing} missing ({made_dormant} made dormant)"),
    };
    format!(
        "rows: {read}; {created} created, {updated} updated, {unchanged} unchanged, {refused} refused{absent}{rehearsal}"
    )
}

fn way_out(arguments: &ImportArguments) -> String {
    let told = |path: &Path| format!(": {}", path.display());
    arguments.report.as_deref().map_or_else(|| ": --report FILE tells each".to_owned(), told)
}

/// The words for the operator of what is wrong with the arguments.
fn sentence(error: Error) -> Error {
    let words =
        told(&error, Language::En).into_iter().map(|(field, _, message)| format!("{field}: {message}"));
    Error::configuration(words.collect::<Vec<_>>().join("; "))
}

/// A bar on a terminal; nothing elsewhere.
pub fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} rows, {per_sec}, {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
