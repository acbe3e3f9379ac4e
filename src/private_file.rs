//! Files that hold a secret: readable by their owner alone.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::error::{Error, Result};

const LARGEST_FILE: u64 = 64 * 1024;

/// Reads the file of `what`, such as `the TLS key`, up to 64 KB. The option `variable` names it.
///
/// # Errors
/// A sentence for the operator when it cannot be read, or when others than its owner could.
pub fn read(what: &str, variable: &str, path: &Path) -> Result<String> {
    let failed = |cause: std::io::Error| {
        let path = path.display();
        Error::configuration(format!("{what} {path} cannot be read: {cause}; {variable} names the file"))
    };
    let file = File::open(path).map_err(failed)?;
    // The opened file is asked, not the path: it cannot be exchanged in between.
    let mode = file.metadata().map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Error::configuration(format!(
            "{what} {} is open to others than its owner (mode {:o}); run `chmod 600` on it",
            path.display(),
            mode & 0o777
        )));
    }
    let mut text = String::new();
    file.take(LARGEST_FILE).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};

    use super::*;

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key.pem");
        fs::write(&path, "key").unwrap();
        for mode in [0o640, 0o604, 0o644, 0o620] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let told = read("the TLS key", "NASIJ_TLS_KEY_FILE", &path).unwrap_err().to_string();
            assert!(told.contains("chmod 600") && told.contains("key.pem"), "{mode:o}: {told}");
        }
        fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
        assert_eq!(read("the TLS key", "NASIJ_TLS_KEY_FILE", &path).unwrap(), "key");
    }
}
