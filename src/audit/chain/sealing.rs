//! Sealing what was recorded: in the background of every instance, each second.

use std::time::Duration;

use super::queries;
use crate::database::{Connection, Database, Outcome};
use crate::error::{Error, Result};

/// How long an entry may wait for its seal at most, as far as the service keeps up.
pub const PAUSE: Duration = Duration::from_secs(1);

/// Seals all entries that wait. Several instances may try at once: one does it.
pub async fn seal_pending(database: &Database) -> Result<()> {
    while database.read(queries::any_pending).await? {
        if database.write(Outcome::Keep, queries::seal_batch).await? == 0 {
            // Another instance is at it.
            return Ok(());
        }
    }
    Ok(())
}

/// How many entries wait for their seal.
pub fn count_pending(connection: &mut Connection) -> Result<i64> {
    queries::count_pending(connection)
}

/// As [`seal_pending`], on this thread, and until everything is sealed: another instance that is at it is waited for.
pub fn seal_everything(database: &Database) -> Result<()> {
    const TRIES: usize = 100;
    const WAIT: Duration = Duration::from_millis(50);
    for _ in 0..TRIES {
        while database.write_blocking(queries::seal_batch)? > 0 {}
        if !database.read_blocking(queries::any_pending)? {
            return Ok(());
        }
        std::thread::sleep(WAIT);
    }
    Err(Error::unavailable("the audit trail is being written to faster than it can be sealed"))
}
