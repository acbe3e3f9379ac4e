//! Backups on the command line, with a bar for whoever watches.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Manifest, making, restoring};
use crate::config::Config;
use crate::error::{Error, Result};

/// Where a backup is made.
#[derive(Debug, Args)]
pub struct BackupArguments {
    /// Directory in which the backup gets a folder of its own, named after the instant
    directory: PathBuf,
}

/// What is restored.
#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// Folder of the backup: the one with `manifest.json`
    folder: PathBuf,
}

/// Makes a backup.
pub fn back_up(config: &Config, arguments: &BackupArguments) -> Result<()> {
    let (folder, manifest) = block_on(making::make(config, &arguments.directory))?;
    tell(&manifest, &folder);
    println!("The encryption key is not in it: keep a copy of it apart.");
    Ok(())
}

/// Restores a backup into the empty place that is configured.
pub fn restore(config: &Config, arguments: &RestoreArguments) -> Result<()> {
    let manifest = block_on(restoring::restore(config, &arguments.folder))?;
    tell(&manifest, &arguments.folder);
    println!(
        "All tokens and signing keys of before have ended. What happened after {} is not in it:",
        manifest.made_at
    );
    println!("repeat what was done to accounts since then, and every erasure of personal data (law 09-08).");
    Ok(())
}

fn tell(manifest: &Manifest, folder: &Path) {
    let rows: i64 = manifest.rows.values().sum();
    println!("{}", folder.display());
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
