//! NDJSON: an item a line.

use std::io::{Result, Write};

use super::{FileWriter, Shown};

/// An NDJSON file.
pub(super) struct Ndjson<'a> {
    out: &'a mut (dyn Write + Send),
}

impl<'a> Ndjson<'a> {
    pub(super) fn begin(out: &'a mut (dyn Write + Send)) -> Self {
        Self { out }
    }
}

impl FileWriter for Ndjson<'_> {
    fn item(&mut self, item: Shown) -> Result<()> {
        serde_json::to_writer(&mut *self.out, &item.json)?;
        self.out.write_all(b"\n")
    }

    fn end(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}
