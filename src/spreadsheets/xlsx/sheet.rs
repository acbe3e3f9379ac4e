//! The rows of a sheet.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::super::cells::{self, Calendar, Cell};
use super::super::fault::{Fault, Reason};
use super::super::place::{MOST_COLUMNS, MOST_ROWS, parse_cell};
use super::super::source::{Found, FoundRow, Source};
use super::strings::{Strings, pass, read_text};
use super::styles::Styles;
use super::xml::{Element, Event, Xml};

/// The rows of a sheet, as they are read.
pub(in super::super) struct SheetRows {
    xml: Xml,
    strings: Arc<Mutex<Strings>>,
    styles: Arc<Styles>,
    calendar: Calendar,
    /// The last row that was read.
    line: u64,
    /// The last row with something in it.
    last_filled: u64,
    from: u64,
    has_ended: bool,
}

/// What a cell says of itself before its value comes.
struct Opening {
    column: usize,
    style: usize,
    kind: Kind,
}

/// What the value of a cell is written as (ECMA-376, part 1, 18.18.11).
#[derive(Clone, Copy)]
enum Kind {
    Number,
    SharedText,
    /// What a formula made.
    Text,
    /// One that stands in the cell itself.
    InlineText,
    Boolean,
    Error,
    Iso,
}

impl SheetRows {
    pub(super) fn new(
        mut xml: Xml,
        strings: Arc<Mutex<Strings>>,
        styles: Arc<Styles>,
        calendar: Calendar,
    ) -> Result<Self, Fault> {
        let mut has_ended = true;
        while let Some(event) = xml.next()? {
            if matches!(event, Event::Start(element) if element.name() == "sheetData") {
                has_ended = false;
                break;
            }
        }
        Ok(Self { xml, strings, styles, calendar, line: 0, last_filled: 0, from: 0, has_ended })
    }

    /// Goes to the next row; tells whether there is one.
    fn begin_row(&mut self) -> Result<bool, Fault> {
        while let Some(event) = self.xml.next()? {
            match event {
                Event::Start(element) if element.name() == "row" => {
                    let number = element.attribute("r")?;
                    let line = match number.map(|number| number.parse::<u64>()) {
                        None => self.line + 1,
                        Some(Ok(line)) if line > self.line && line <= MOST_ROWS => line,
                        Some(_) => return Err(Fault::broken("its rows are not in their order")),
                    };
                    self.line = line;
                    return Ok(true);
                }
                Event::End(element) if element.name() == "sheetData" => return Ok(false),
                _ => {}
            }
        }
        // A file that is cut must not look like one that is short.
        Err(Fault::at_line(
            self.line,
            Reason::BrokenWorkbook { detail: "it ends within its rows".to_owned() },
        ))
    }

    fn read_row(&mut self) -> Result<Vec<(usize, Found)>, Fault> {
        let mut cells: Vec<(usize, Found)> = Vec::new();
        let mut next_column = 0;
        loop {
            let opening = match self.xml.next()? {
                Some(Event::Start(element)) if element.name() == "c" => {
                    opening(&element, next_column, self.line)?
                }
                Some(Event::End(element)) if element.name() == "row" => return Ok(cells),
                Some(_) => continue,
                None => return Err(Fault::broken("it ends within a row")),
            };
            if opening.column < next_column || opening.column >= MOST_COLUMNS {
                return Err(Fault::broken("its cells are not in their order"));
            }
            next_column = opening.column + 1;
            if let Some(found) = self.read_cell(&opening)? {
                cells.push((opening.column, found));
            }
        }
    }

    /// The value of a cell. Of a formula it is the one that was computed last.
    fn read_cell(&mut self, opening: &Opening) -> Result<Option<Found>, Fault> {
        let mut value = String::new();
        let is_inline = matches!(opening.kind, Kind::InlineText);
        loop {
            match self.xml.next()? {
                Some(Event::Start(element)) => match element.name() {
                    "t" if is_inline => read_text(&mut self.xml, &mut value)?,
                    "v" if !is_inline => read_text(&mut self.xml, &mut value)?,
                    "f" => pass(&mut self.xml, "f")?,
                    "rPh" => pass(&mut self.xml, "rPh")?,
                    _ => {}
                },
                Some(Event::End(element)) if element.name() == "c" => break,
                Some(_) => {}
                None => return Err(Fault::broken("it ends within a cell")),
            }
        }
        if value.is_empty() { Ok(None) } else { self.found(opening, value) }
    }

    fn found(&self, opening: &Opening, value: String) -> Result<Option<Found>, Fault> {
        let at = |reason| Fault::at_cell(opening.column, self.line, reason);
        let broken = || at(Reason::BrokenWorkbook { detail: "a value that is none".to_owned() });
        let cell = match opening.kind {
            Kind::Error => return Ok(Some(Found::Error(value))),
            Kind::Boolean => match value.trim() {
                "1" | "true" => Cell::Boolean(true),
                "0" | "false" => Cell::Boolean(false),
                _ => return Err(broken()),
            },
            Kind::Number => {
                let number: f64 = value.trim().parse().map_err(|_| broken())?;
                if !number.is_finite() {
                    return Err(broken());
                }
                self.number(number, opening.style)
            }
            Kind::SharedText => {
                let number = value.trim().parse().map_err(|_| broken())?;
                let mut strings = self.strings.lock().unwrap_or_else(PoisonError::into_inner);
                Cell::Text(strings.get(number)?)
            }
            Kind::Iso => iso(value),
            Kind::Text | Kind::InlineText => Cell::Text(value),
        };
        let is_blank = matches!(&cell, Cell::Text(text) if cells::is_blank(text));
        Ok((!is_blank).then_some(Found::Cell(cell)))
    }

    fn number(&self, number: f64, style: usize) -> Cell {
        let moment = self.styles.is_day(style).then(|| cells::day_of_serial(number, self.calendar)).flatten();
        moment.map_or(Cell::Number(number), day_or_moment)
    }
}

impl Source for SheetRows {
    fn next(&mut self) -> Result<Option<FoundRow>, Fault> {
        while !self.has_ended && self.begin_row()? {
            if self.line < self.from {
                pass(&mut self.xml, "row")?;
                self.last_filled = self.line;
                continue;
            }
            let cells = self.read_row()?;
            if !cells.is_empty() {
                let after_gap = self.line > self.last_filled + 1;
                self.last_filled = self.line;
                return Ok(Some(FoundRow { line: self.line, after_gap, cells }));
            }
        }
        self.has_ended = true;
        Ok(None)
    }

    fn skip_to(&mut self, line: u64) {
        self.from = line;
    }
}

fn opening(element: &Element, next_column: usize, line: u64) -> Result<Opening, Fault> {
    let [reference, style, kind] = element.attributes(["r", "s", "t"])?;
    let column = match reference {
        None => next_column,
        Some(reference) => match parse_cell(&reference) {
            Some((column, row)) if row == line => column,
            _ => return Err(Fault::broken("a cell stands in another row than it says")),
        },
    };
    let style = style.and_then(|style| style.parse().ok()).unwrap_or(0);
    let kind = match kind.as_deref() {
        None | Some("n") => Kind::Number,
        Some("s") => Kind::SharedText,
        Some("str") => Kind::Text,
        Some("inlineStr") => Kind::InlineText,
        Some("b") => Kind::Boolean,
        Some("e") => Kind::Error,
        Some("d") => Kind::Iso,
        Some(_) => {
            return Err(Fault::at_cell(
                column,
                line,
                Reason::BrokenWorkbook { detail: "an unknown type".into() },
            ));
        }
    };
    Ok(Opening { column, style, kind })
}

/// A day as ISO 8601 writes it; what is none stays a text.
fn iso(value: String) -> Cell {
    let text = value.trim().trim_end_matches('Z');
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Cell::Day(day);
    }
    text.parse::<NaiveDateTime>().map_or(Cell::Text(value), day_or_moment)
}

fn day_or_moment(moment: NaiveDateTime) -> Cell {
    if moment.time() == NaiveTime::MIN { Cell::Day(moment.date()) } else { Cell::Moment(moment) }
}
