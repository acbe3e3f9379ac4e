//! The rows of a table, in the shape of what is written.

use super::faults;
use super::running::ReadRow;
use super::shaping::Shape;
use crate::error::Result;
use crate::spreadsheets::Table;

/// The rows of a table. A fault of a row is its own, one of the file ends it.
pub(super) fn rows(table: Table, shape: &Shape) -> impl Iterator<Item = Result<ReadRow>> + Send {
    table.map(move |row| match row {
        Ok(row) => Ok((row.line, shape.row(row.content))),
        Err(fault) => match fault.place.line() {
            Some(line) if !fault.ends_reading() => Ok((line, Err(faults::of_row(&fault)))),
            _ => Err(faults::of_whole_file(&fault)),
        },
    })
}
