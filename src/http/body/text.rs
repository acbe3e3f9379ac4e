//! Texts as they are kept: one spelling of each letter, no blank around them, and nothing in them that nobody sees.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, NoncharacterCodePoint, Script};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::UnicodeNormalization as _;

use crate::error::{FieldRule, Reason};

/// The text as it is kept: composed (NFC), a no-break space as a space, and nothing blank at its ends.
///
/// # Errors
/// A character that hides what the text says, by its code point and its place.
pub fn cleaned(text: &str) -> Result<String, Reason> {
    if let Some((place, character)) = hidden(text) {
        let code_point = format!("U+{:04X}", u32::from(character));
        return Err(Reason::new(FieldRule::HiddenCharacter)
            .with("character", code_point)
            .with("position", place + 1));
    }
    let composed: String =
        text.nfc().map(|character| if is_fixed_space(character) { ' ' } else { character }).collect();
    Ok(composed.trim().to_owned())
}

/// A space at which no line breaks; French puts some before its punctuation.
fn is_fixed_space(character: char) -> bool {
    matches!(character, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

/// The first character that hides what a text says, with its place.
fn hidden(text: &str) -> Option<(usize, char)> {
    let characters: Vec<char> = text.chars().collect();
    let is_hidden = |(place, character): &(usize, char)| {
        is_forbidden(*character) || (is_joiner(*character) && !is_within_arabic(&characters, *place))
    };
    characters.iter().copied().enumerate().find(is_hidden)
}

/// What joins two letters or keeps them apart: Arabic is spelt with it, elsewhere nobody sees it.
fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

fn is_within_arabic(text: &[char], place: usize) -> bool {
    let script = CodePointMapData::<Script>::new();
    let is_mark = |character: &&char| script.get(**character) == Script::Inherited;
    let is_arabic =
        |letter: Option<&char>| letter.is_some_and(|letter| script.get(*letter) == Script::Arabic);
    let (before, after) = text.split_at(place);
    is_arabic(before.iter().rev().find(|character| !is_mark(character))) && is_arabic(after.get(1))
}

/// Characters that hide what a text says (Unicode TR36): control characters but for line breaks and tabs, those that turn
/// the direction of writing, those without width, line separators, tags, and those that mean nothing or nothing to others.
/// What joins Arabic letters is none of them, nor what makes a sign colourful.
pub fn is_forbidden(character: char) -> bool {
    if character.is_ascii() {
        return character.is_control() && !matches!(character, '\n' | '\r' | '\t');
    }
    let means_nothing = matches!(
        CodePointMapData::<GeneralCategory>::new().get(character),
        GeneralCategory::Control
            | GeneralCategory::PrivateUse
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    );
    let is_unseen = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
        && !is_joiner(character)
        && !matches!(character, '\u{fe0e}' | '\u{fe0f}');
    let annotates = matches!(character, '\u{fff9}'..='\u{fffb}');
    means_nothing
        || is_unseen
        || annotates
        || CodePointSetData::new::<NoncharacterCodePoint>().contains(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::language::sentences::Told;

    #[test]
    fn a_text_has_one_spelling() {
        for (given, kept) in [
            ("  Fe\u{300}s ", "F\u{e8}s"),
            ("Qui\u{a0}? Quoi\u{202f}!", "Qui ? Quoi !"),
            ("\u{a0}\u{3000}x\n", "x"),
            ("a\nb\tc", "a\nb\tc"),
            ("\u{627}\u{653}", "\u{622}"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("بِ\u{200d}ه", "بِ\u{200d}ه"),
            ("❤\u{fe0f}", "❤\u{fe0f}"),
            ("ⵜⵉⵟⵟⴰⵡⵉⵏ", "ⵜⵉⵟⵟⴰⵡⵉⵏ"),
            (" \u{a0} ", ""),
        ] {
            assert_eq!(cleaned(given), Ok(kept.to_owned()), "{given:?}");
        }
    }

    #[test]
    fn what_nobody_sees_is_told_by_code_point_and_place() {
        let seen = |text: &str| match cleaned(text) {
            Ok(text) => panic!("{text:?} is taken"),
            Err(reason) => (reason.values[0].1.clone(), reason.values[1].1.clone()),
        };
        assert_eq!(seen("Fès\u{200b}"), (Told::number("U+200B"), Told::number(4)));
        for hidden in [
            '\0',
            '\u{7f}',
            '\u{85}',
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{200b}',
            '\u{200e}',
            '\u{2028}',
            '\u{2029}',
            '\u{202e}',
            '\u{2060}',
            '\u{2063}',
            '\u{2066}',
            '\u{3164}',
            '\u{e000}',
            '\u{fdd0}',
            '\u{feff}',
            '\u{fff9}',
            '\u{ffff}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{f0000}',
            '\u{10ffff}',
        ] {
            let code_point = format!("U+{:04X}", u32::from(hidden));
            assert_eq!(seen(&format!("ا{hidden}b")), (Told::AsIs(code_point), Told::number(2)));
        }
        for (text, place) in
            [("a\u{200d}b", "2"), ("\u{200c}ب", "1"), ("ب\u{200c}", "2"), ("ب\u{200d}b", "2")]
        {
            assert_eq!(seen(text).1, Told::number(place), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_cleaned_is_clean(text in "\\PC*") {
            if let Ok(once) = cleaned(&text) {
                prop_assert_eq!(cleaned(&once), Ok(once.clone()));
            }
        }
    }
}
