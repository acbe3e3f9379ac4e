//! The cells of a table, and what a field gets of one: each conversion gives nothing for an empty cell, and
//! tells why when it cannot.

mod day;
mod misfit;
mod number;
mod text;

pub use misfit::{Misfit, MisfitReason};

use chrono::{NaiveDate, NaiveDateTime};

pub(super) use day::day_of_serial;
pub(super) use text::{is_blank, single_line};

/// What stands in a cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text, as it stands there.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth.
    Boolean(bool),
    /// A day.
    Day(NaiveDate),
    /// A day and a time.
    Moment(NaiveDateTime),
}

/// From which day a workbook counts the numbers that are days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Calendar {
    /// From 1900, as nearly all do.
    #[default]
    From1900,
    /// From 1904, as those of old Macintoshes.
    From1904,
}
