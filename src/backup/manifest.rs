//! What a backup holds, told in a file of its own, so that a damaged or incomplete one is noticed before it is needed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;

use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::database::Location;
use crate::database::types::UtcTime;
use crate::error::{Error, Result};

/// The name of the file. It is written last.
pub(super) const NAME: &str = "manifest.json";
/// The form of what stands in it.
const FORMAT: u32 = 1;

/// What a backup holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// The release that made it.
    pub version: String,
    /// The instant whose state it holds.
    pub made_at: UtcTime,
    /// The file of the database: `database.sqlite`, or `database.dump` of PostgreSQL.
    pub database: String,
    /// How many rows each table has.
    pub rows: BTreeMap<String, i64>,
    /// The head of the audit chain: its number and its hash.
    pub audit_head: (i64, String),
    /// The documents whose bytes were gone when they were copied: deleted since, or lost before.
    pub missing_documents: Vec<String>,
    /// Each file, by its path in the folder.
    pub files: BTreeMap<String, Entry>,
}

/// A file of a backup.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    /// Of a backup of `location`, to which files are added.
    pub(super) fn new(location: &Location, made_at: UtcTime) -> Self {
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            database: location.copy_name().to_owned(),
            rows: BTreeMap::new(),
            audit_head: (0, String::new()),
            missing_documents: Vec::new(),
            files: BTreeMap::new(),
        }
    }

    /// Reads that of the backup in `folder`.
    ///
    /// # Errors
    /// A sentence for the operator when it is no backup, or one of a later release.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(NAME);
        let refused = |why: &dyn std::fmt::Display| {
            Error::configuration(format!("{} is no complete backup: {why}", folder.display()))
        };
        let text = std::fs::read(&path).map_err(|cause| refused(&format!("{}: {cause}", path.display())))?;
        let manifest: Self = serde_json::from_slice(&text).map_err(|cause| refused(&cause))?;
        if manifest.format != FORMAT {
            return Err(refused(&format!("its form is {}, this release reads {FORMAT}", manifest.format)));
        }
        Ok(manifest)
    }

    /// Adds a file that stands in `folder`.
    pub(super) fn add(&mut self, folder: &Path, path: &str) -> Result<()> {
        self.files.insert(path.to_owned(), Entry::of(&folder.join(path), &ProgressBar::hidden())?);
        Ok(())
    }

    /// Writes it, which makes the backup complete.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let mut text = serde_json::to_vec_pretty(self).map_err(Error::internal)?;
        text.push(b'\n');
        let written = File::create(folder.join(NAME)).and_then(|mut file| {
            file.write_all(&text)?;
            file.sync_all()
        });
        written.map_err(|cause| Error::configuration(format!("{}: {cause}", folder.display())))
    }

    /// Reads every file again.
    ///
    /// # Errors
    /// A sentence for the operator that names the first file that is not as it was written.
    pub(super) fn verify(&self, folder: &Path, progress: &ProgressBar) -> Result<()> {
        for (path, entry) in &self.files {
            if Entry::of(&folder.join(path), progress)? != *entry {
                return Err(Error::configuration(format!(
                    "the backup is damaged: {path} is not as it was written"
                )));
            }
        }
        Ok(())
    }

    /// The size of all files together, in bytes.
    pub(super) fn size(&self) -> u64 {
        self.files.values().map(|entry| entry.size).sum()
    }
}

impl Entry {
    fn of(path: &Path, progress: &ProgressBar) -> Result<Self> {
        let failed = |cause| Error::configuration(format!("{}: {cause}", path.display()));
        let mut file = File::open(path).map_err(failed)?;
        let (mut digest, mut size, mut piece) = (Sha256::new(), 0, vec![0; 256 * 1024]);
        loop {
            let read = file.read(&mut piece).map_err(failed)?;
            if read == 0 {
                break;
            }
            digest.update(&piece[..read]);
            size += read as u64;
            progress.inc(read as u64);
        }
        Ok(Self { size, sha256: format!("{:x}", digest.finalize()) })
    }
}
