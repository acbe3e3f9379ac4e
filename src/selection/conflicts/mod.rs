//! Conflicts of interest: what jurors declare, what others report, what the service finds by itself.

pub mod model;
pub mod queries;
pub mod routes;
pub mod rules;
