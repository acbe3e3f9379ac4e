//! Where the heading of a table is, and what its columns are called.

use super::cells;
use super::place::{Range, letters};
use super::source::FoundRow;
use super::table::Column;

/// The most rows with something in them among which the heading is looked for.
pub(super) const MOST_ROWS_ABOVE: usize = 50;

/// A heading.
pub(super) struct Heading {
    /// The columns that have one.
    pub(super) columns: Vec<Column>,
    /// Where they stand in the file, from 0.
    pub(super) places: Vec<usize>,
    /// The last line of it.
    pub(super) last_line: u64,
}

/// A text as one line: trimmed, its blanks single.
pub(super) fn collapsed(text: &str) -> String {
    cells::single_line(text)
}

/// How many different headings of a row are known.
pub(super) fn known<'a>(texts: impl Iterator<Item = &'a str>, knows: &dyn Fn(&str) -> bool) -> usize {
    let mut names: Vec<String> =
        texts.map(collapsed).filter(|text| !text.is_empty() && knows(text)).collect();
    names.sort_unstable();
    names.dedup();
    names.len()
}

/// The heading among the first rows: the one of which most is known. Merged cells may make it several lines
/// high.
pub(super) fn find(rows: &[&FoundRow], merged: &[Range], knows: &dyn Fn(&str) -> bool) -> Option<Heading> {
    let mut best: Option<(&FoundRow, usize)> = None;
    for row in rows {
        let known = known(row.cells.iter().filter_map(|(_, found)| found.as_text()), knows);
        if known > best.map_or(0, |(_, most)| most) {
            best = Some((row, known));
        }
    }
    let (row, _) = best?;
    let lines = lines_of(row.line, merged);
    let within = rows.iter().copied().filter(|row| (lines.0..=lines.1).contains(&row.line));
    let within: Vec<&FoundRow> = within.collect();
    Some(named(&within, merged, lines))
}

/// From where to where a heading goes that has this line.
fn lines_of(line: u64, merged: &[Range]) -> (u64, u64) {
    let ranges = || merged.iter().filter(|range| range.has_line(line));
    let first = ranges().map(|range| range.lines.0).min();
    let last = ranges().map(|range| range.lines.1).max();
    (first.unwrap_or(line), last.unwrap_or(line))
}

fn named(rows: &[&FoundRow], merged: &[Range], lines: (u64, u64)) -> Heading {
    let mut places: Vec<usize> = rows.iter().flat_map(|row| &row.cells).map(|(place, _)| *place).collect();
    places.sort_unstable();
    places.dedup();
    let mut heading = Heading { columns: Vec::new(), places: Vec::new(), last_line: lines.1 };
    for place in places {
        let name = name_of(place, rows, merged);
        if !name.is_empty() {
            heading.columns.push(Column { name, place: letters(place) });
            heading.places.push(place);
        }
    }
    heading
}

/// What stands above one another in a column; what is above several columns counts for each.
fn name_of(place: usize, rows: &[&FoundRow], merged: &[Range]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for row in rows {
        let above = |range: &&Range| range.has_line(row.line) && range.has_column(place);
        let from = merged.iter().find(above).map_or(place, |range| range.columns.0);
        let text = row.at(from).and_then(|found| found.as_text()).map(collapsed).unwrap_or_default();
        if !text.is_empty() && !parts.contains(&text) {
            parts.push(text);
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::cells::Cell;
    use super::super::source::Found;
    use super::*;

    fn row(line: u64, texts: &[&str]) -> FoundRow {
        let filled = texts.iter().enumerate().filter(|(_, text)| !text.is_empty());
        let cell = |text: &str| Found::Cell(Cell::Text(text.to_owned()));
        FoundRow { line, after_gap: false, cells: filled.map(|(place, text)| (place, cell(text))).collect() }
    }

    fn knows(text: &str) -> bool {
        ["id", "nom", "ville", "nom arabe"].contains(&text)
    }

    fn found(rows: &[FoundRow], merged: &[Range]) -> Option<Heading> {
        find(&rows.iter().collect::<Vec<_>>(), merged, &knows)
    }

    fn names(heading: &Heading) -> Vec<(&str, &str)> {
        heading.columns.iter().map(|column| (column.name.as_str(), column.place.as_str())).collect()
    }

    #[test]
    fn what_stands_above_the_heading_is_passed_over() {
        let rows = [
            row(1, &["Royaume du Maroc"]),
            row(3, &["", "nom", ""]),
            row(5, &["id", "  nom ", "", "ville", "obs"]),
            row(6, &["1", "x"]),
        ];
        let heading = found(&rows, &[]).unwrap();
        assert_eq!(names(&heading), [("id", "A"), ("nom", "B"), ("ville", "D"), ("obs", "E")]);
        assert_eq!(heading.last_line, 5);
        assert!(found(&rows[..1], &[]).is_none());
    }

    #[test]
    fn a_heading_of_two_lines_is_joined() {
        let rows = [row(1, &["id", "nom", "", "ville"]), row(2, &["", "arabe", "français", ""])];
        let merged = ["A1:A2", "B1:C1", "D1:D2"].map(|range| Range::parse(range).unwrap());
        let heading = found(&rows, &merged).unwrap();
        let expected = [("id", "A"), ("nom arabe", "B"), ("nom français", "C"), ("ville", "D")];
        assert_eq!(names(&heading), expected);
        assert_eq!(heading.last_line, 2);
    }

    #[test]
    fn a_heading_merged_over_columns_is_that_of_the_first() {
        let rows = [row(1, &["id", "nom", "", "ville"])];
        let merged = [Range::parse("B1:C1").unwrap()];
        let heading = found(&rows, &merged).unwrap();
        assert_eq!(names(&heading), [("id", "A"), ("nom", "B"), ("ville", "D")]);
    }
}
