//! Restoring a backup into an empty place, and what a restored service needs before anybody calls it: a backup brings back what
//! has ended since, so everything that was shown to somebody ends.

use std::fs::File;
use std::path::{Path, PathBuf};

use diesel::Connection as _;

use super::Manifest;
use super::commands::bar;
use super::queries::end_what_was_shown;
use crate::access::EncryptionKey;
use crate::config::Config;
use crate::database::{Location, copying, migrations};
use crate::error::{Error, Result};
use crate::object_storage::ObjectStorage;
use crate::reference_data;

/// Restores the backup in `folder` into what is configured.
///
/// # Errors
/// A sentence for the operator: the backup is damaged or of the other database, or the place is not empty. A SQLite database
/// appears only when all is done; a PostgreSQL database that was begun has to be emptied.
pub(super) async fn restore(config: &Config, folder: &Path) -> Result<Manifest> {
    let location = Location::parse(&config.database_url()).map_err(Error::configuration)?;
    let manifest = Manifest::read(folder)?;
    if manifest.database != location.copy_name() {
        return Err(Error::configuration(format!(
            "the backup holds {}, which the database that is configured cannot take",
            manifest.database
        )));
    }
    location.check_empty()?;
    let progress = bar("verification", Some(manifest.size()));
    manifest.verify(folder, &progress)?;
    progress.finish();
    put_documents(&ObjectStorage::configured(config)?, folder, &manifest).await?;
    let encryption_key = EncryptionKey::load(config)?;
    let waiting = bar("the database", None);
    match &location {
        Location::Sqlite(path) => {
            let unfinished = unfinished(path);
            let place = Location::Sqlite(unfinished.display().to_string());
            let put = put_database(&place, folder, &manifest, &encryption_key)
                .and_then(|()| std::fs::rename(&unfinished, path).map_err(Error::configuration));
            put.inspect_err(|_| drop(std::fs::remove_file(&unfinished)))?;
        }
        Location::Postgresql(_) => put_database(&location, folder, &manifest, &encryption_key)?,
    }
    waiting.finish();
    Ok(manifest)
}

fn unfinished(path: &str) -> PathBuf {
    format!("{path}.unfinished").into()
}

async fn put_documents(storage: &ObjectStorage, folder: &Path, manifest: &Manifest) -> Result<()> {
    let documents =
        manifest.files.iter().filter_map(|(path, entry)| Some((path.strip_prefix("documents/")?, entry)));
    let progress = bar("documents", Some(documents.clone().map(|(_, entry)| entry.size).sum()));
    for (key, entry) in documents {
        let path = folder.join("documents").join(key);
        let file = File::open(&path)
            .map_err(|cause| Error::configuration(format!("{}: {cause}", path.display())))?;
        storage.put_file(key, file).await?;
        progress.inc(entry.size);
    }
    progress.finish();
    Ok(())
}

/// Puts the database into its place, compares it with the manifest, brings it to this release and ends what has to end.
fn put_database(
    place: &Location,
    folder: &Path,
    manifest: &Manifest,
    encryption_key: &EncryptionKey,
) -> Result<()> {
    place.put_back(&folder.join(&manifest.database))?;
    let mut connection = place.open().map_err(Error::configuration)?;
    for (table, expected) in &manifest.rows {
        let found = copying::rows(&mut connection, table)?;
        if found != *expected {
            return Err(Error::configuration(format!("{table} has {found} rows instead of {expected}")));
        }
    }
    migrations::run(&mut connection)?;
    connection.transaction(|connection| {
        reference_data::load(connection)?;
        end_what_was_shown(connection, manifest.made_at, encryption_key)?;
        copying::finish_restore(connection)
    })
}
