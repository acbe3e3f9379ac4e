//! Backups: all that a service keeps, in one folder or bucket, made while it runs and verified after it was written. The
//! encryption key stays apart: whoever has both has the signing keys.

mod bucket;
pub mod commands;
pub mod daily;
pub mod making;
mod manifest;
mod queries;
mod restoring;

pub use manifest::Manifest;
