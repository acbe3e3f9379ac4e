//! The file of a SQLite database: whether it is still the one that was opened, and whether there is room for more.

use std::fs::{File, Metadata, Permissions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// A write, its index and its log take less than this, in bytes.
const ROOM: usize = 1024 * 1024;

/// The file that was opened. Whoever deletes or replaces it leaves the service writing into a file without a name, and all
/// that is written there is gone with the process.
#[derive(Debug, Clone)]
pub(super) struct SqliteFile {
    path: PathBuf,
    identity: (u64, u64),
}

impl SqliteFile {
    /// The file that stands there now.
    pub(super) fn at(path: &str) -> Result<Self> {
        let path = PathBuf::from(path);
        // It may come from a backup that everybody can read. Whoever does not own it cannot close it.
        let _ = std::fs::set_permissions(&path, Permissions::from_mode(0o600));
        let identity = path.metadata().map(|found| identity(&found)).map_err(Error::unavailable)?;
        Ok(Self { path, identity })
    }

    /// # Errors
    /// 503 when the file is not there any more, or another one is.
    pub(super) fn check_identity(&self) -> Result<()> {
        match self.path.metadata() {
            Ok(found) if identity(&found) == self.identity => Ok(()),
            _ => Err(Error::unavailable(format!(
                "{} was deleted or replaced while the service runs: put the file back or restore a backup, and restart",
                self.path.display()
            ))),
        }
    }

    /// # Errors
    /// 503 when nothing more can be written beside the file.
    pub(super) fn check_room(&self) -> Result<()> {
        let folder =
            self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let full = |cause| Error::unavailable(format!("{} cannot be written to: {cause}", folder.display()));
        // A file without a name, which the system erases.
        let mut file = tempfile::tempfile_in(folder).map_err(full)?;
        file.write_all(&vec![0; ROOM]).map_err(full)?;
        if self.path.metadata().map_err(full)?.permissions().readonly() {
            return Err(Error::unavailable(format!("{} is read-only", self.path.display())));
        }
        Ok(())
    }

    /// How large the log of what is not yet in the file is, in bytes.
    pub(super) fn log_size(&self) -> u64 {
        beside(&self.path, "-wal").metadata().map_or(0, |found| found.len())
    }
}

/// Keeps other services from the file at `path`, which need not be there yet, as long as this process lives. They would not see
/// each other's writes in their indexes and limits.
///
/// # Errors
/// A sentence for the operator when another service has it.
pub(super) fn claim(path: &Path) -> Result<()> {
    let refused = |why: &str| Error::configuration(format!("cannot serve {}: {why}", path.display()));
    let lock = File::options().create(true).append(true).open(beside(path, "-lock"));
    let lock = lock.map_err(|cause| refused(&cause.to_string()))?;
    match lock.try_lock() {
        Ok(()) => {
            // The system lets go of it when the process ends, however that is.
            std::mem::forget(lock);
            Ok(())
        }
        Err(TryLockError::WouldBlock) => Err(refused(
            "another service has it: SQLite is for one, several share a PostgreSQL (DATABASE_URL)",
        )),
        Err(TryLockError::Error(cause)) => Err(refused(&cause.to_string())),
    }
}

/// A file whose name is that of the database with an ending.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn identity(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}
