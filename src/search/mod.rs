//! What makes a name findable however it is typed: the folding of Arabic, French and Tifinagh spellings into one
//! searchable form, and the vocabulary that corrects a mistyped word before the database is asked.
//!
//! Folding and correction are pure; only [`matching`] and [`Vocabularies`] know that there are databases.

mod folding;
pub mod matching;
mod names;
mod trie;
mod vocabularies;
mod vocabulary;

pub use folding::{fold, is_apostrophe, plain_digit, words};
pub use names::NameKeys;
pub use vocabularies::Vocabularies;
pub use vocabulary::{Correction, Vocabulary};
