//! What is wrong with a file or a row of it, in the words of whoever has to mend it.

use crate::error::{Error, FieldRule, Reason};
use crate::spreadsheets::{self, Fault, Place};

/// The fault of a file as a whole: a sentence for the operator.
pub(super) fn of_file(fault: &Fault) -> Error {
    Error::configuration(fault)
}

/// The fault of a file as a whole, for whoever has sent it.
pub(super) fn of_whole_file(fault: &Fault) -> Error {
    Error::invalid_field("", Reason::new(FieldRule::UnreadableFile).with("detail", fault))
}

/// The fault of a row that cannot be read, at its cell.
pub(super) fn of_row(fault: &Fault) -> Error {
    let place = match &fault.place {
        Place::Cell { column, line } => format!("{column}{line}"),
        Place::Line(_) | Place::File => String::new(),
    };
    Error::invalid_field(place, reason(&fault.reason))
}

fn reason(reason: &spreadsheets::Reason) -> Reason {
    use spreadsheets::Reason as Found;
    match reason {
        Found::InvalidText { encoding } => Reason::new(FieldRule::InvalidText).with("encoding", encoding),
        Found::CellWithoutHeading => Reason::new(FieldRule::CellWithoutHeading),
        Found::MergedCells { range } => Reason::new(FieldRule::MergedCells).with("range", range),
        Found::ErrorCell { error } => Reason::new(FieldRule::ErrorCell).with("error", error),
        Found::NotJson { detail } => Reason::new(FieldRule::NotJson).with("detail", detail),
        Found::MemberTwice { .. } => Reason::new(FieldRule::RepeatedMember),
        _ => Reason::new(FieldRule::Type).with("expected", "object"),
    }
}
