//! The vocabulary: which words the names of the register contain, and which of them a mistyped word meant.

use super::folding::{fold, is_apostrophe, words};
use super::trie::Trie;

/// So many words of a query are searched; the rest is ignored, so that no query is arbitrarily dear.
const QUERY_WORDS: usize = 8;
/// A longer token is no mistyped word.
const LONGEST_TOKEN: usize = 64;
/// Shorter texts are within almost every name: as a substring to look for, or as a correction, they say nothing.
const SHORTEST_TELLING: usize = 3;

/// A word that was typed and the known word, or beginning of one, that is searched instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The folded word of the query.
    pub typed: String,
    /// What is searched in its place.
    pub corrected: String,
}

/// The folded words that the names of the register contain.
///
/// Reading takes `&self` and inserting `&mut self`: sharing it between threads is the caller's business. Words are
/// never removed; one that no name has any more only leaves a token uncorrected.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    trie: Trie,
    /// Every word once, parted by spaces, to look for substrings in one sweep.
    text: String,
}

impl Vocabulary {
    /// A vocabulary without words; it corrects nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many different words are known.
    pub fn len(&self) -> usize {
        self.trie.len()
    }

    /// Whether no word is known yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Folds a text and adds its words; a word that is there already becomes more frequent.
    ///
    /// What follows an apostrophe is added as a word too: of `l'enfance`, folded to `lenfance`, people type `enfance`.
    pub fn insert_text(&mut self, text: &str) {
        for typed in text.split_whitespace() {
            self.insert_words(&fold(typed));
            typed.split(is_apostrophe).skip(1).for_each(|part| self.insert_words(&fold(part)));
        }
    }

    /// The known word that a folded token probably meant.
    ///
    /// `None` when the token needs no correction, being the beginning or (from 3 letters on) any part of a known word,
    /// and when nothing is near: within 1 edit for 3 to 7 letters, 2 edits from 8 on, where two neighbours swapped are
    /// one edit. Tokens of fewer than 3 or more than 64 letters are not corrected, and numbers neither: another year
    /// is not a misspelt one.
    ///
    /// Fewer edits win, then a whole word before the beginning of one (which serves autocomplete), then, among
    /// beginnings, the one as long as the token, then the more frequent, then the first in the alphabet. A correction
    /// has at least 3 letters.
    pub fn correct(&self, token: &str) -> Option<String> {
        // One more than the longest is enough to know that it is too long.
        let letters: Vec<char> = token.chars().take(LONGEST_TOKEN + 1).collect();
        let edits = allowed_edits(letters.len());
        if edits == 0 || !is_spelt(&letters) || self.knows(token) {
            return None;
        }
        self.trie.nearest(&letters, edits, SHORTEST_TELLING)
    }

    /// The words to search for a folded query, at most its first eight, and which of them were corrected.
    pub fn correct_all(&self, folded_query: &str) -> (Vec<String>, Vec<Correction>) {
        let mut corrections = Vec::new();
        let tokens = words(folded_query).take(QUERY_WORDS).map(|typed| {
            let Some(corrected) = self.correct(typed) else { return typed.to_owned() };
            corrections.push(Correction { typed: typed.to_owned(), corrected: corrected.clone() });
            corrected
        });
        (tokens.collect(), corrections)
    }

    fn insert_words(&mut self, folded: &str) {
        for word in words(folded) {
            if self.trie.insert(word) {
                self.text.push_str(word);
                self.text.push(' ');
            }
        }
    }

    /// Whether a search for the token as a substring can find a name. The beginning is the common and quick case.
    fn knows(&self, token: &str) -> bool {
        self.trie.has_prefix(token) || self.text.contains(token)
    }
}

/// How many edits a token of so many letters may be away from what was meant.
fn allowed_edits(letters: usize) -> usize {
    match letters {
        SHORTEST_TELLING..=7 => 1,
        8..=LONGEST_TOKEN => 2,
        _ => 0,
    }
}

/// Whether a token is one word that has a spelling, which a number has not.
fn is_spelt(letters: &[char]) -> bool {
    !letters.contains(&' ') && !letters.iter().all(|letter| letter.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::Index;

    fn vocabulary(texts: &[&str]) -> Vocabulary {
        let mut vocabulary = Vocabulary::new();
        texts.iter().for_each(|text| vocabulary.insert_text(text));
        vocabulary
    }

    fn morocco() -> Vocabulary {
        vocabulary(&[
            "Tétouan",
            "تطوان",
            "Oujda",
            "وجدة",
            "Laâyoune",
            "العيون",
            "Fès",
            "فاس",
            "Tanger",
            "طنجة",
            "Marrakech",
            "Chefchaouen",
            "Région de l’Oriental",
            "Association de l'enfance",
            "Édition 2022",
            "M'diq",
            "ⵜⵉⵟⵟⴰⵡⵉⵏ",
        ])
    }

    fn corrected(token: &str) -> Option<String> {
        morocco().correct(&fold(token))
    }

    #[test]
    fn every_spelling_of_a_known_city_needs_no_correction() {
        for token in
            ["tetouan", "TÉTOUAN", "تطوان", "تِطْوان", "Laayoune", "Laâyoune", "وجده", "mdiq", "ⵜⵉⵟⵟⴰⵡⵉⵏ"]
        {
            assert_eq!(corrected(token), None, "{token}");
        }
    }

    #[test]
    fn one_wrong_letter_still_finds_the_city() {
        for (typed, meant) in [
            ("tetoan", "tetouan"),
            ("tetuoan", "tetouan"),
            ("tettouan", "tetouan"),
            ("تطون", "تطوان"),
            ("تطاون", "تطوان"),
            ("وحدة", "وجده"),
            ("ojuda", "oujda"),
            ("ⵜⵉⵟⴰⵡⵉⵏ", "ⵜⵉⵟⵟⴰⵡⵉⵏ"),
        ] {
            assert_eq!(corrected(typed).as_deref(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn a_mistyped_beginning_finds_the_beginning_of_a_word() {
        assert_eq!(corrected("tetoa").as_deref(), Some("tetou"));
        assert_eq!(corrected("chefhc").as_deref(), Some("chefch"));
    }

    #[test]
    fn two_edits_are_forgiven_from_eight_letters_on() {
        assert_eq!(corrected("chefchaouen"), None);
        assert_eq!(corrected("chafchauen").as_deref(), Some("chefchaouen"));
        assert_eq!(corrected("tituoan"), None);
    }

    #[test]
    fn beginnings_and_parts_of_known_words_are_left_alone() {
        for token in ["tet", "t", "ouan", "طوان", "oriental", "l", "enfan"] {
            assert_eq!(corrected(token), None, "{token}");
        }
    }

    #[test]
    fn short_long_and_numeric_tokens_are_left_alone() {
        let long = "tetouan".repeat(10);
        for token in ["", "zz", "2023", "20222", long.as_str(), "tetoan oujdo", "zzzzzz"] {
            assert_eq!(morocco().correct(token), None, "{token}");
        }
        assert_eq!(Vocabulary::new().correct("tetouan"), None);
    }

    #[test]
    fn a_correction_has_at_least_three_letters() {
        assert_eq!(vocabulary(&["de"]).correct("dez"), None);
    }

    #[test]
    fn a_word_after_an_apostrophe_is_corrected_too() {
        assert_eq!(corrected("enfence").as_deref(), Some("enfance"));
        assert_eq!(corrected("orientale").as_deref(), Some("oriental"));
    }

    #[test]
    fn a_query_tells_its_tokens_and_what_was_corrected() {
        let (tokens, corrections) = morocco().correct_all(&fold("Région TETOAN, zzzzzz"));
        assert_eq!(tokens, ["region", "tetouan", "zzzzzz"]);
        assert_eq!(corrections, [Correction { typed: "tetoan".into(), corrected: "tetouan".into() }]);
    }

    #[test]
    fn a_query_has_at_most_eight_words() {
        assert_eq!(
            morocco().correct_all("a b c d e f g h tetoan"),
            ("abcdefgh".chars().map(String::from).collect(), vec![])
        );
        assert_eq!(morocco().correct_all(""), (vec![], vec![]));
    }

    #[test]
    fn words_are_counted_once() {
        let vocabulary = vocabulary(&["Fès", "fes", "FÈS-Meknès"]);
        assert_eq!((vocabulary.len(), vocabulary.is_empty()), (2, false));
        assert!(Vocabulary::new().is_empty());
    }

    /// What a finger does wrong.
    #[derive(Debug, Clone, Copy)]
    enum Slip {
        Substitute,
        Insert,
        Delete,
        Transpose,
    }

    fn slipped(word: &str, slip: Slip, place: Index, letter: char) -> String {
        let mut letters: Vec<char> = word.chars().collect();
        match slip {
            Slip::Substitute => letters[place.index(word.chars().count())] = letter,
            Slip::Insert => letters.insert(place.index(word.chars().count() + 1), letter),
            Slip::Delete => {
                letters.remove(place.index(word.chars().count()));
            }
            Slip::Transpose => {
                let left = place.index(word.chars().count() - 1);
                letters.swap(left, left + 1);
            }
        }
        letters.into_iter().collect()
    }

    fn known_words() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec("[a-f]{1,12}|[abت-ح]{5,20}|[ⴰ-ⴷ]{2,9}", 1..60)
    }

    fn from_words(words: &[String]) -> Vocabulary {
        vocabulary(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn a_correction_is_a_known_word_or_the_beginning_of_one(words in known_words(), token in "[a-fت-ح]{0,70}|.*") {
            let vocabulary = from_words(&words);
            if let Some(corrected) = vocabulary.correct(&token) {
                prop_assert!(words.iter().any(|word| fold(word).starts_with(&corrected)));
                prop_assert!(vocabulary.correct(&corrected).is_none());
            }
        }

        #[test]
        fn a_known_word_is_never_corrected(words in known_words()) {
            let vocabulary = from_words(&words);
            for word in &words {
                prop_assert_eq!(vocabulary.correct(&fold(word)), None);
            }
        }

        #[test]
        fn one_slip_in_a_known_word_is_forgiven(
            words in known_words(),
            meant in "[a-h]{5,30}|[ا-ي&&[^ىةـػ-ؿ]]{5,12}",
            slip in prop::sample::select(vec![Slip::Substitute, Slip::Insert, Slip::Delete, Slip::Transpose]),
            place in any::<Index>(),
            letter in prop::char::range('a', 'z'),
        ) {
            let mut vocabulary = from_words(&words);
            vocabulary.insert_text(&meant);
            let token = slipped(&fold(&meant), slip, place, letter);
            prop_assert!(vocabulary.knows(&token) || vocabulary.correct(&token).is_some(), "{} → {}", meant, token);
        }

        #[test]
        fn any_query_gives_at_most_eight_tokens(words in known_words(), query in ".*") {
            let (tokens, corrections) = from_words(&words).correct_all(&fold(&query));
            prop_assert!(tokens.len() <= 8 && corrections.len() <= tokens.len());
        }
    }
}
