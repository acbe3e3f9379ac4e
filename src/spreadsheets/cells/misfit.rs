//! Why a cell does not fit a field.

use std::fmt;

/// A cell that cannot be what a field wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// Why.
    pub reason: MisfitReason,
    /// What stands in the cell, shortened. It may be personal.
    pub found: String,
}

/// Why a cell cannot be what a field wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MisfitReason {
    /// No number.
    NotANumber,
    /// A number, but not a whole one.
    NotWhole,
    /// `1.234` or `1,234`, which is one thousand in one country and one in another.
    AmbiguousNumber,
    /// A number that is too large to be exact.
    NumberTooLarge,
    /// Neither yes nor no.
    NotABoolean,
    /// No day.
    NotADay,
    /// A year, but no day of it.
    OnlyAYear,
    /// A day whose year has two digits.
    TwoDigitYear,
    /// A day that no calendar has: 31/02/2011. Days come first: 03/25/2011 is none.
    NoSuchDay,
    /// A year that no register has; one of the Hijri calendar, perhaps.
    YearOutOfRange,
    /// No year.
    NotAYear,
}

impl Misfit {
    pub(super) fn new(reason: MisfitReason, found: &str) -> Self {
        const LONGEST: usize = 80;
        Self { reason, found: found.chars().take(LONGEST).collect() }
    }

    /// The word by which a machine knows the reason.
    pub fn code(&self) -> &'static str {
        match self.reason {
            MisfitReason::NotANumber => "not_a_number",
            MisfitReason::NotWhole => "not_whole",
            MisfitReason::AmbiguousNumber => "ambiguous_number",
            MisfitReason::NumberTooLarge => "number_too_large",
            MisfitReason::NotABoolean => "not_a_boolean",
            MisfitReason::NotADay => "not_a_day",
            MisfitReason::OnlyAYear => "only_a_year",
            MisfitReason::TwoDigitYear => "two_digit_year",
            MisfitReason::NoSuchDay => "no_such_day",
            MisfitReason::YearOutOfRange => "year_out_of_range",
            MisfitReason::NotAYear => "not_a_year",
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.found;
        match self.reason {
            MisfitReason::NotANumber => write!(f, "`{found}` is no number"),
            MisfitReason::NotWhole => write!(f, "`{found}` is not a whole number"),
            MisfitReason::AmbiguousNumber => {
                write!(f, "`{found}` may be thousands or a fraction; write it without separator")
            }
            MisfitReason::NumberTooLarge => write!(f, "`{found}` is too large"),
            MisfitReason::NotABoolean => write!(f, "`{found}` is neither yes nor no"),
            MisfitReason::NotADay => write!(f, "`{found}` is no day; write it as 2011-03-12 or 12/03/2011"),
            MisfitReason::OnlyAYear => write!(f, "`{found}` is a year, not a day"),
            MisfitReason::TwoDigitYear => write!(f, "the year of `{found}` has two digits only"),
            MisfitReason::NoSuchDay => {
                write!(f, "there is no such day as `{found}`; days come before months")
            }
            MisfitReason::YearOutOfRange => write!(f, "the year of `{found}` is not between 1800 and 2200"),
            MisfitReason::NotAYear => write!(f, "`{found}` is no year"),
        }
    }
}

impl std::error::Error for Misfit {}
