//! Making a backup. It has its name only when it is complete: before, the folder's name begins with a dot.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use futures_util::TryStreamExt as _;
use indicatif::ProgressBar;

use super::Manifest;
use super::commands::bar;
use super::queries::{Seen, what_is_there};
use crate::config::Config;
use crate::database::Location;
use crate::database::types::UtcTime;
use crate::error::{Error, Result};
use crate::object_storage::ObjectStorage;

/// Makes a backup below `directory`. Returns where it is.
pub async fn make(config: &Config, directory: &Path) -> Result<(PathBuf, Manifest)> {
    let location = Location::parse(&config.database_url()).map_err(Error::configuration)?;
    let storage = ObjectStorage::configured(config)?;
    let made_at = UtcTime::now();
    let name = format!("nasij-{}", made_at.compact());
    let (unfinished, finished) = (directory.join(format!(".{name}.unfinished")), directory.join(&name));
    let failed = |cause| Error::configuration(format!("cannot write to {}: {cause}", directory.display()));
    std::fs::create_dir_all(directory).map_err(failed)?;
    if finished.exists() || unfinished.exists() {
        return Err(Error::configuration(format!(
            "another backup is made in {} right now",
            directory.display()
        )));
    }
    std::fs::create_dir(&unfinished).map_err(failed)?;
    let manifest = fill(&location, &storage, &unfinished, made_at).await;
    let manifest = manifest.inspect_err(|_| drop(std::fs::remove_dir_all(&unfinished)))?;
    std::fs::rename(&unfinished, &finished).map_err(failed)?;
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)?;
    Ok((finished, manifest))
}

/// Fills the folder, and reads it again.
async fn fill(
    location: &Location,
    storage: &ObjectStorage,
    folder: &Path,
    made_at: UtcTime,
) -> Result<Manifest> {
    let mut manifest = Manifest::new(location, made_at);
    let waiting = bar("the database", None);
    let (from, file) = (location.clone(), folder.join(location.copy_name()));
    let seen = tokio::task::spawn_blocking(move || from.copy(&file, what_is_there)).await;
    let Seen { rows, audit_head, documents } = seen.map_err(Error::internal)??;
    waiting.finish();
    (manifest.rows, manifest.audit_head) = (rows, audit_head);
    manifest.add(folder, location.copy_name())?;
    let progress =
        bar("documents", documents.iter().map(|(_, size)| size.unsigned_abs()).sum::<u64>().into());
    for (key, size) in documents {
        let path = format!("documents/{key}");
        match copy_document(storage, &key, size.unsigned_abs(), &folder.join(&path), &progress).await? {
            true => manifest.add(folder, &path)?,
            false => manifest.missing_documents.push(key),
        }
    }
    progress.finish();
    manifest.write(folder)?;
    let progress = bar("verification", Some(manifest.size()));
    manifest.verify(folder, &progress)?;
    progress.finish();
    Ok(manifest)
}

/// Copies the bytes of a document. False when they are not there.
async fn copy_document(
    storage: &ObjectStorage,
    key: &str,
    size: u64,
    path: &Path,
    progress: &ProgressBar,
) -> Result<bool> {
    let Some(mut pieces) = storage.open(key, size, 0..size).await? else { return Ok(false) };
    let failed = |cause| Error::configuration(format!("{}: {cause}", path.display()));
    let parent = path.parent().unwrap_or(path);
    std::fs::create_dir_all(parent).map_err(failed)?;
    let mut file = File::create(path).map_err(failed)?;
    while let Some(piece) = pieces.try_next().await? {
        file.write_all(&piece).map_err(failed)?;
        progress.inc(piece.len() as u64);
    }
    file.sync_all().map_err(failed)?;
    Ok(true)
}
