//! Registers of other systems that come in as files. What is to be done with one stands in its `instructions`; rows are read
//! (`spreadsheets`, `reading`), brought into the shape of what a record is written with (`shaping`), and written in pieces, each of
//! which is kept as a whole with how far the import is (`running`). Over HTTP the work is for whichever instance is free (`jobs`).

mod commands;
mod faults;
pub mod instructions;
pub mod jobs;
mod missing;
pub mod model;
pub mod queries;
mod reading;
mod report;
pub mod routes;
pub mod rows;
pub mod rules;
mod running;
mod shaping;

pub use commands::{ImportArguments, bar, import};
pub use jobs::Imports;
