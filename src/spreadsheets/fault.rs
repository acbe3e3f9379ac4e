//! What is wrong with a file.

use std::fmt;

use super::place::Place;

/// Something in a file that cannot be read, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// Why.
    pub reason: Reason,
}

/// Why something cannot be read. No reason holds what stands in a row, which may be personal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The disk failed.
    Unreadable {
        /// What the system says.
        error: String,
    },
    /// There is nothing in it.
    Empty,
    /// It is something else than it is said to be.
    OtherFormat {
        /// What it is.
        found: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// Bytes that are no text.
    Binary,
    /// Letters that are not of the encoding in which the file begins.
    InvalidText {
        /// The name of that encoding.
        encoding: &'static str,
    },
    /// A workbook that only opens with a password.
    Encrypted,
    /// A workbook whose parts are not as they have to be.
    BrokenWorkbook {
        /// What is wrong.
        detail: String,
    },
    /// It unpacks to more than is taken.
    TooLarge {
        /// The most, in bytes.
        limit: u64,
    },
    /// It unpacks to so many times its size that it can be no register.
    AbsurdRatio,
    /// No row of the first ones has a heading that is known.
    NoHeading {
        /// What stands in the fullest row of them.
        found: Vec<String>,
    },
    /// The workbook has no sheet of this name.
    NoSuchSheet {
        /// The name.
        sheet: String,
        /// The sheets that it has and shows.
        sheets: Vec<String>,
    },
    /// All its sheets are hidden.
    NoVisibleSheet,
    /// A quote that opens and never closes.
    UnclosedQuote,
    /// A record, a line or a cell that is longer than is taken; a quote that never closes makes such a one,
    /// too.
    TooLong {
        /// The most, in bytes.
        limit: usize,
    },
    /// Something stands in a column that has no heading.
    CellWithoutHeading,
    /// Cells of several rows are merged: nobody knows to which of them the value belongs.
    MergedCells {
        /// The range, as `B3:B7`.
        range: String,
    },
    /// A formula that failed.
    ErrorCell {
        /// What it shows, as `#REF!`.
        error: String,
    },
    /// A line that is not JSON.
    NotJson {
        /// What is wrong with it.
        detail: String,
    },
    /// A line that is JSON, but no object.
    NotAnObject,
    /// An object that has a member twice.
    MemberTwice {
        /// The name of the member.
        member: String,
    },
}

impl Fault {
    pub(super) fn of_file(reason: Reason) -> Self {
        Self { place: Place::File, reason }
    }

    pub(super) fn at_line(line: u64, reason: Reason) -> Self {
        Self { place: Place::Line(line), reason }
    }

    pub(super) fn at_cell(column: usize, line: u64, reason: Reason) -> Self {
        Self { place: Place::cell(column, line), reason }
    }

    pub(super) fn broken(detail: impl Into<String>) -> Self {
        Self::of_file(Reason::BrokenWorkbook { detail: detail.into() })
    }

    /// The word by which a machine knows the reason.
    pub fn code(&self) -> &'static str {
        match self.reason {
            Reason::Unreadable { .. } => "unreadable",
            Reason::Empty => "empty_file",
            Reason::OtherFormat { .. } => "other_format",
            Reason::Binary => "binary",
            Reason::InvalidText { .. } => "invalid_text",
            Reason::Encrypted => "encrypted",
            Reason::BrokenWorkbook { .. } => "broken_workbook",
            Reason::TooLarge { .. } => "too_large",
            Reason::AbsurdRatio => "absurd_ratio",
            Reason::NoHeading { .. } => "no_heading",
            Reason::NoSuchSheet { .. } => "no_such_sheet",
            Reason::NoVisibleSheet => "no_visible_sheet",
            Reason::UnclosedQuote => "unclosed_quote",
            Reason::TooLong { .. } => "too_long",
            Reason::CellWithoutHeading => "cell_without_heading",
            Reason::MergedCells { .. } => "merged_cells",
            Reason::ErrorCell { .. } => "error_cell",
            Reason::NotJson { .. } => "not_json",
            Reason::NotAnObject => "not_an_object",
            Reason::MemberTwice { .. } => "member_twice",
        }
    }

    /// What the reason says besides its code, by name.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        match &self.reason {
            Reason::Unreadable { error } | Reason::ErrorCell { error } => vec![("error", error.clone())],
            Reason::OtherFormat { found, advice } => {
                vec![("found", (*found).to_owned()), ("advice", (*advice).to_owned())]
            }
            Reason::InvalidText { encoding } => vec![("encoding", (*encoding).to_owned())],
            Reason::BrokenWorkbook { detail } | Reason::NotJson { detail } => {
                vec![("detail", detail.clone())]
            }
            Reason::TooLarge { limit } => vec![("limit", limit.to_string())],
            Reason::TooLong { limit } => vec![("limit", limit.to_string())],
            Reason::NoHeading { found } => vec![("found", found.join(" | "))],
            Reason::NoSuchSheet { sheet, sheets } => {
                vec![("sheet", sheet.clone()), ("sheets", sheets.join(" | "))]
            }
            Reason::MergedCells { range } => vec![("range", range.clone())],
            Reason::MemberTwice { member } => vec![("member", member.clone())],
            Reason::Empty
            | Reason::Binary
            | Reason::Encrypted
            | Reason::AbsurdRatio
            | Reason::NoVisibleSheet
            | Reason::UnclosedQuote
            | Reason::CellWithoutHeading
            | Reason::NotAnObject => Vec::new(),
        }
    }

    /// Whether nothing of the file can be read after it; otherwise it is the fault of one row.
    pub fn ends_reading(&self) -> bool {
        !matches!(
            self.reason,
            Reason::InvalidText { .. }
                | Reason::CellWithoutHeading
                | Reason::MergedCells { .. }
                | Reason::ErrorCell { .. }
                | Reason::NotJson { .. }
                | Reason::NotAnObject
                | Reason::MemberTwice { .. }
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

impl std::error::Error for Fault {}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { error } => write!(f, "it cannot be read ({error})"),
            Self::Empty => write!(f, "there is nothing in it"),
            Self::OtherFormat { found, advice } => write!(f, "this is {found}; {advice}"),
            Self::Binary => write!(f, "these bytes are no text"),
            Self::InvalidText { encoding } => write!(f, "there are letters that are not {encoding}"),
            Self::Encrypted => write!(f, "the workbook has a password; save it without one"),
            Self::BrokenWorkbook { detail } => write!(f, "the workbook is broken ({detail})"),
            Self::TooLarge { limit } => write!(f, "it unpacks to more than {limit} bytes"),
            Self::AbsurdRatio => write!(f, "it unpacks to an absurd number of times its size"),
            Self::NoHeading { found } => {
                write!(f, "no heading is known; the fullest of the first rows is: {}", found.join(" | "))
            }
            Self::NoSuchSheet { sheet, sheets } => {
                write!(f, "no visible sheet is called `{sheet}`; there are: {}", sheets.join(" | "))
            }
            Self::NoVisibleSheet => write!(f, "all sheets are hidden"),
            Self::UnclosedQuote => write!(f, "the quote that opens here never closes"),
            Self::TooLong { limit } => {
                write!(f, "what begins here is longer than {limit} bytes; a quote may not be closed")
            }
            Self::CellWithoutHeading => write!(f, "its column has no heading"),
            Self::MergedCells { range } => {
                write!(f, "{range} are merged, and nobody knows to which rows the value belongs")
            }
            Self::ErrorCell { error } => write!(f, "its formula failed: {error}"),
            Self::NotJson { detail } => write!(f, "this is not JSON ({detail})"),
            Self::NotAnObject => write!(f, "this is JSON, but not an object"),
            Self::MemberTwice { member } => write!(f, "the member `{member}` is given twice"),
        }
    }
}

impl From<std::io::Error> for Fault {
    /// A fault that came through the standard library comes out as it was.
    fn from(error: std::io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Fault>()) {
            Some(fault) => fault.clone(),
            None => Self::of_file(Reason::Unreadable { error: error.to_string() }),
        }
    }
}

impl From<Fault> for std::io::Error {
    fn from(fault: Fault) -> Self {
        Self::other(fault)
    }
}
