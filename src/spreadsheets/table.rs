//! A table in a file: its columns and its rows.

use std::collections::VecDeque;
use std::fs::File;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::cells::{Calendar, Cell};
use super::delimited::Delimited;
use super::fault::{Fault, Reason};
use super::heading::{self, Heading, MOST_ROWS_ABOVE};
use super::ndjson::Ndjson;
use super::notes;
use super::place::Range;
use super::source::{Found, FoundRow, Source};
use super::xlsx::Workbook;

/// What a file is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Delimited text with a heading.
    Csv,
    /// A JSON object a line.
    Ndjson,
    /// A workbook.
    Xlsx,
}

/// How a file is read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The sheet of a workbook; otherwise the first one that is visible and has a table.
    pub sheet: Option<String>,
    /// How much is taken.
    pub limits: Limits,
}

/// How much is taken of a file.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most bytes to which a part of a workbook may unpack: a sheet, say.
    pub unpacked: u64,
    /// The most bytes of a record, of a line of NDJSON and of a cell.
    pub record: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unpacked: 2 << 30, record: 1 << 20 }
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading, trimmed and with single blanks.
    pub name: String,
    /// What a spreadsheet calls it: `C`.
    pub place: String,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line at which it begins, from 1.
    pub line: u64,
    /// What stands in it.
    pub content: Content,
}

/// What stands in a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A cell a column.
    Cells(Vec<Cell>),
    /// An object of NDJSON, which has no columns.
    Object(Map<String, Value>),
}

/// A table in a file, which is an iterator of its rows.
pub struct Table {
    rows: Rows,
    columns: Vec<Column>,
    calendar: Calendar,
    sheet: Option<String>,
    unread_sheets: Vec<String>,
    notes: Vec<u64>,
    has_ended: bool,
}

enum Rows {
    Cells(Box<CellRows>),
    Objects(Box<Ndjson>),
}

/// The rows below a heading.
struct CellRows {
    source: Box<dyn Source>,
    /// What was read while the heading was looked for.
    ahead: VecDeque<Result<FoundRow, Fault>>,
    heading: Heading,
    /// What is merged below the heading over several lines, by its first line.
    merged: VecDeque<Range>,
}

impl Table {
    /// Opens a file and finds its heading: the row of which most texts are known to `knows`, among the first
    /// ones. A fault that comes from here is one of the file as a whole.
    pub fn open(
        path: &Path,
        format: FileFormat,
        options: &Options,
        knows: impl Fn(&str) -> bool,
    ) -> Result<Self, Fault> {
        Self::of_file(File::open(path)?, format, options, knows)
    }

    /// As [`Table::open`], of a file that is open, and at its beginning.
    pub fn of_file(
        file: File,
        format: FileFormat,
        options: &Options,
        knows: impl Fn(&str) -> bool,
    ) -> Result<Self, Fault> {
        let longest = options.limits.record;
        match format {
            FileFormat::Ndjson => {
                Ok(Self::of(Rows::Objects(Box::new(Ndjson::read(file, longest)?)), Vec::new()))
            }
            FileFormat::Csv => {
                let source = Box::new(Delimited::read(file, longest, &knows)?);
                Self::below_heading(source, Vec::new(), &knows)
            }
            FileFormat::Xlsx => Self::read_workbook(file, options, &knows),
        }
    }

    fn read_workbook(file: File, options: &Options, knows: &dyn Fn(&str) -> bool) -> Result<Self, Fault> {
        let workbook = Workbook::read(file, options.limits)?;
        let names = workbook.visible_sheets();
        let asked: Vec<String> = match &options.sheet {
            Some(sheet) if !names.contains(sheet) => {
                let reason = Reason::NoSuchSheet { sheet: sheet.clone(), sheets: names };
                return Err(Fault::of_file(reason));
            }
            Some(sheet) => vec![sheet.clone()],
            None => names.clone(),
        };
        let mut without_heading = Fault::of_file(Reason::NoVisibleSheet);
        for sheet in asked {
            let (source, merged) = workbook.rows(&sheet)?;
            match Self::below_heading(Box::new(source), merged, knows) {
                Ok(table) => {
                    let unread_sheets = names.into_iter().filter(|name| *name != sheet).collect();
                    let calendar = workbook.calendar();
                    return Ok(Self { sheet: Some(sheet), unread_sheets, calendar, ..table });
                }
                Err(fault) if matches!(fault.reason, Reason::NoHeading { .. } | Reason::Empty) => {
                    without_heading = fullest(without_heading, fault);
                }
                Err(fault) => return Err(fault),
            }
        }
        Err(without_heading)
    }

    fn below_heading(
        mut source: Box<dyn Source>,
        merged: Vec<Range>,
        knows: &dyn Fn(&str) -> bool,
    ) -> Result<Self, Fault> {
        let mut ahead = read_ahead(source.as_mut());
        let rows: Vec<&FoundRow> = ahead.iter().filter_map(|row| row.as_ref().ok()).collect();
        let Some(heading) = heading::find(&rows, &merged, knows) else {
            let no_heading = no_heading(&rows);
            return Err(ahead.into_iter().find_map(Result::err).unwrap_or(no_heading));
        };
        // What is wrong above the heading is no row's fault.
        ahead.retain(|row| match row {
            Ok(row) => row.line > heading.last_line,
            Err(fault) => fault.place.line().is_none_or(|line| line > heading.last_line),
        });
        let below =
            merged.into_iter().filter(|range| range.spans_lines() && range.lines.0 > heading.last_line);
        let merged = below.collect();
        let columns = heading.columns.clone();
        Ok(Self::of(
            Rows::Cells(Box::new(CellRows { source, ahead: ahead.into(), heading, merged })),
            columns,
        ))
    }

    fn of(rows: Rows, columns: Vec<Column>) -> Self {
        Self {
            rows,
            columns,
            calendar: Calendar::default(),
            sheet: None,
            unread_sheets: Vec::new(),
            notes: Vec::new(),
            has_ended: false,
        }
    }

    /// Its columns, in their order. NDJSON has none.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// In which calendar the numbers count that are days.
    pub fn calendar(&self) -> Calendar {
        self.calendar
    }

    /// The sheet of a workbook that is read.
    pub fn sheet(&self) -> Option<&str> {
        self.sheet.as_deref()
    }

    /// The other visible sheets of the workbook, which are not read.
    pub fn unread_sheets(&self) -> &[String] {
        &self.unread_sheets
    }

    /// The lines that were passed over so far because they are notes, sums, or the heading once more.
    pub fn notes(&self) -> &[u64] {
        &self.notes
    }

    /// Passes over the rows before this line without looking into them: to go on where reading was broken
    /// off.
    pub fn skip_to(&mut self, line: u64) {
        match &mut self.rows {
            Rows::Cells(rows) => rows.skip_to(line),
            Rows::Objects(objects) => objects.skip_to(line),
        }
    }

    fn read(&mut self) -> Result<Option<Row>, Fault> {
        let rows = match &mut self.rows {
            Rows::Objects(objects) => {
                let row = objects.next()?;
                return Ok(row.map(|(line, object)| Row { line, content: Content::Object(object) }));
            }
            Rows::Cells(rows) => rows,
        };
        while let Some(row) = rows.next()? {
            if notes::is_note(&row, self.columns.len()) || notes::is_heading(&row, &rows.heading) {
                self.notes.push(row.line);
                continue;
            }
            rows.check_merged(row.line)?;
            return rows.heading.row(row).map(Some);
        }
        Ok(None)
    }
}

impl Iterator for Table {
    type Item = Result<Row, Fault>;

    /// The next row, or what is wrong with it. After a fault that ends reading there is none.
    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let row = self.read();
        self.has_ended = match &row {
            Ok(row) => row.is_none(),
            Err(fault) => fault.ends_reading(),
        };
        row.transpose()
    }
}

impl CellRows {
    fn next(&mut self) -> Result<Option<FoundRow>, Fault> {
        match self.ahead.pop_front() {
            Some(row) => row.map(Some),
            None => self.source.next(),
        }
    }

    fn skip_to(&mut self, line: u64) {
        self.ahead.retain(|row| match row {
            Ok(row) => row.line >= line,
            Err(fault) => fault.ends_reading() || fault.place.line().is_none_or(|place| place >= line),
        });
        self.source.skip_to(line);
    }

    /// Refuses a line of which a cell is merged with those of other lines.
    fn check_merged(&mut self, line: u64) -> Result<(), Fault> {
        self.merged.retain(|range| range.lines.1 >= line);
        let merged = self.merged.iter().find(|range| range.has_line(line));
        let Some(range) = merged else { return Ok(()) };
        Err(Fault::at_cell(range.columns.0, line, Reason::MergedCells { range: range.to_string() }))
    }
}

impl Heading {
    /// A cell for each column.
    fn row(&self, found: FoundRow) -> Result<Row, Fault> {
        let mut cells = vec![Cell::Empty; self.places.len()];
        for (place, found_cell) in found.cells {
            let fault = |reason| Fault::at_cell(place, found.line, reason);
            let column = self.places.binary_search(&place).map_err(|_| fault(Reason::CellWithoutHeading))?;
            let cell = match found_cell {
                Found::Cell(cell) => cell,
                Found::Error(error) => return Err(fault(Reason::ErrorCell { error })),
            };
            if let Some(slot) = cells.get_mut(column) {
                *slot = cell;
            }
        }
        Ok(Row { line: found.line, content: Content::Cells(cells) })
    }
}

/// The rows among which the heading is, and the faults between them.
fn read_ahead(source: &mut dyn Source) -> Vec<Result<FoundRow, Fault>> {
    let mut ahead = Vec::new();
    while ahead.len() < MOST_ROWS_ABOVE
        && let Some(row) = source.next().transpose()
    {
        let is_the_end = row.as_ref().is_err_and(Fault::ends_reading);
        ahead.push(row);
        if is_the_end {
            break;
        }
    }
    ahead
}

/// The fault that tells more of two.
fn fullest(first: Fault, second: Fault) -> Fault {
    let length = |fault: &Fault| match &fault.reason {
        Reason::NoHeading { found } => found.len(),
        _ => 0,
    };
    if length(&second) >= length(&first) { second } else { first }
}

fn no_heading(rows: &[&FoundRow]) -> Fault {
    const MOST_TOLD: usize = 30;
    const LONGEST_TOLD: usize = 60;
    let Some(fullest) = rows.iter().rev().max_by_key(|row| row.cells.len()) else {
        return Fault::of_file(Reason::Empty);
    };
    let texts = fullest.cells.iter().filter_map(|(_, found)| found.as_text()).take(MOST_TOLD);
    let found = texts.map(|text| heading::collapsed(text).chars().take(LONGEST_TOLD).collect()).collect();
    Fault::of_file(Reason::NoHeading { found })
}
