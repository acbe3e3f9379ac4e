//! What ends a designation: its publication, or that it is taken back before.

pub mod model;
pub mod queries;
