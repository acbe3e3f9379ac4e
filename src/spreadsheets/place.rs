//! Where something stands in a file.

use std::fmt;

/// Where something stands in a file. Lines are counted from 1, as an editor or a spreadsheet shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// A line of a text file; a row of a sheet.
    Line(u64),
    /// A cell, which a spreadsheet calls `C7`.
    Cell {
        /// The letters of its column.
        column: String,
        /// Its row.
        line: u64,
    },
}

impl Place {
    pub(super) fn cell(column: usize, line: u64) -> Self {
        Self::Cell { column: letters(column), line }
    }

    /// The line; none of a file as a whole.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::File => None,
            Self::Line(line) | Self::Cell { line, .. } => Some(*line),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => write!(f, "the file"),
            Self::Line(line) => write!(f, "line {line}"),
            Self::Cell { column, line } => write!(f, "cell {column}{line}"),
        }
    }
}

/// The most columns of a sheet (ECMA-376; Excel's limit).
pub(super) const MOST_COLUMNS: usize = 16_384;
/// The most rows of a sheet.
pub(super) const MOST_ROWS: u64 = 1_048_576;

/// What a spreadsheet calls a column, counted from 0: `A`, `Z`, `AA`.
pub(super) fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// The column (from 0) and the row (from 1) that a reference like `C7` or `$C$7` names; none when it names no
/// cell of a sheet.
pub(super) fn parse_cell(reference: &str) -> Option<(usize, u64)> {
    let (mut column, mut row) = (0_usize, 0_u64);
    for sign in reference.bytes().filter(|sign| *sign != b'$') {
        match sign {
            b'A'..=b'Z' | b'a'..=b'z' if row == 0 => {
                column = column * 26 + usize::from(sign.to_ascii_uppercase() - b'A') + 1;
            }
            b'0'..=b'9' => row = row * 10 + u64::from(sign - b'0'),
            _ => return None,
        }
        if column > MOST_COLUMNS || row > MOST_ROWS {
            return None;
        }
    }
    (row > 0).then_some((column.checked_sub(1)?, row))
}

/// Cells that are merged into one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) columns: (usize, usize),
    pub(super) lines: (u64, u64),
}

impl Range {
    /// The range that a reference like `B3:B7` names.
    pub(super) fn parse(reference: &str) -> Option<Self> {
        let (first, last) = reference.split_once(':').unwrap_or((reference, reference));
        let ((left, top), (right, bottom)) = (parse_cell(first)?, parse_cell(last)?);
        (left <= right && top <= bottom).then_some(Self { columns: (left, right), lines: (top, bottom) })
    }

    pub(super) fn has_line(&self, line: u64) -> bool {
        (self.lines.0..=self.lines.1).contains(&line)
    }

    pub(super) fn has_column(&self, column: usize) -> bool {
        (self.columns.0..=self.columns.1).contains(&column)
    }

    pub(super) fn spans_lines(&self) -> bool {
        self.lines.0 < self.lines.1
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((left, right), (top, bottom)) = (self.columns, self.lines);
        write!(f, "{}{top}:{}{bottom}", letters(left), letters(right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_called_as_a_spreadsheet_does() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")] {
            assert_eq!(letters(column), name);
            assert_eq!(parse_cell(&format!("{name}12")), Some((column, 12)));
        }
    }

    #[test]
    fn what_names_no_cell_is_none() {
        for reference in
            ["", "A", "7", "A0", "XFE1", "A1048577", "A1B", "é1", "AAAAAAAAAAAA1", "A99999999999"]
        {
            assert_eq!(parse_cell(reference), None, "{reference}");
        }
        assert_eq!(parse_cell("$C$7"), Some((2, 7)));
    }

    #[test]
    fn a_range_reads_and_shows_itself() {
        let range = Range::parse("B3:D7").unwrap();
        assert!(range.has_line(3) && range.has_line(7) && !range.has_line(8) && range.spans_lines());
        assert!(range.has_column(1) && range.has_column(3) && !range.has_column(4));
        assert_eq!(range.to_string(), "B3:D7");
        assert_eq!(Range::parse("D7:B3"), None);
    }
}
