//! Reads the tables that others hand over: CSV, NDJSON and XLSX files, row by row, in bounded memory.
//!
//! [`Table::open`] finds out what a file is written in, where its heading is and what its columns are called;
//! then the table is an iterator of [`Row`]s. What stands in a [`Cell`] is brought to what a field wants by
//! its own methods ([`Cell::day`], [`Cell::integer`] and so on); [`headings`] knows what officers call our
//! columns, [`closed_words`] what they write for our words. A file never makes this panic or take more memory
//! than its [`Limits`] tell: what cannot be read is a [`Fault`] that names its place.

pub mod cells;
pub mod closed_words;
pub mod headings;

mod decoding;
mod delimited;
mod disguise;
mod fault;
mod folding;
mod heading;
mod ndjson;
mod notes;
mod place;
mod records;
mod source;
mod table;
mod xlsx;

pub use cells::{Calendar, Cell, Misfit, MisfitReason};
pub use fault::{Fault, Reason};
pub use place::Place;
pub use table::{Column, Content, FileFormat, Limits, Options, Row, Table};

#[cfg(test)]
mod tests;
