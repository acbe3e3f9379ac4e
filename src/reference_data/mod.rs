//! The reference data that every release carries (`data/`): loaded by the first start, brought up to date by a newer
//! release, never over what people have changed.
//!
//! Each record is remembered with a checksum of its source and the version that loading gave it. A record whose
//! source has changed is written again only while it is still at that version.

mod associations;
mod editions;
mod initiative;
mod loading;
mod territory;

pub use initiative::{Initiative, PublicInitiative, initiative};

use crate::database::Connection;
use crate::error::Result;

/// Brings the database to this release's reference data, in the open transaction.
pub fn load(connection: &mut Connection) -> Result<()> {
    territory::load(connection)?;
    associations::load(connection)?;
    editions::load(connection)
}
