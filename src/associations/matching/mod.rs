//! Likely twins: which associations of the register may be the one that somebody describes, and how surely.
//!
//! `words` reads a name, `rules` compares two descriptions; both are pure. `queries` finds the candidates worth comparing.
//! Only what is public is compared: neither a score nor a reason tells of an internal record.

pub mod model;
pub mod queries;
pub mod routes;
pub mod rules;
mod usual_words;
mod words;

pub use rules::{Certainty, Description, Reason, Resemblance};
pub use words::WordsKeys;
