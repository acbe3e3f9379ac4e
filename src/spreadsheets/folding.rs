//! Texts without what people write differently: case, accents, punctuation, the several forms of Arabic
//! letters.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

const TATWEEL: char = 'ـ';

/// A text in small letters without accents and vowel signs, its words between single blanks, digits in ASCII.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let letters = text.nfkd().filter(|letter| !is_combining_mark(*letter) && !is_joiner(*letter));
    for letter in letters.flat_map(char::to_lowercase).map(plain) {
        if letter.is_alphanumeric() {
            folded.push(letter);
        } else if !folded.ends_with(' ') && !folded.is_empty() {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn is_joiner(letter: char) -> bool {
    letter == TATWEEL || super::cells::is_invisible(letter)
}

/// The one form of a letter that is written in several. Hamzas have fallen off by then.
fn plain(letter: char) -> char {
    match letter {
        'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ة' => 'ه',
        'ک' | 'ڪ' => 'ك',
        'œ' => 'o',
        letter => digit(letter),
    }
}

/// A digit in ASCII, whether it is Arabic-Indic, Persian or one already.
pub(super) fn digit(letter: char) -> char {
    let zero = match letter {
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        _ => return letter,
    };
    let value = u32::from(letter) - u32::from(zero);
    char::from_digit(value, 10).unwrap_or(letter)
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
