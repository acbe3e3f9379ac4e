//! `nasij export`: a list of the register as a file, as everybody may see it, with a bar for whoever watches.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use tempfile::NamedTempFile;

use crate::associations;
use crate::associations::model::PublicAssociation;
use crate::database::Database;
use crate::editions;
use crate::editions::model::PublicEdition;
use crate::error::{Error, Result};
use crate::http::list::write_file;
use crate::http::representation::{Expansions, View};
use crate::imports::bar;
use crate::language::Language;
use crate::territory;
use crate::territory::cities::model::PublicCity;

/// What is exported, and how.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// What the rows are
    #[arg(value_enum)]
    collection: Collection,
    /// File to write
    file: PathBuf,
    /// What the file is to be: csv, ndjson, xlsx or geojson [default: by its name]
    #[arg(long)]
    format: Option<String>,
    /// One language for all texts [default: a column a language]
    #[arg(long)]
    language: Option<String>,
    /// These fields alone, with commas between
    #[arg(long, value_delimiter = ',')]
    fields: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Collection {
    Associations,
    Cities,
    Editions,
}

/// Writes a file, or nothing: it appears under its name once it is whole.
///
/// # Errors
/// What ends the export: a file that was there stays as it was.
pub fn export(database: &Database, arguments: &ExportArguments) -> Result<()> {
    let format = format(arguments)?;
    let language = arguments.language.as_deref().map(|tag| {
        Language::of_tag(tag).ok_or_else(|| Error::configuration("--language is ar, fr, zgh or en"))
    });
    let expand = match (format.as_str(), arguments.collection) {
        ("geojson", Collection::Associations | Collection::Editions) => Expansions::new(["city"]),
        _ => Expansions::default(),
    };
    let view =
        View { language: language.transpose()?, fields: arguments.fields.clone(), expand: expand.clone() };
    let folder = arguments.file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let mut file = NamedTempFile::new_in(folder).map_err(Error::configuration)?;
    let bar = bar();
    let read = |items| bar.set_position(items);
    let mut out = BufWriter::new(file.as_file_mut());
    let items = match arguments.collection {
        Collection::Associations => write_file::<PublicAssociation, _>(
            database,
            |connection, request| associations::queries::list(connection, request, &expand),
            ("associations", &format),
            view,
            &mut out,
            read,
        ),
        Collection::Cities => write_file::<PublicCity, _>(
            database,
            |connection, request| territory::cities::queries::list(connection, request, &expand),
            ("cities", &format),
            view,
            &mut out,
            read,
        ),
        Collection::Editions => write_file::<PublicEdition, _>(
            database,
            |connection, request| editions::queries::list(connection, request, &expand),
            ("editions", &format),
            view,
            &mut out,
            read,
        ),
    }?;
    bar.finish_and_clear();
    out.flush().map_err(Error::configuration)?;
    drop(out);
    file.as_file().sync_all().map_err(Error::configuration)?;
    let file: File = file.persist(&arguments.file).map_err(Error::configuration)?;
    let size = file.metadata().map_err(Error::configuration)?.len();
    println!("rows: {items}; {size} bytes");
    Ok(())
}

fn format(arguments: &ExportArguments) -> Result<String> {
    let by_name = || Some(arguments.file.extension()?.to_str()?.to_lowercase());
    arguments.format.clone().or_else(by_name).ok_or_else(|| {
        Error::configuration(
            "the name of the file does not tell what it is to be: --format csv, ndjson, xlsx or geojson",
        )
    })
}
