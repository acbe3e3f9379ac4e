//! Headings, months and words as they are compared: folded as for the search, but word by word.

use crate::search::{fold, is_apostrophe};

/// A text in small letters without accents and vowel signs, its words between single blanks, digits in ASCII. An article is a
/// word of its own, unlike in the search, which looks for parts of words.
pub(super) fn folded(text: &str) -> String {
    fold(&text.replace(is_apostrophe, " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_fold_to_one() {
        for (text, expected) in [
            ("  Dénomination de l’Association : ", "denomination de l association"),
            ("N° (récépissé)", "n recepisse"),
            ("جَمْعِيّـــة الأمل", "جمعيه الامل"),
            ("تاريخ\u{200f} التأسيس", "تاريخ التاسيس"),
            ("هيئة إقليمية رئوي ٢٠١١", "هييه اقليميه ريوي 2011"),
            ("SIÈGE\nSOCIAL", "siege social"),
            ("...", ""),
        ] {
            assert_eq!(folded(text), expected);
        }
    }
}
