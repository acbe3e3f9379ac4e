//! Backups in a bucket: made in a folder and put there, fetched into a folder and restored from it. The manifest is put last, so
//! what has one is complete.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use futures_util::TryStreamExt as _;

use super::commands::bar;
use super::manifest::{self, Manifest};
use crate::error::{Error, Result};
use crate::object_storage::ObjectStorage;

/// Whether somebody names a bucket, and no folder.
pub(super) fn is_named_by(place: &str) -> bool {
    place.starts_with("s3://")
}

/// Puts the backup that stands in `folder` into the bucket under its `name`, and reads it again.
pub(super) async fn put(
    storage: &ObjectStorage,
    folder: &Path,
    name: &str,
    manifest: &Manifest,
) -> Result<()> {
    let progress = bar("the bucket", Some(manifest.size()));
    let sizes = manifest.files.iter().map(|(path, entry)| (path.as_str(), entry.size));
    for (path, size) in sizes.chain([(manifest::NAME, 0)]) {
        let from = folder.join(path);
        let file = File::open(&from).map_err(|cause| failed(&from, cause))?;
        storage.put_file(&format!("{name}/{path}"), file).await?;
        progress.inc(size);
    }
    progress.finish();
    let again = tempfile::tempdir_in(folder.parent().unwrap_or(folder)).map_err(Error::unavailable)?;
    let put = fetch(storage, name, again.path()).await?;
    let progress = bar("verification", Some(put.size()));
    put.verify(again.path(), &progress)?;
    progress.finish();
    Ok(())
}

/// Fetches the backup of this `name` into `folder`. What is fetched is not verified.
pub(super) async fn fetch(storage: &ObjectStorage, name: &str, folder: &Path) -> Result<Manifest> {
    if !fetch_file(storage, name, manifest::NAME, folder).await? {
        return Err(Error::configuration(format!(
            "{name} is no complete backup: the bucket has no manifest of it"
        )));
    }
    let manifest = Manifest::read(folder)?;
    let progress = bar("the bucket", Some(manifest.size()));
    for (path, entry) in &manifest.files {
        if !fetch_file(storage, name, path, folder).await? {
            return Err(Error::configuration(format!("the backup is damaged: {path} is not there")));
        }
        progress.inc(entry.size);
    }
    progress.finish();
    Ok(manifest)
}

/// False when there is no such file.
async fn fetch_file(storage: &ObjectStorage, name: &str, path: &str, folder: &Path) -> Result<bool> {
    let to = folder.join(path);
    let Some(mut pieces) = storage.pieces(&format!("{name}/{path}")).await? else { return Ok(false) };
    std::fs::create_dir_all(to.parent().unwrap_or(folder)).map_err(|cause| failed(&to, cause))?;
    let mut file = File::create(&to).map_err(|cause| failed(&to, cause))?;
    while let Some(piece) = pieces.try_next().await? {
        file.write_all(&piece).map_err(|cause| failed(&to, cause))?;
    }
    Ok(true)
}

fn failed(path: &Path, cause: std::io::Error) -> Error {
    Error::configuration(format!("{}: {cause}", path.display()))
}
