//! Folding: the one spelling under which a text is stored for search and under which a query is compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds a text for search: what people type differently and mean alike becomes the same letters.
///
/// In this order:
/// 1. NFKC (presentation forms, ligatures, full-width letters);
/// 2. one spelling for the letters of Arabic keyboards: `أ إ آ ٱ` → `ا`, `ى ی` → `ي`, `ة` and the Persian and Urdu
///    forms of heh → `ه`, `ک` → `ك`, and the gaf of Moroccan names (`ڭ گ ݣ`) → `ك`, as official lists write it;
/// 3. tatweel, bidi controls, zero-width characters and, after NFD, all combining marks dropped. NFD takes the hamza
///    off its seat, so `ؤ` → `و` and `ئ` → `ي`; a hamza standing alone (`ء`) is a letter and stays;
/// 4. `œ` → `oe`, `æ` → `ae`, `ß` → `ss`, `ı` → `i`;
/// 5. apostrophes of every form dropped, not turned into spaces. Words are searched as substrings: so `L'Oriental`,
///    kept as `loriental`, answers to `l oriental`, `oriental` and `loriental`, and `M'diq`, kept as `mdiq`, answers to
///    `mdiq` and `m diq`;
/// 6. lower case;
/// 7. Arabic-Indic digits, both rows, → ASCII;
/// 8. everything that is neither letter nor digit → one space, none at the ends.
///
/// Tifinagh letters stay as they are. Folding twice changes nothing, and the result is at most eleven times as long
/// in bytes as the text (the ligature `ﷺ` is the worst case).
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    // NFKC followed by NFD is NFKD. Apostrophes go first because NFKC makes a space and a mark of `´`.
    for letter in text.chars().filter(|&c| !is_apostrophe(c)).nfkd() {
        if !is_dropped(letter) {
            letter.to_lowercase().for_each(|lower| push_folded(&mut folded, lower));
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The words of a folded text.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|word| !word.is_empty())
}

/// Apostrophes, single quotes, accents standing for them, and the half rings of transliterated Arabic.
pub fn is_apostrophe(letter: char) -> bool {
    matches!(
        letter,
        '\'' | '`'
            | '´'
            | '\u{02B9}'..='\u{02BF}'
            | '\u{02C8}'
            | '\u{02CA}'
            | '\u{02CB}'
            | '\u{055A}'
            | '\u{1FBD}'
            | '\u{1FBF}'
            | '\u{1FFD}'
            | '\u{2018}'..='\u{201B}'
            | '\u{2032}'
            | '\u{2035}'
            | '\u{A78B}'
            | '\u{A78C}'
            | '\u{FF07}'
    )
}

/// What leaves no trace in a folded text, not even a space.
fn is_dropped(letter: char) -> bool {
    const TATWEEL: char = '\u{0640}';
    letter == TATWEEL || is_combining_mark(letter) || is_invisible(letter) || is_apostrophe(letter)
}

/// Bidi controls, zero-width characters and fillers.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{00AD}'
            | '\u{061C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Appends the folded form of a decomposed lower-case letter.
fn push_folded(folded: &mut String, letter: char) {
    match letter {
        'أ' | 'إ' | 'آ' | 'ٱ' | 'ٲ' | 'ٳ' => folded.push('ا'),
        'ى' | 'ی' => folded.push('ي'),
        'ة' | 'ۃ' | 'ہ' | 'ھ' | 'ە' => folded.push('ه'),
        'ک' | 'ڪ' | 'ڭ' | 'گ' | 'ݣ' => folded.push('ك'),
        'œ' => folded.push_str("oe"),
        'æ' => folded.push_str("ae"),
        'ß' => folded.push_str("ss"),
        'ı' => folded.push('i'),
        '٠'..='٩' | '۰'..='۹' => folded.push(plain_digit(letter)),
        // What is still upper case has no lower case: a letter in a black circle is a sign.
        _ if letter.is_alphanumeric() && !letter.is_uppercase() => folded.push(letter),
        _ if folded.is_empty() || folded.ends_with(' ') => {}
        _ => folded.push(' '),
    }
}

/// The ASCII digit of an Arabic-Indic one, of both rows; any other sign as it is.
pub fn plain_digit(sign: char) -> char {
    match sign {
        '٠'..='٩' => ascii_digit(sign, '٠'),
        '۰'..='۹' => ascii_digit(sign, '۰'),
        _ => sign,
    }
}

/// The ASCII digit of the same value, in a row of digits that begins at `zero`.
fn ascii_digit(digit: char, zero: char) -> char {
    char::from_digit(u32::from(digit) - u32::from(zero), 10).unwrap_or(digit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The promises that hold for every text.
    fn keeps_its_promises(text: &str) -> Result<(), String> {
        let folded = fold(text);
        let broken = if fold(&folded) != folded {
            "is not stable"
        } else if folded.chars().any(|c| c.is_uppercase() || c.to_lowercase().ne([c])) {
            "has upper case"
        } else if folded.nfd().any(is_combining_mark) {
            "has combining marks"
        } else if folded.contains("  ") || folded.trim() != folded {
            "has spare spaces"
        } else if !folded.chars().all(|c| c == ' ' || c.is_alphanumeric()) {
            "has signs"
        } else if folded.len() > 11 * text.len() {
            "is too long"
        } else {
            return Ok(());
        };
        Err(format!("{text:?} folded to {folded:?} {broken}"))
    }

    /// Texts made of the letters that folding treats specially, which random Unicode seldom meets.
    fn tricky_text() -> impl Strategy<Value = String> {
        let letters: Vec<char> =
            "aÉe\u{301}\u{300}İıßẞŒæ'’´ـأآإٱىیةۀۂکݣؤئء\u{654}\u{653}ﷺﻻ٣۳ⵜⵯ\u{2D7F}\u{200D}\u{202E} -_ᄀ\u{1161}각Σſ🅐Dž"
                .chars()
                .collect();
        prop::collection::vec(prop::sample::select(letters), 0..24).prop_map(String::from_iter)
    }

    #[test]
    fn spellings_of_one_name_fold_alike() {
        for (expected, spellings) in [
            ("tetouan", &["tetouan", "TÉTOUAN", "Te\u{301}touan", " «Tétouan» ", "Ｔétouan"][..]),
            ("تطوان", &["تطوان", "تِطْوان", "تـطـوان", "\u{202B}تطوان\u{202C}", "ﺗﻄﻮﺍﻥ"]),
            ("oujda", &["Oujda", "OUJDA"]),
            ("وجده", &["وجدة", "وجده", "وَجْدَة"]),
            ("laayoune", &["Laâyoune", "Laayoune", "LAÂYOUNE"]),
            ("اكادير", &["أكادير", "اكادير", "آكادير", "إکادیر", "أگادير", "أڭادير", "أݣادير"]),
            ("مستشفي", &["مستشفى", "مستشفي", "مستشفی"]),
            ("2022", &["٢٠٢٢", "۲۰۲۲", "２０２２"]),
            ("oeuvre", &["Œuvre", "œuvre", "OEUVRE"]),
            (
                "aegir strasse istanbul",
                &["Ægir Straße ISTANBUL", "ægir STRAẞE ıstanbul", "ÆGIR strasse İstanbul"],
            ),
            (
                "loriental",
                &["L'Oriental", "L’Oriental", "LʼOriental", "L´Oriental", "L`Oriental", "L＇Oriental"],
            ),
            ("mdiq", &["M'diq", "M’diq", "Mdiq", "M‘diq", "Mʻdiq"]),
            ("fes meknes", &["Fès-Meknès", "fes  meknes", "Fès – Meknès", "Fès_Meknès"]),
        ] {
            for spelling in spellings {
                assert_eq!(fold(spelling), expected, "{spelling}");
            }
        }
    }

    #[test]
    fn every_word_of_a_query_is_part_of_a_name_with_an_apostrophe() {
        for (name, query) in [("L'Oriental", "l oriental"), ("L’Oriental", "L'ORIENTAL"), ("M'diq", "M diq")]
        {
            let name = fold(name);
            assert!(words(&fold(query)).all(|word| name.contains(word)), "{query}");
        }
    }

    #[test]
    fn hamza_leaves_its_seat_and_stays_alone() {
        assert_eq!(fold("مؤسسة"), "موسسه");
        assert_eq!(fold("الناشئة"), "الناشيه");
        assert_eq!(fold("النساء"), "النساء");
    }

    #[test]
    fn tifinagh_letters_stay() {
        assert_eq!(fold("ⵜⵉⵟⵟⴰⵡⵉⵏ"), "ⵜⵉⵟⵟⴰⵡⵉⵏ");
    }

    #[test]
    fn a_text_of_signs_folds_to_nothing() {
        assert_eq!(fold(" «!» '\u{301}\u{200F}… "), "");
        assert_eq!(words("").count(), 0);
    }

    #[test]
    fn words_are_what_spaces_part() {
        assert!(words(&fold("Fès-Meknès, مدينة")).eq(["fes", "meknes", "مدينه"]));
    }

    #[test]
    fn every_character_keeps_the_promises() {
        for letter in '\0'..=char::MAX {
            assert_eq!(keeps_its_promises(&letter.to_string()), Ok(()));
        }
    }

    proptest! {
        #[test]
        fn any_text_keeps_the_promises(text in any::<String>()) {
            prop_assert_eq!(keeps_its_promises(&text), Ok(()));
        }

        #[test]
        fn any_tricky_text_keeps_the_promises(text in tricky_text()) {
            prop_assert_eq!(keeps_its_promises(&text), Ok(()));
        }

        #[test]
        fn case_and_marks_do_not_matter(text in "[a-zA-Zéèêâïôçàخجدةأ ]{0,20}") {
            prop_assert_eq!(fold(&text.to_uppercase()), fold(&text));
            prop_assert_eq!(fold(&text.nfd().collect::<String>()), fold(&text));
        }
    }
}
