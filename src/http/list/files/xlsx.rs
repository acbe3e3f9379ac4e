//! XLSX: a row an item, with typed cells, below a heading that stays. Rows that are written wait on the disk, not in
//! memory.

use std::io::{Error, Result, Write};

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime};
use rust_xlsxwriter::{ColNum, DocProperties, ExcelDateTime, Format, RowNum, Workbook, XlsxError};
use serde_json::Value as JsonValue;

use super::{FileWriter, Shown, cells};
use crate::http::columns::{Column, Kind};
use crate::language::Language;

/// The most rows of a sheet, the heading included (ECMA-376; Excel's limit).
const MOST_ROWS: RowNum = 1_048_576;
/// The most characters of a cell.
const LONGEST_TEXT: usize = 32_767;
/// From this number on not every whole one can be told from the next.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;
/// The first year of a spreadsheet's calendar that every program reads alike.
const FIRST_YEAR: i32 = 1901;

/// An XLSX file.
pub(super) struct Xlsx<'a> {
    out: &'a mut (dyn Write + Send),
    workbook: Workbook,
    columns: &'a [Column],
    name: &'a str,
    right_to_left: bool,
    formats: Formats,
    next_row: RowNum,
}

struct Formats {
    heading: Format,
    date: Format,
    instant: Format,
}

impl<'a> Xlsx<'a> {
    pub(super) fn begin(
        out: &'a mut (dyn Write + Send),
        columns: &'a [Column],
        name: &'a str,
        language: Option<Language>,
    ) -> Result<Self> {
        let mut workbook = Workbook::new();
        // The same rows make the same file.
        let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failure)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let formats = Formats {
            heading: Format::new().set_bold(),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            instant: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        };
        let right_to_left = language == Some(Language::Ar);
        let mut file = Self { out, workbook, columns, name, right_to_left, formats, next_row: MOST_ROWS };
        file.begin_sheet()?;
        Ok(file)
    }

    /// Begins a sheet: the first one, or a further one when it is full.
    fn begin_sheet(&mut self) -> Result<()> {
        let number = self.workbook.worksheets().len() + 1;
        let name = sheet_name(self.name, number);
        let sheet = self.workbook.add_worksheet_with_constant_memory().map_err(failure)?;
        sheet.set_name(name).map_err(failure)?;
        sheet.set_right_to_left(self.right_to_left);
        sheet.set_freeze_panes(1, 0).map_err(failure)?;
        for (place, column) in (0..).zip(self.columns) {
            sheet.set_column_width(place, width(column)).map_err(failure)?;
        }
        for (place, column) in (0..).zip(self.columns) {
            sheet.write_string_with_format(0, place, &column.name, &self.formats.heading).map_err(failure)?;
        }
        self.next_row = 1;
        Ok(())
    }

    fn write(&mut self, place: ColNum, kind: Kind, value: &JsonValue) -> Result<()> {
        let sheets = self.workbook.worksheets_mut();
        let Some(sheet) = sheets.last_mut() else { return Ok(()) };
        let row = self.next_row;
        let written = match typed(kind, value) {
            Cell::Empty => return Ok(()),
            Cell::Number(number) => sheet.write_number(row, place, number),
            Cell::Boolean(truth) => sheet.write_boolean(row, place, truth),
            Cell::Date(day) => sheet.write_number_with_format(row, place, day, &self.formats.date),
            Cell::Instant(moment) => {
                sheet.write_number_with_format(row, place, moment, &self.formats.instant)
            }
            // A string is never a formula or a link, whatever it begins with.
            Cell::Text(text) => sheet.write_string(row, place, text),
        };
        written.map(drop).map_err(failure)
    }
}

impl FileWriter for Xlsx<'_> {
    fn item(&mut self, item: Shown) -> Result<()> {
        if self.next_row == MOST_ROWS {
            self.begin_sheet()?;
        }
        for (place, column) in (0..).zip(self.columns) {
            self.write(place, column.kind, column.value(&item.json))?;
        }
        self.next_row += 1;
        Ok(())
    }

    fn end(mut self: Box<Self>) -> Result<()> {
        self.workbook.save_to_writer(self.out).map_err(failure)
    }
}

/// A value as a cell.
enum Cell {
    Empty,
    Number(f64),
    Boolean(bool),
    /// Days of a spreadsheet's calendar.
    Date(f64),
    /// Days, and the part of one that has passed.
    Instant(f64),
    Text(String),
}

fn typed(kind: Kind, value: &JsonValue) -> Cell {
    let text = || match cells::text(value) {
        text if text.is_empty() => Cell::Empty,
        text => Cell::Text(shortened(&text)),
    };
    match (kind, value) {
        (_, JsonValue::Null) => Cell::Empty,
        (_, JsonValue::Bool(truth)) => Cell::Boolean(*truth),
        (_, JsonValue::Number(number)) => match number.as_f64() {
            Some(number) if number.abs() < LARGEST_EXACT => Cell::Number(number),
            _ => text(),
        },
        (Kind::Date, JsonValue::String(day)) => day_of(day).map_or_else(text, Cell::Date),
        (Kind::Instant, JsonValue::String(instant)) => instant_of(instant).map_or_else(text, Cell::Instant),
        _ => text(),
    }
}

fn day_of(text: &str) -> Option<f64> {
    let day: NaiveDate = text.parse().ok()?;
    serial(day.and_hms_opt(0, 0, 0)?)
}

fn instant_of(text: &str) -> Option<f64> {
    serial(DateTime::parse_from_rfc3339(text).ok()?.naive_utc())
}

/// The number of a moment in a spreadsheet's calendar; none before 1901, where its leap years are wrong.
fn serial(moment: NaiveDateTime) -> Option<f64> {
    const MILLISECONDS_A_DAY: f64 = 86_400_000.0;
    let beginning = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_hms_opt(0, 0, 0)?;
    let milliseconds = (moment - beginning).num_milliseconds() as f64;
    (FIRST_YEAR..=9999).contains(&moment.year()).then_some(milliseconds / MILLISECONDS_A_DAY)
}

/// What fits into a cell; a sign tells that something is missing.
fn shortened(text: &str) -> String {
    if text.encode_utf16().count() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let mut units = 1;
    let fits = |letter: &char| {
        units += letter.len_utf16();
        units <= LONGEST_TEXT
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// Characters.
fn width(column: &Column) -> f64 {
    match column.kind {
        Kind::Number | Kind::Boolean | Kind::Date => 12.0,
        Kind::Instant => 20.0,
        Kind::Text if column.name == "id" || column.name.ends_with("_id") => 38.0,
        Kind::Text if column.name == "name" || column.name.starts_with("name.") => 40.0,
        Kind::Text | Kind::List | Kind::Json => 18.0,
    }
}

/// The name of a sheet, which is short.
fn sheet_name(name: &str, number: usize) -> String {
    const LONGEST: usize = 25;
    let name: String = name.chars().take(LONGEST).collect();
    if number == 1 { name } else { format!("{name} {number}") }
}

fn failure(error: XlsxError) -> Error {
    Error::other(error)
}
