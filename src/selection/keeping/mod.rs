//! What the selection process keeps: the editions that it works for, and the cities while a title is decided.

pub mod queries;
