//! What is kept beside a record's names so that it can be found and sorted by them.

use super::fold;
use super::matching::search_text_of_folded;
use crate::language::{Language, Text};

/// The folded forms of a record's names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameKeys {
    /// The sort key in Arabic (a missing name falls back).
    pub ar: String,
    /// The sort key in French.
    pub fr: String,
    /// All names, searchable: first the key in French, then that in Arabic where it is another, then what else there is.
    pub search_text: String,
}

impl NameKeys {
    /// The keys of a name and of other words by which the record is looked for.
    pub fn of<'a>(name: &'a Text, others: impl IntoIterator<Item = &'a str>) -> Self {
        let key = |language| name.in_language(language).map(|(_, text)| fold(text)).unwrap_or_default();
        let (ar, fr) = (key(Language::Ar), key(Language::Fr));
        let folded = name.all().map(|(_, text)| text).chain(others).map(fold);
        let further = folded.filter(|folded| !folded.is_empty() && *folded != ar && *folded != fr);
        let keys = if ar == fr { vec![fr.clone()] } else { vec![fr.clone(), ar.clone()] };
        Self { search_text: search_text_of_folded(keys.into_iter().chain(further)), ar, fr }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn search_text(name: serde_json::Value, others: &[&str]) -> String {
        let name: Text = serde_json::from_value(name).unwrap();
        NameKeys::of(&name, others.iter().copied()).search_text
    }

    #[test]
    fn the_searchable_text_begins_with_the_keys() {
        let name = json!({"zgh": "ⵜⴰⵎⵙⵎⵓⵏⵜ", "ar": "الأمل", "fr": "L’Espoir"});
        assert_eq!(search_text(name, &["ESP"]), "| lespoir | الامل | ⵜⴰⵎⵙⵎⵓⵏⵜ | esp |");
        assert_eq!(search_text(json!({"ar": "الأمل"}), &["Al Amal", "الامل"]), "| الامل | al amal |");
        assert_eq!(search_text(json!({"fr": "!", "ar": "نعم"}), &[]), "|  | نعم |");
    }
}
