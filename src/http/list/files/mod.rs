//! Files that a list leaves as: written item by item, whatever its length.

mod cells;
mod csv;
mod geojson;
mod ndjson;
mod xlsx;

use std::io::{Result, Write};

use serde_json::Value as JsonValue;
use utoipa::ToSchema;

use super::Listed;
use super::format::Format;
use crate::http::columns::{Column, Kind, columns_of};
use crate::http::representation::View;
use crate::language::Language;

/// An item as it is shown.
pub(super) struct Shown {
    /// The item in the view that is asked for.
    pub(super) json: JsonValue,
    /// Where it lies, whether the view shows it or not.
    pub(super) location: JsonValue,
}

impl Shown {
    /// The item with the cursor behind which the next one comes.
    pub(super) fn with_cursor(mut self, cursor: Option<&String>) -> Self {
        if let (Some(cursor), JsonValue::Object(item)) = (cursor, &mut self.json) {
            item.insert("cursor".to_owned(), cursor.as_str().into());
        }
        self
    }
}

/// The columns of a list of `T` whose items have the type `Item`, as the view shows them; the key first.
pub(super) fn columns<T: Listed, Item: ToSchema>(view: &View) -> Vec<Column> {
    let mut columns = columns_of::<Item>(view, T::LIST.expansions);
    columns.sort_by_key(|column| column.name != T::LIST.key.name);
    columns
}

/// Writes a file, item by item.
pub(super) trait FileWriter {
    /// Writes an item.
    fn item(&mut self, item: Shown) -> Result<()>;

    /// Writes what stands behind the last item.
    fn end(self: Box<Self>) -> Result<()>;
}

/// What a file is like, whatever its items are.
#[derive(Clone)]
pub(super) struct Layout {
    format: Format,
    /// What the list is called.
    name: String,
    columns: Vec<Column>,
    language: Option<Language>,
    /// Whether a byte order mark begins it: some spreadsheets know UTF-8 by it.
    with_mark: bool,
    /// The name of the field that identifies an item.
    key: &'static str,
    /// How many items have no place that was looked around, where that was asked.
    without_place: Option<i64>,
}

impl Layout {
    /// The file of a list of `T` that is called `name`, with items of the type `Item` in this view.
    pub(super) fn of<T: Listed, Item: ToSchema>(format: Format, name: String, view: &View) -> Self {
        Self {
            format,
            name,
            columns: if format.is_table() { columns::<T, Item>(view) } else { Vec::new() },
            language: view.language,
            with_mark: false,
            key: T::LIST.key.name,
            without_place: None,
        }
    }

    /// The same file with a byte order mark at its beginning, if it is to have one.
    #[must_use]
    pub(super) fn with_mark(self, with_mark: bool) -> Self {
        Self { with_mark, ..self }
    }

    /// The same file with a column for cursors.
    #[must_use]
    pub(super) fn with_cursors(mut self) -> Self {
        if self.format.is_table() {
            self.columns.push(Column::new("cursor", Kind::Text));
        }
        self
    }

    /// The same file, which tells how many items have no place.
    #[must_use]
    pub(super) fn without_place(self, without_place: Option<i64>) -> Self {
        Self { without_place, ..self }
    }

    /// Begins the file in `out`.
    pub(super) fn begin<'a>(&'a self, out: &'a mut (dyn Write + Send)) -> Result<Box<dyn FileWriter + 'a>> {
        Ok(match self.format {
            Format::Csv => Box::new(csv::Csv::begin(out, &self.columns, self.with_mark)?),
            Format::Xlsx => Box::new(xlsx::Xlsx::begin(out, &self.columns, &self.name, self.language)?),
            Format::Geojson => Box::new(geojson::Geojson::begin(out, self.key, self.without_place)?),
            Format::Json | Format::Ndjson => Box::new(ndjson::Ndjson::begin(out)),
        })
    }
}
