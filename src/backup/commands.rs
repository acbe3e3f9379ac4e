//! Backups on the command line, with a bar for whoever watches.

use std::path::Path;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use tempfile::TempDir;

use super::{Manifest, bucket, making, restoring};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::object_storage::ObjectStorage;

/// Where a backup is made.
#[derive(Debug, Args)]
pub struct BackupArguments {
    /// Directory, or s3://BUCKET/PREFIX, in which the backup gets a folder of its own, named after the instant. A bucket is
    /// reached as that of the documents is configured
    #[arg(value_name = "DIRECTORY")]
    place: String,
}

/// What is restored.
#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// Folder of the backup: the one with `manifest.json`, or s3://BUCKET/PREFIX/FOLDER
    #[arg(value_name = "FOLDER")]
    place: String,
}

/// Makes a backup.
pub fn back_up(config: &Config, arguments: &BackupArguments) -> Result<()> {
    let place = &arguments.place;
    if bucket::is_named_by(place) {
        let storage = ObjectStorage::of_bucket(place, config)?;
        let here = temporary_folder(config)?;
        let (name, manifest) = block_on(async {
            let (folder, manifest) = making::make(config, here.path()).await?;
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            bucket::put(&storage, &folder, &name, &manifest).await?;
            Ok((name, manifest))
        })?;
        tell(&manifest, &format!("{}/{name}", place.trim_end_matches('/')));
    } else {
        let (folder, manifest) = block_on(making::make(config, Path::new(place)))?;
        tell(&manifest, &folder.display().to_string());
    }
    println!("The encryption key is not in it: keep a copy of it apart.");
    Ok(())
}

/// Restores a backup into the empty place that is configured.
pub fn restore(config: &Config, arguments: &RestoreArguments) -> Result<()> {
    let place = arguments.place.trim_end_matches('/');
    let manifest = match place.rsplit_once('/').filter(|_| bucket::is_named_by(place)) {
        Some((bucket, name)) => {
            let storage = ObjectStorage::of_bucket(bucket, config)?;
            let here = temporary_folder(config)?;
            block_on(async {
                bucket::fetch(&storage, name, here.path()).await?;
                restoring::restore(config, here.path()).await
            })?
        }
        None => block_on(restoring::restore(config, Path::new(place)))?,
    };
    tell(&manifest, place);
    println!(
        "All tokens and signing keys of before have ended. What happened after {} is not in it:",
        manifest.made_at
    );
    println!("repeat what was done to accounts since then, and every erasure of personal data (law 09-08).");
    Ok(())
}

/// Where a backup stands on its way to a bucket or from it: it needs as much room as it has bytes, twice while it is verified.
fn temporary_folder(config: &Config) -> Result<TempDir> {
    tempfile::tempdir_in(&config.data_dir).map_err(Error::configuration)
}

fn tell(manifest: &Manifest, place: &str) {
    let rows: i64 = manifest.rows.values().sum();
    println!("{place}");
    println!(
        "{rows} rows of {} tables, {} files, {} bytes; all verified",
        manifest.rows.len(),
        manifest.files.len(),
        manifest.size()
    );
    let (seq, hash) = &manifest.audit_head;
    println!("head of the audit chain: {seq} {hash}");
    for key in &manifest.missing_documents {
        println!("a document was not there: {key}");
    }
}

fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    runtime.block_on(work)
}

/// A bar on a terminal; nothing elsewhere. Without a `size` in bytes it only shows that something happens.
pub(super) fn bar(what: &'static str, size: Option<u64>) -> ProgressBar {
    let (bar, template) = match size {
        Some(size) => (ProgressBar::new(size), "{msg:14} {wide_bar} {bytes}/{total_bytes} {eta}"),
        None => (ProgressBar::new_spinner(), "{msg:14} {spinner} {elapsed}"),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar.with_message(what)
}
