//! What has to be said in a sentence: why something is alleged of somebody, or why what a jury has done is undone.

use std::collections::BTreeSet;

use crate::error::{Error, FieldRule, Reason, Result};
use crate::search::{fold, words};

/// The fewest characters, and the fewest different words, of a sentence. Only words count, with one blank between two of
/// them: what is padded with blanks or signs says no more.
const SENTENCE: (usize, usize) = (20, 4);

/// The fewest letters of a word that says something.
const WORD: usize = 2;

/// Refuses a statement at `place` that says nothing: what is alleged of somebody, or undoes what a jury has done, takes a
/// sentence.
pub(super) fn check_sentence(place: &str, statement: &str) -> Result<()> {
    let (characters, different) = SENTENCE;
    let folded = fold(statement);
    let all: Vec<&str> = words(&folded).collect();
    let letters = |word: &str| word.chars().filter(|character| character.is_alphabetic()).count();
    let said: BTreeSet<&str> = all.iter().copied().filter(|word| letters(word) >= WORD).collect();
    if all.join(" ").chars().count() >= characters && said.len() >= different {
        return Ok(());
    }
    let sentence = Reason::new(FieldRule::Sentence).with("characters", characters).with("words", different);
    Err(Error::invalid_field(place, sentence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn a_few_words_that_differ_make_a_sentence() {
        for statement in
            ["Son frère siège au conseil.", "شقيقه عضو في مجلس المدينة", "His brother sits there."]
        {
            assert!(check_sentence("/statement", statement).is_ok(), "{statement}");
        }
        for nothing in [
            ".",
            "....................",
            ". . . . . . . . . . . . . .",
            "1 2 3 4 5 6 7 8 9 10 11 12",
            "conflit conflit conflit conflit",
            "Il est du conseil",
            "Incompatibilité manifeste",
            "a b c d                              e",
            "a b c d e f g h i j k l m n",
            "il va au mur ....................... !",
            "aa\u{a0}bb\u{2003}cc\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}dd",
        ] {
            assert_eq!(check_sentence("/statement", nothing).unwrap_err().code, Code::Invalid, "{nothing}");
        }
    }
}
