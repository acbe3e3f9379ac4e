//! Whole files, as they are handed over.

mod hostile;
mod texts;
mod workbooks;

use std::io::Write;

use tempfile::NamedTempFile;

use super::*;

/// A file with these bytes.
fn file(bytes: impl AsRef<[u8]>) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes.as_ref()).unwrap();
    file
}

fn knows(heading: &str) -> bool {
    headings::canonical(heading).is_some()
}

fn open(file: &NamedTempFile, format: FileFormat) -> Result<Table, Fault> {
    Table::open(file.path(), format, &Options::default(), knows)
}

/// What stands in a row, each cell as a text, after its line.
fn shown(row: Row) -> String {
    let cells = match row.content {
        Content::Cells(cells) => {
            cells.iter().map(|cell| cell.text().unwrap_or_default()).collect::<Vec<_>>().join("/")
        }
        Content::Object(object) => serde_json::to_string(&object).unwrap(),
    };
    format!("{}: {cells}", row.line)
}

/// The rows that are left, and the faults between them.
fn rows(table: &mut Table) -> Vec<String> {
    table.map(|row| row.map_or_else(|fault| format!("{} {}", fault.place, fault.code()), shown)).collect()
}

fn names(table: &Table) -> Vec<String> {
    table.columns().iter().map(|column| format!("{} {}", column.place, column.name)).collect()
}

#[test]
fn a_table_goes_to_another_thread() {
    fn goes<T: Send>() {}
    goes::<Table>();
}
