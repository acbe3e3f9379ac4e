//! What is to be done with a file, as it is kept with its import.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;

use serde::{Deserialize, Serialize};
use strum::VariantNames;
use utoipa::ToSchema;

use super::faults;
use super::shaping::{Known, Shape};
use crate::associations::facts::Author;
use crate::associations::importing::{Key, Mode, Writing};
use crate::associations::internal::is_system;
use crate::audit::Actor;
use crate::error::{Error, FieldRule, Reason, Result, Violation};
use crate::spreadsheets::{FileFormat, Options, Table};

/// What happens to the associations of the source system that its file does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Missing {
    /// Nothing.
    #[default]
    Nothing,
    /// They become dormant.
    Dormant,
}

/// So many of a hundred may be missing from a file unless it is said otherwise: half a file makes nobody dormant.
pub(super) const MISSING_AT_MOST: i64 = 10;

/// What is to be done with a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Instructions {
    pub(super) format: FileFormat,
    pub(super) mode: Mode,
    pub(super) key: Option<Key>,
    /// The source system.
    pub(super) source: Option<String>,
    /// The sheet of a workbook.
    pub(super) sheet: Option<String>,
    /// What headings mean.
    pub(super) mapping: BTreeMap<String, String>,
    pub(super) missing: Missing,
    /// How many of a hundred may be missing.
    pub(super) missing_at_most: i64,
    pub(super) dry_run: bool,
}

/// A file whose heading was read.
pub(super) struct Opened {
    pub(super) table: Table,
    pub(super) shape: Shape,
}

impl Instructions {
    /// Refuses with 400 what does not go together.
    pub(super) fn check(&self) -> Result<()> {
        let mut faults = Vec::new();
        let mut refuse = |name: &str, reason| faults.push(Violation::parameter(name, reason));
        if self.key.is_none() && self.mode != Mode::Create {
            refuse("key", Reason::new(FieldRule::Required));
        }
        if self.key == Some(Key::ExternalId) && self.source.is_none() {
            refuse("source", Reason::new(FieldRule::Required));
        }
        if self.source.as_deref().is_some_and(|source| !is_system(source)) {
            refuse("source", Reason::new(FieldRule::Pattern).with("expected", "prefecture-oujda"));
        }
        if self.missing == Missing::Dormant && self.key != Some(Key::ExternalId) {
            refuse("missing", Reason::new(FieldRule::Inapplicable).with("why", "key"));
        }
        if self.sheet.is_some() && self.format != FileFormat::Xlsx {
            refuse("sheet", Reason::new(FieldRule::Inapplicable).with("why", "Content-Type"));
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::bad_parameters(faults)) }
    }

    /// Reads the heading of the file.
    ///
    /// # Errors
    /// 422 for a file that cannot be read, and for one that has not the columns which are needed; 400 for parameters that do
    /// not fit it.
    pub(super) fn open(&self, file: File) -> Result<Opened> {
        let known = Known::new(self.mapping.clone().into_iter().collect::<HashMap<_, _>>())
            .map_err(|error| error.of_parameter("mapping"))?;
        let options = Options { sheet: self.sheet.clone(), ..Options::default() };
        let table = Table::of_file(file, self.format, &options, |heading| known.knows(heading));
        let table = table.map_err(|fault| faults::of_whole_file(&fault))?;
        let shape = Shape::new(known, table.columns(), table.calendar())?;
        self.check_mapping(&table)?;
        self.check_columns(&table, &shape)?;
        Ok(Opened { table, shape })
    }

    /// A heading that is explained has to be there: else it was mistyped.
    fn check_mapping(&self, table: &Table) -> Result<()> {
        let headings: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
        let is_missing = |heading: &&String| !headings.is_empty() && !headings.contains(&heading.as_str());
        match self.mapping.keys().find(is_missing) {
            None => Ok(()),
            Some(heading) => {
                let reason = Reason::new(FieldRule::OneOf).with("allowed", headings.join(", "));
                let fault =
                    Violation::parameter("mapping", reason).suggesting(heading, headings.iter().copied());
                Err(Error::bad_parameters(vec![fault]))
            }
        }
    }

    fn check_columns(&self, table: &Table, shape: &Shape) -> Result<()> {
        if table.columns().is_empty() {
            return Ok(());
        }
        let needed = self.key.map_or(&[][..], Key::columns).iter().filter(|name| !shape.has(name));
        let missing: Vec<Violation> = needed
            .map(|name| {
                Violation::body(format!("/{}", name.replace('.', "/")), Reason::new(FieldRule::Required))
            })
            .collect();
        if !missing.is_empty() {
            return Err(Error::invalid(missing));
        }
        if shape.has("external_id") && self.source.is_none() {
            let fault = Violation::parameter("source", Reason::new(FieldRule::Required));
            return Err(Error::bad_parameters(vec![fault]));
        }
        Ok(())
    }

    /// How rows are written, by whom and as whose facts.
    pub(super) fn writing(&self, actor: Actor, author: Author) -> Writing {
        Writing { mode: self.mode, key: self.key, source: self.source.clone(), actor, author }
    }
}
