//! What has to be said in a sentence: why something is alleged of somebody, or why what a jury has done is undone.

use std::collections::BTreeSet;

use crate::error::{Error, FieldRule, Reason, Result};
use crate::search::{fold, words};

/// The fewest characters, and the fewest different words, of a sentence.
const SENTENCE: (usize, usize) = (20, 4);

/// Refuses a statement at `place` that says nothing: what is alleged of somebody, or undoes what a jury has done, takes a
/// sentence.
pub(super) fn check_sentence(place: &str, statement: &str) -> Result<()> {
    let (characters, different) = SENTENCE;
    let folded = fold(statement);
    let said: BTreeSet<&str> = words(&folded).filter(|word| word.chars().any(char::is_alphabetic)).collect();
    if statement.trim().chars().count() >= characters && said.len() >= different {
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
        ] {
            assert_eq!(check_sentence("/statement", nothing).unwrap_err().code, Code::Invalid, "{nothing}");
        }
    }
}
