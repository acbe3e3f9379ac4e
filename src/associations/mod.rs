//! The register of associations, and the fields of activity that they are filed under.
//!
//! What is never public (seat address, receipt number, ICE, tax id, representative) stands in a table and in types of
//! its own: a public answer has no place for it.

mod access;
pub mod activity_fields;
pub mod adding;
pub mod distinctions;
pub mod facts;
pub mod filing;
pub mod importing;
pub mod input;
pub mod internal;
pub mod keeping;
pub mod link;
pub mod listing;
pub mod matching;
pub mod merges;
pub mod model;
pub mod personal_data;
pub mod queries;
pub mod routes;
pub mod rules;
pub mod terms;
mod writes;
