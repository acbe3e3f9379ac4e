//! Conflicts of interest: what jurors declare, what offices allege of them and other offices decide, what the service
//! finds by itself.

pub mod access;
pub mod model;
pub mod queries;
pub mod routes;
pub mod rules;
pub mod transitions;
