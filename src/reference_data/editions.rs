//! The real editions since 2018 (stub until the room exists).

use crate::database::Connection;
use crate::error::Result;

/// Loads the editions.
pub(super) fn load(_: &mut Connection) -> Result<()> {
    Ok(())
}
