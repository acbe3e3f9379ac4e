//! CSV (RFC 4180): a record an item, below the names of the columns.

use std::borrow::Cow;
use std::io::{Result, Write};

use csv::{Terminator, Writer, WriterBuilder};
use serde_json::Value as JsonValue;

use super::{FileWriter, Shown, cells};
use crate::http::columns::Column;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A CSV file.
pub(super) struct Csv<'a> {
    records: Writer<&'a mut (dyn Write + Send)>,
    columns: &'a [Column],
}

impl<'a> Csv<'a> {
    pub(super) fn begin(
        out: &'a mut (dyn Write + Send),
        columns: &'a [Column],
        with_mark: bool,
    ) -> Result<Self> {
        if with_mark {
            out.write_all(BYTE_ORDER_MARK)?;
        }
        let mut records = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
        records.write_record(columns.iter().map(|column| &column.name))?;
        Ok(Self { records, columns })
    }
}

impl FileWriter for Csv<'_> {
    fn item(&mut self, item: Shown) -> Result<()> {
        for column in self.columns {
            self.records.write_field(cell(column.value(&item.json)).as_bytes())?;
        }
        Ok(self.records.write_record(None::<&[u8]>)?)
    }

    fn end(mut self: Box<Self>) -> Result<()> {
        self.records.flush()
    }
}

/// Numbers are no texts: a negative one is no formula.
fn cell(value: &JsonValue) -> Cow<'_, str> {
    let text = cells::text(value);
    if value.is_number() { text } else { cells::guarded(text) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::columns::Kind;

    fn written(items: &[JsonValue], with_mark: bool) -> String {
        let columns = ["a", "b.fr", "c"].map(|name| Column { name: name.to_owned(), kind: Kind::Text });
        let mut out = Vec::new();
        let mut file: Box<dyn FileWriter> = Box::new(Csv::begin(&mut out, &columns, with_mark).unwrap());
        for item in items {
            file.item(Shown { json: item.clone(), location: JsonValue::Null }).unwrap();
        }
        file.end().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn records_are_quoted_and_run_no_formula() {
        let items = [
            json!({"a": "x,\"y\"\nz", "b": {"fr": "Fès"}, "c": -3}),
            json!({"a": "=1+1", "b": {}, "c": null}),
        ];
        assert_eq!(written(&items, false), "a,b.fr,c\r\n\"x,\"\"y\"\"\nz\",Fès,-3\r\n'=1+1,,\r\n");
    }

    #[test]
    fn a_mark_begins_the_file_when_it_is_asked_for() {
        assert_eq!(written(&[], true), "\u{feff}a,b.fr,c\r\n");
    }
}
