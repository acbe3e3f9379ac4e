//! Registers of other systems that come in as files: rows are read (`spreadsheets`), brought into the shape of what a record
//! is written with (`shaping`), and written in pieces, each of which is kept as a whole (`running`).

mod commands;
mod faults;
mod report;
mod running;
mod shaping;

pub use commands::{ImportArguments, import};
