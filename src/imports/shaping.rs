//! From a row of a file to what an association is written with: columns by their names, cells by what their fields hold.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value as JsonValue};

use crate::associations::importing;
use crate::associations::input::AssociationInput;
use crate::associations::model::PublicAssociation;
use crate::error::{Error, FieldRule, Reason, Result, Violation};
use crate::http::columns::{Column, Kind, columns_of};
use crate::http::representation::View;
use crate::spreadsheets::{self, Calendar, Cell, Content, MisfitReason, closed_words, headings};

const ID: &str = "id";
const EXTERNAL_ID: &str = "external_id";
/// What a heading is mapped to that is not to be read.
const NOT_READ: &str = "-";

/// What is known of the columns that a file may have.
pub(super) struct Known {
    fields: HashMap<String, Kind>,
    /// What our own exports have beside: it follows from the rest.
    passed_over: HashSet<String>,
    /// Headings that the importer explains.
    mapping: HashMap<String, String>,
}

impl Known {
    /// The columns of an association, and the headings that `mapping` gives a column.
    ///
    /// # Errors
    /// 422 for a column that there is not.
    pub(super) fn new(mapping: HashMap<String, String>) -> Result<Self> {
        let view = View::default();
        let fields: HashMap<String, Kind> = columns_of::<AssociationInput>(&view, &[])
            .into_iter()
            .map(|Column { name, kind }| (name, kind))
            .collect();
        let embedded = &["city", "province"];
        let shown = columns_of::<PublicAssociation>(&view, embedded).into_iter().map(|column| column.name);
        let passed_over = shown.filter(|name| !fields.contains_key(name)).collect();
        let known = Self { fields, passed_over, mapping };
        for column in known.mapping.values().filter(|column| *column != NOT_READ) {
            if !(known.fields.contains_key(column) || [ID, EXTERNAL_ID].contains(&column.as_str())) {
                let reason = Reason::new(FieldRule::UnknownField);
                let names = known.fields.keys().map(String::as_str);
                return Err(Error::invalid(vec![Violation::body(column, reason).suggesting(column, names)]));
            }
        }
        Ok(known)
    }

    /// The column that a heading means.
    pub(super) fn column(&self, heading: &str) -> Option<&str> {
        let mapped = self.mapping.get(heading).map(String::as_str);
        if mapped == Some(NOT_READ) {
            return None;
        }
        mapped
            .or_else(|| self.named(heading))
            .or_else(|| headings::canonical(heading).and_then(|name| self.named(name)))
    }

    fn named(&self, name: &str) -> Option<&str> {
        let field = self.fields.get_key_value(name).map(|(name, _)| name.as_str());
        let beside = || [ID, EXTERNAL_ID].into_iter().find(|known| *known == name);
        field.or_else(beside)
    }

    /// Whether a heading is known, if only to be passed over.
    pub(super) fn knows(&self, heading: &str) -> bool {
        self.column(heading).is_some()
            || self.passed_over.contains(heading)
            || self.mapping.get(heading).is_some_and(|column| column == NOT_READ)
    }
}

/// How the rows of a file are read.
pub(super) struct Shape {
    known: Known,
    /// What each column of the file is; none for those that are not read.
    columns: Vec<Option<String>>,
    calendar: Calendar,
}

impl Shape {
    /// The shape of a table with these columns.
    ///
    /// # Errors
    /// 422 when two of them mean the same.
    pub(super) fn new(known: Known, columns: &[spreadsheets::Column], calendar: Calendar) -> Result<Self> {
        let columns: Vec<Option<String>> =
            columns.iter().map(|column| known.column(&column.name).map(str::to_owned)).collect();
        let mut seen = HashSet::new();
        match columns.iter().flatten().find(|name| !seen.insert(*name)) {
            Some(twice) => Err(Error::invalid_field(twice.as_str(), Reason::new(FieldRule::Repeated))),
            None => Ok(Self { known, columns, calendar }),
        }
    }

    /// Whether the table has this column.
    pub(super) fn has(&self, name: &str) -> bool {
        self.columns.iter().flatten().any(|column| column == name)
    }

    /// The columns that are not read, although nobody said so.
    pub(super) fn unread<'a>(&self, columns: &'a [spreadsheets::Column]) -> Vec<&'a str> {
        let names = columns.iter().map(|column| column.name.as_str());
        names.filter(|name| !self.known.knows(name)).collect()
    }

    /// A row as it is written.
    ///
    /// # Errors
    /// 422 with all cells that are not what their columns hold.
    pub(super) fn row(&self, content: Content) -> Result<importing::Row> {
        match content {
            Content::Object(object) => Ok(self.object(object)),
            Content::Cells(cells) => self.cells(&cells),
        }
    }

    /// A line of NDJSON is a merge patch by itself.
    fn object(&self, mut object: Map<String, JsonValue>) -> importing::Row {
        let id = object.shift_remove(ID).and_then(text_of);
        let external_id = object.shift_remove(EXTERNAL_ID).and_then(text_of);
        let is_passed_over = |name: &str| {
            self.known.passed_over.iter().any(|known| known.split('.').next() == Some(name))
                && !self.known.fields.keys().any(|field| field.split('.').next() == Some(name))
        };
        object.retain(|name, _| !is_passed_over(name));
        importing::Row { id, external_id, patch: object.into() }
    }

    fn cells(&self, cells: &[Cell]) -> Result<importing::Row> {
        let (mut row, mut violations) =
            (importing::Row { patch: JsonValue::Object(Map::new()), ..Default::default() }, Vec::new());
        for (column, cell) in self.columns.iter().zip(cells) {
            // An empty cell says nothing: what stands there stays.
            let Some(name) = column.as_ref().filter(|_| !cell.is_empty()) else { continue };
            match name.as_str() {
                ID => row.id = cell.text(),
                EXTERNAL_ID => row.external_id = cell.text(),
                "founded_on" if is_a_year(cell, self.calendar) => {
                    put(&mut row.patch, "founded_year", cell.year().ok().flatten().into());
                }
                _ => match self.value(name, cell) {
                    Ok(Some(value)) => put(&mut row.patch, name, value),
                    Ok(None) => {}
                    Err(reason) => {
                        violations.push(Violation::body(format!("/{}", name.replace('.', "/")), reason));
                    }
                },
            }
        }
        if violations.is_empty() { Ok(row) } else { Err(Error::invalid(violations)) }
    }

    /// What a cell says of a field.
    fn value(&self, name: &str, cell: &Cell) -> std::result::Result<Option<JsonValue>, Reason> {
        let not = |expected: &'static str| Reason::new(FieldRule::Type).with("expected", expected);
        let kind = self.known.fields.get(name).copied().unwrap_or(Kind::Text);
        Ok(match kind {
            Kind::Number if name == "founded_year" => {
                cell.year().map_err(|_| not("integer"))?.map(JsonValue::from)
            }
            Kind::Number => cell.integer().map_err(|_| not("integer"))?.map(JsonValue::from),
            Kind::Boolean => cell.boolean().map_err(|_| not("boolean"))?.map(JsonValue::from),
            Kind::Date => {
                let day = cell.day(self.calendar).map_err(|_| Reason::new(FieldRule::Date))?;
                day.map(|day| day.to_string().into())
            }
            Kind::List => {
                let words = cell.words(name == "activity_fields").into_iter();
                Some(words.map(|word| in_our_words(name, word)).collect::<Vec<_>>().into())
            }
            Kind::Json => {
                cell.text().map(|text| serde_json::from_str(&text).unwrap_or(JsonValue::String(text)))
            }
            Kind::Text | Kind::Instant => {
                let text = if is_long(name) { cell.lines() } else { cell.text() };
                text.map(|text| in_our_words(name, text))
            }
        })
    }
}

/// Whether a day is known by its year alone, as in old registers.
fn is_a_year(cell: &Cell, calendar: Calendar) -> bool {
    let misfit = cell.day(calendar).err();
    misfit.is_some_and(|misfit| misfit.reason == MisfitReason::OnlyAYear)
        && matches!(cell.year(), Ok(Some(_)))
}

/// Whether the lines of a text are kept.
fn is_long(name: &str) -> bool {
    name.starts_with("object.")
}

/// The word of ours for what an officer wrote; anything else as it is.
fn in_our_words(column: &str, text: String) -> JsonValue {
    closed_words::word(column, &text).map_or_else(|| text.into(), JsonValue::from)
}

fn text_of(value: JsonValue) -> Option<String> {
    match value {
        JsonValue::String(text) => Some(text),
        JsonValue::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Puts a value at a dotted path.
fn put(patch: &mut JsonValue, path: &str, value: JsonValue) {
    let place = path.split('.').fold(patch, |place, step| &mut place[step]);
    *place = value;
}
