//! The file of the encryption key: readable by its owner alone, and made only once even when two instances start
//! together.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use uuid::Uuid;

use crate::error::{Error, Result};
use crate::private_file;

/// Reads a key file, unless others than its owner can.
pub(super) fn read(path: &Path) -> Result<String> {
    private_file::read("the encryption key", "NASIJ_ENCRYPTION_KEY_FILE", path)
}

/// Makes the file with `content` unless it is there. Another instance that does the same at the same time wins or
/// loses as a whole: a link to a complete file either comes into being or is refused.
pub(super) fn create_if_missing(path: &Path, content: impl FnOnce() -> Result<String>) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    let failed = |cause: std::io::Error| {
        Error::configuration(format!("the encryption key {} cannot be made: {cause}", path.display()))
    };
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(failed)?;
    }
    let draft = path.with_extension(format!("{}.new", Uuid::new_v4()));
    let linked = write_private(&draft, &content()?).and_then(|()| fs::hard_link(&draft, path));
    let _ = fs::remove_file(&draft);
    match linked {
        Err(cause) if cause.kind() != ErrorKind::AlreadyExists => Err(failed(cause)),
        _ => Ok(()),
    }
}

fn write_private(path: &Path, content: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_new_file_is_for_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("var").join("encryption-key");
        create_if_missing(&path, || Ok("key".to_owned())).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(read(&path).unwrap(), "key");
        assert_eq!(fs::read_dir(directory.path().join("var")).unwrap().count(), 1, "no draft stays");
    }

    #[test]
    fn instances_that_start_together_agree_on_one_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("encryption-key");
        let read_back = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8)
                .map(|number| {
                    let path = &path;
                    scope.spawn(move || {
                        create_if_missing(path, || Ok(format!("key {number}"))).unwrap();
                        read(path).unwrap()
                    })
                })
                .collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(read_back.iter().all(|key| *key == read_back[0]));
    }
}
