//! What rows come from, whatever the format.

use super::cells::Cell;
use super::fault::Fault;

/// A row with something in it.
#[derive(Debug)]
pub(super) struct FoundRow {
    /// The line it begins at.
    pub(super) line: u64,
    /// Whether an empty row stands before it.
    pub(super) after_gap: bool,
    /// What is filled, by column (from 0) in rising order.
    pub(super) cells: Vec<(usize, Found)>,
}

/// What stands in a filled cell.
#[derive(Debug)]
pub(super) enum Found {
    Cell(Cell),
    /// A formula that failed, and what it shows.
    Error(String),
}

impl Found {
    /// Its text; none of what is no text.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Cell(Cell::Text(text)) => Some(text),
            _ => None,
        }
    }
}

impl FoundRow {
    /// What stands in a column.
    pub(super) fn at(&self, column: usize) -> Option<&Found> {
        let place = self.cells.binary_search_by_key(&column, |(column, _)| *column).ok()?;
        self.cells.get(place).map(|(_, found)| found)
    }
}

/// Where rows come from. Empty ones are passed over.
pub(super) trait Source: Send {
    /// The next row with something in it.
    fn next(&mut self) -> Result<Option<FoundRow>, Fault>;

    /// Passes over what stands before this line, without looking into it.
    fn skip_to(&mut self, line: u64);
}
