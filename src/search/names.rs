//! What is kept beside a record's names so that it can be found and sorted by them.

use super::fold;
use super::matching::search_text;
use crate::language::{Language, Text};

/// The folded forms of a record's names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameKeys {
    /// The sort key in Arabic (a missing name falls back).
    pub ar: String,
    /// The sort key in French.
    pub fr: String,
    /// All names, searchable.
    pub search_text: String,
}

impl NameKeys {
    /// The keys of a name and of other words by which the record is looked for.
    pub fn of<'a>(name: &'a Text, others: impl IntoIterator<Item = &'a str>) -> Self {
        let key = |language| name.in_language(language).map(|(_, text)| fold(text)).unwrap_or_default();
        Self {
            ar: key(Language::Ar),
            fr: key(Language::Fr),
            search_text: search_text(name.all().map(|(_, text)| text).chain(others)),
        }
    }
}
