//! Nominations of an association that is merged into another: when they go over to it, and when nothing may move.

pub mod queries;
