//! What became of each row, as a CSV file for whoever has to mend the others.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use csv::Writer;

use crate::associations::importing::Outcome;
use crate::error::problem::detail;
use crate::error::{Error, Place, Result, Violation};
use crate::language::{Language, Text};

const HEADING: [&str; 6] = ["line", "outcome", "id", "field", "code", "message"];

/// A report that is written.
pub(super) struct Report {
    file: Writer<File>,
    language: Language,
    /// Whether what is told of is kept: else a new record has no identifier.
    is_kept: bool,
}

impl Report {
    /// Begins the file at `path`, whose sentences are in `language`.
    pub(super) fn begin(path: &Path, language: Language, is_kept: bool) -> Result<Self> {
        let mut file = File::create(path).map_err(Error::configuration)?;
        // A spreadsheet knows UTF-8 by it.
        file.write_all("\u{feff}".as_bytes()).map_err(Error::configuration)?;
        let mut file = Writer::from_writer(file);
        file.write_record(HEADING).map_err(Error::configuration)?;
        Ok(Self { file, language, is_kept })
    }

    /// Tells what became of the row at a line.
    pub(super) fn tell(&mut self, line: u64, outcome: &Outcome) -> Result<()> {
        let line = line.to_string();
        let (word, id) = match outcome {
            Outcome::Refused(error) => {
                return told(error, self.language).into_iter().try_for_each(|(field, code, sentence)| {
                    self.record([&line, "refused", "", &field, &code, &sentence])
                });
            }
            Outcome::Doubtful(id, doubt) => {
                let id = if self.is_kept { id.to_string() } else { String::new() };
                return told(doubt, self.language).into_iter().try_for_each(|(field, code, sentence)| {
                    self.record([&line, "created", &id, &field, &code, &sentence])
                });
            }
            Outcome::Created(id) => ("created", Some(id).filter(|_| self.is_kept)),
            Outcome::Updated(id) => ("updated", Some(id)),
            Outcome::Unchanged(id) => ("unchanged", Some(id)),
        };
        let id = id.map(ToString::to_string).unwrap_or_default();
        self.record([&line, word, &id, "", "", ""])
    }

    fn record(&mut self, cells: [&str; 6]) -> Result<()> {
        self.file.write_record(cells).map_err(Error::configuration)
    }

    /// Ends the file.
    pub(super) fn end(mut self) -> Result<()> {
        self.file.flush().map_err(Error::configuration)
    }
}

/// A fault of a row, in all languages.
pub(super) struct Fault {
    pub(super) field: String,
    pub(super) code: String,
    pub(super) message: Text,
}

/// The faults of a row, in all languages.
pub(super) fn told_in_all(error: &Error) -> Vec<Fault> {
    let in_each = [Language::Ar, Language::Fr, Language::En].map(|language| told(error, language));
    let [ar, fr, en] = in_each;
    let together = ar.into_iter().zip(fr).zip(en);
    together
        .map(|(((field, code, ar), (_, _, fr)), (_, _, en))| Fault {
            field,
            code,
            message: Text { ar: Some(ar), fr: Some(fr), en: Some(en), zgh: None },
        })
        .collect()
}

/// The faults of a row: field, code and sentence of each.
pub(super) fn told(error: &Error, language: Language) -> Vec<(String, String, String)> {
    if error.violations.is_empty() {
        return vec![(String::new(), error.code.name(), detail(error, language))];
    }
    let fault = |violation: &Violation| {
        let field = match &violation.place {
            Place::Body(pointer) => pointer.trim_start_matches('/').replace('/', "."),
            Place::Parameter(name) => name.clone(),
            Place::Header(name) => (*name).to_owned(),
        };
        (field, violation.reason.code().to_owned(), violation.reason.text(language))
    };
    error.violations.iter().map(fault).collect()
}
