//! The cities that rows name: by code, by slug, or as people write them.

use std::collections::HashMap;

use crate::error::{Error, FieldRule, Reason, Result};
use crate::language::Text;
use crate::search::fold;

/// The codes of the cities by their folded names.
#[derive(Debug, Default)]
pub struct Seats {
    by_name: HashMap<String, Vec<(String, String)>>,
}

impl Seats {
    /// The cities with their codes, slugs and names.
    pub(super) fn new(cities: impl IntoIterator<Item = (String, String, Text)>) -> Self {
        let mut by_name: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for (code, slug, name) in cities {
            for (_, name) in name.all() {
                let named = by_name.entry(fold(name)).or_default();
                if named.iter().all(|(known, _)| *known != code) {
                    named.push((code.clone(), slug.clone()));
                }
            }
        }
        Self { by_name }
    }

    /// The code of the city that `text` names. What is no name is left as it is: it may be a code or a slug.
    ///
    /// # Errors
    /// 422 with the slugs, where several cities have the name.
    pub(super) fn code(&self, text: &str) -> Result<String> {
        match self.by_name.get(&fold(text)).map(Vec::as_slice) {
            None | Some([]) => Ok(text.to_owned()),
            Some([(code, _)]) => Ok(code.clone()),
            Some(several) if several.iter().any(|(code, slug)| code == text || slug == text) => {
                Ok(text.to_owned())
            }
            Some(several) => {
                let slugs: Vec<&str> = several.iter().map(|(_, slug)| slug.as_str()).collect();
                let reason = Reason::new(FieldRule::OneOf).with("allowed", slugs.join(", "));
                Err(Error::invalid_field("/city_code", reason))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(ar: &str, fr: &str) -> Text {
        Text { ar: Some(ar.to_owned()), fr: Some(fr.to_owned()), ..Text::default() }
    }

    #[test]
    fn a_city_is_known_by_its_names_unless_two_have_one() {
        let city = |code: &str, slug: &str, name| (code.to_owned(), slug.to_owned(), name);
        let seats = Seats::new([
            city("02.411.01.23", "oujda", text("وجدة", "Oujda")),
            city("1", "oulad-said", text("أولاد سعيد", "Oulad Saïd")),
            city("2", "oulad-said-2", text("أولاد سعيد", "Oulad Said")),
        ]);
        for known in ["Oujda", "OUJDA ", "وجدة", "oujda"] {
            assert_eq!(seats.code(known).unwrap(), "02.411.01.23");
        }
        let refused = seats.code("Oulad Saïd").unwrap_err();
        assert!(refused.violations[0].reason.text(crate::language::Language::En).contains("oulad-said-2"));
        for other in ["oulad-said-2", "02.411.01.23", "nowhere"] {
            assert_eq!(seats.code(other).unwrap(), other);
        }
    }
}
