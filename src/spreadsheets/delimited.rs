//! CSV files as others write them: with any of the usual delimiters, in any of the usual encodings.

use std::fs::File;
use std::io::{Chain, Cursor, Read};

use super::cells::{self, Cell};
use super::decoding::TextFile;
use super::fault::{Fault, Reason};
use super::heading::{self, MOST_ROWS_ABOVE};
use super::records::{Record, Records};
use super::source::{Found, FoundRow, Source};

/// What is looked at to tell the delimiter, in bytes.
const HEAD: u64 = 64 * 1024;
/// In the order in which they are taken when nothing tells them apart.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// It separates the words of lists as well, so it is only thought of when no other does.
const LAST_DELIMITER: u8 = b'|';

/// The rows of a CSV file.
pub(super) struct Delimited {
    records: Records<Chain<Cursor<Vec<u8>>, TextFile>>,
    encoding: &'static str,
    from: u64,
}

impl Delimited {
    /// Reads a file. Its delimiter is the one that makes most headings which are known.
    pub(super) fn read(file: File, longest: usize, knows: &dyn Fn(&str) -> bool) -> Result<Self, Fault> {
        let mut file = TextFile::read(file)?;
        let mut head = Vec::new();
        file.by_ref().take(HEAD).read_to_end(&mut head)?;
        let (declared, first_line) = declared_delimiter(&mut head);
        let delimiter = declared.unwrap_or_else(|| likeliest_delimiter(&head, knows));
        let encoding = file.encoding().name();
        let records = Records::new(Cursor::new(head).chain(file), delimiter, first_line, longest);
        Ok(Self { records, encoding, from: 0 })
    }
}

impl Source for Delimited {
    fn next(&mut self) -> Result<Option<FoundRow>, Fault> {
        let mut after_gap = false;
        while let Some(record) = self.records.next()? {
            let is_passed_over = record.line < self.from;
            if !is_passed_over && !record.is_blank() {
                let row = row(&record, after_gap, self.encoding)?;
                if !row.cells.is_empty() {
                    return Ok(Some(row));
                }
            }
            after_gap = !is_passed_over;
        }
        Ok(None)
    }

    fn skip_to(&mut self, line: u64) {
        self.from = line;
    }
}

fn row(record: &Record, after_gap: bool, encoding: &'static str) -> Result<FoundRow, Fault> {
    if record.has_nul() {
        return Err(Fault::at_line(record.line, Reason::Binary));
    }
    let invalid = || Fault::at_line(record.line, Reason::InvalidText { encoding });
    let fields = record.fields().ok_or_else(invalid)?;
    let filled = fields.enumerate().filter(|(_, field)| !cells::is_blank(field));
    let cells = filled.map(|(column, field)| (column, Found::Cell(Cell::Text(unguarded(field).to_owned()))));
    Ok(FoundRow { line: record.line, after_gap, cells: cells.collect() })
}

/// A text without the apostrophe that an export puts before one that a spreadsheet would run.
fn unguarded(field: &str) -> &str {
    let begins_like_a_formula =
        |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    match field.strip_prefix('\'') {
        Some(text) if begins_like_a_formula(text.trim_start_matches('\'')) => text,
        _ => field,
    }
}

/// What a first line like `sep=;` tells, which Excel takes for no row. It is taken out of the head; the line
/// that follows is told.
fn declared_delimiter(head: &mut Vec<u8>) -> (Option<u8>, u64) {
    let line: Vec<u8> = head.iter().copied().take_while(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(&line);
    let (Some(start), Some(&delimiter)) = (line.get(..4), line.get(4)) else { return (None, 1) };
    if line.len() != 5 || !start.eq_ignore_ascii_case(b"sep=") {
        return (None, 1);
    }
    let end = head.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(head.len());
    let end_length = if head.get(end..end + 2) == Some(b"\r\n") { 2 } else { 1 };
    head.drain(..(end + end_length).min(head.len()));
    (Some(delimiter), 2)
}

fn likeliest_delimiter(head: &[u8], knows: &dyn Fn(&str) -> bool) -> u8 {
    let mut best = (DELIMITERS[0], (0, 0));
    for delimiter in DELIMITERS {
        let made = made_by(delimiter, head, knows);
        if made > best.1 {
            best = (delimiter, made);
        }
    }
    let (headings, most_fields) = best.1;
    let only_one_field = most_fields <= 1;
    let made = made_by(LAST_DELIMITER, head, knows);
    if (headings == 0 || only_one_field) && made > best.1 { LAST_DELIMITER } else { best.0 }
}

/// The most known headings that a row of the head has with this delimiter, and the most fields.
fn made_by(delimiter: u8, head: &[u8], knows: &dyn Fn(&str) -> bool) -> (usize, usize) {
    let mut records = Records::new(head, delimiter, 1, head.len() + 1);
    let mut most = (0, 0);
    for _ in 0..MOST_ROWS_ABOVE {
        // The head may end within quotes.
        let Ok(Some(record)) = records.next() else { break };
        let Some(fields) = record.fields() else { continue };
        let fields: Vec<&str> = fields.collect();
        most = most.max((heading::known(fields.iter().copied(), knows), fields.len()));
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knows(text: &str) -> bool {
        ["id", "name.fr", "Ville, siège", "Objet"].contains(&text)
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_headings() {
        for (head, delimiter) in [
            ("id,name.fr\n1,x;y;z;w\n", b','),
            ("Liste; au 12,03\nid;name.fr;\"Ville, siège\"\n", b';'),
            ("id\tname.fr\n", b'\t'),
            ("id|name.fr\n", b'|'),
            ("id,Objet\n1,a|b|c|d\n", b','),
            ("id\n1\n", b','),
        ] {
            assert_eq!(likeliest_delimiter(head.as_bytes(), &knows), delimiter, "{head}");
        }
    }

    #[test]
    fn a_declared_delimiter_is_taken_out() {
        for (text, rest) in
            [("sep=;\r\nid", "id"), ("\"sep=;\"\nid", "id"), ("SEP=;\rid", "id"), ("sep=;", "")]
        {
            let mut head = text.as_bytes().to_vec();
            assert_eq!(declared_delimiter(&mut head), (Some(b';'), 2));
            assert_eq!(head, rest.as_bytes());
        }
        assert_eq!(declared_delimiter(&mut b"sep=;x\nid".to_vec()), (None, 1));
        assert_eq!(declared_delimiter(&mut b"id".to_vec()), (None, 1));
    }

    #[test]
    fn an_apostrophe_before_a_formula_is_taken_away() {
        for (written, read) in
            [("'=1+1", "=1+1"), ("''+x", "'+x"), ("'x", "'x"), ("'", "'"), ("l'eau", "l'eau")]
        {
            assert_eq!(unguarded(written), read);
        }
    }
}
