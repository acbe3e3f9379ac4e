//! Conflicts of interest: what jurors declare, what others report, what the service finds by itself.

pub mod routes;
