//! The daily backup: made when the newest one is a day old, by one instance, and the oldest ones are deleted.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::{Manifest, making};
use crate::config::Config;
use crate::database::types::UtcTime;
use crate::error::{Error, Result};
use crate::measurements::{Measurement, reading};

const DAY: i64 = 24 * 60 * 60;

/// Makes a backup when one is due, where the configuration says so.
pub async fn make_when_due(config: &Config) -> Result<()> {
    let Some(directory) = &config.backup_directory else { return Ok(()) };
    let failed = |cause| Error::configuration(format!("{}: {cause}", directory.display()));
    std::fs::create_dir_all(directory).map_err(failed)?;
    let turn = File::options().create(true).append(true).open(directory.join(".lock")).map_err(failed)?;
    if turn.try_lock().is_err() {
        // Another instance is at it.
        return Ok(());
    }
    forget_unfinished(directory)?;
    let day_ago = UtcTime::now().plus_seconds(-DAY);
    if newest(directory)?.is_none_or(|made_at| made_at <= day_ago) {
        let (folder, manifest) = making::make(config, directory).await?;
        log::info!("a backup was made: {} ({} bytes)", folder.display(), manifest.size());
        forget_the_oldest(directory, config.backups_kept as usize)?;
    }
    Ok(())
}

/// What is measured of the backups in `directory`.
pub fn measurements(directory: PathBuf) -> Result<Vec<Measurement>> {
    let newest = reading(
        "nasij_backup_last_timestamp_seconds",
        "When the newest daily backup was made; 0 while there is none.",
        move || newest(&directory).ok().flatten().map_or(0.0, |made_at| made_at.unix_seconds() as f64),
    );
    Ok(vec![newest?])
}

/// Whoever began these is gone: the lock is ours.
fn forget_unfinished(directory: &Path) -> Result<()> {
    for folder in folders(directory)? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(".nasij-") && name.ends_with(".unfinished") {
            let failed = |cause| Error::configuration(format!("{}: {cause}", folder.display()));
            std::fs::remove_dir_all(&folder).map_err(failed)?;
        }
    }
    Ok(())
}

fn folders(directory: &Path) -> Result<Vec<PathBuf>> {
    let failed = |cause| Error::configuration(format!("{}: {cause}", directory.display()));
    let entries = directory.read_dir().map_err(failed)?;
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(failed)).collect()
}

/// When the newest complete backup in `directory` was made.
pub fn newest(directory: &Path) -> Result<Option<UtcTime>> {
    Ok(complete(directory)?.last().map(|(made_at, _)| *made_at))
}

/// The complete backups in `directory`, the oldest first.
fn complete(directory: &Path) -> Result<Vec<(UtcTime, PathBuf)>> {
    let mut found = Vec::new();
    for folder in folders(directory)? {
        let is_one = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("nasij-"));
        if let (true, Ok(manifest)) = (is_one, Manifest::read(&folder)) {
            found.push((manifest.made_at, folder));
        }
    }
    found.sort();
    Ok(found)
}

fn forget_the_oldest(directory: &Path, kept: usize) -> Result<()> {
    let backups = complete(directory)?;
    for (_, folder) in &backups[..backups.len().saturating_sub(kept)] {
        std::fs::remove_dir_all(folder)
            .map_err(|cause| Error::configuration(format!("{}: {cause}", folder.display())))?;
    }
    Ok(())
}
