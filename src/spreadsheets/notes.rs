//! Rows of a sheet that are none of its table.

use super::folding;
use super::heading::{self, Heading};
use super::source::FoundRow;

/// How sums begin, folded.
const SUMS: [&str; 9] = [
    "total",
    "total general",
    "totaux",
    "sous total",
    "grand total",
    "مجموع",
    "المجموع",
    "المجموع العام",
    "المجموع الاجمالي",
];
/// How notes begin, folded.
#[rustfmt::skip]
const NOTES: [&str; 14] = [
    "nb", "n b", "note", "notes", "remarque", "remarques", "source", "sources", "observation",
    "ملاحظه", "ملاحظات",
    "المصدر", "هام", "ملحوظه",
];

/// Whether a row is none of the table: one text alone below an empty row, a sum, a note.
pub(super) fn is_note(row: &FoundRow, columns: usize) -> bool {
    const MOST_CELLS_OF_A_NOTE: usize = 2;
    if columns < 2 {
        return false;
    }
    let is_alone = row.cells.len() == 1;
    let may_be_a_sum = row.cells.len() * 2 <= columns.max(4);
    if !may_be_a_sum {
        return false;
    }
    let Some(text) = row.cells.first().and_then(|(_, found)| found.as_text()) else {
        return is_alone && row.after_gap;
    };
    let (label, has_colon) = match text.split_once([':', '：']) {
        Some((label, _)) => (label, true),
        None => (text, false),
    };
    let label = folding::folded(label);
    let begins_a_sum = SUMS.contains(&label.trim_end_matches(|sign: char| sign.is_numeric()).trim_end());
    let is_noted = has_colon && NOTES.contains(&label.as_str()) && row.cells.len() <= MOST_CELLS_OF_A_NOTE;
    (is_alone && row.after_gap) || begins_a_sum || is_noted
}

/// Whether a row is the heading once more, as at the top of each page.
pub(super) fn is_heading(row: &FoundRow, heading: &Heading) -> bool {
    row.cells.len() == heading.columns.len()
        && row.cells.iter().zip(heading.columns.iter().zip(&heading.places)).all(
            |((place, found), (column, expected))| {
                place == expected
                    && found.as_text().is_some_and(|text| heading::collapsed(text) == column.name)
            },
        )
}
