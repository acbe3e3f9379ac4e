//! Texts of cells.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::Cell;

const TATWEEL: char = 'ـ';
/// From this number on not every whole one can be told from the next.
pub(super) const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

impl Cell {
    /// Whether nothing stands in it that can be seen.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => is_blank(text),
            _ => false,
        }
    }

    /// The text exactly as it stands there; numbers as they are written, days as ISO 8601 has them. None when
    /// it is empty.
    pub fn verbatim(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Empty => None,
            Self::Text(text) => (!is_blank(text)).then_some(Cow::Borrowed(text)),
            Self::Number(number) => Some(written(*number).into()),
            Self::Boolean(truth) => Some(truth.to_string().into()),
            Self::Day(day) => Some(day.to_string().into()),
            Self::Moment(moment) => Some(moment.format("%Y-%m-%dT%H:%M:%S").to_string().into()),
        }
    }

    /// The text as one line in NFC: trimmed, its blanks single, without signs that cannot be seen or that
    /// only stretch it. Leading zeros of a text stay, while a spreadsheet has taken them from a number.
    pub fn text(&self) -> Option<String> {
        self.verbatim().map(|text| single_line(&text)).filter(|text| !text.is_empty())
    }

    /// The text as [`Cell::text`] gives it, with its line breaks.
    pub fn lines(&self) -> Option<String> {
        let text = self.verbatim()?.replace("\r\n", "\n").replace('\r', "\n");
        let lines: Vec<String> = text.split('\n').map(single_line).collect();
        let text = lines.join("\n");
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// The words of a list, which stand between `|`, `;`, `،`, `؛` or line breaks, or in a JSON array as an
    /// export writes it; between commas only where the caller knows that no word has one.
    pub fn words(&self, between_commas: bool) -> Vec<String> {
        let Some(text) = self.verbatim() else { return Vec::new() };
        if let Some(words) = json_words(&text) {
            return words;
        }
        let separates = |sign: char| {
            matches!(sign, '|' | ';' | '،' | '؛' | '\n' | '\r') || (between_commas && sign == ',')
        };
        text.split(separates).map(single_line).filter(|word| !word.is_empty()).collect()
    }
}

fn json_words(text: &str) -> Option<Vec<String>> {
    text.starts_with('[').then(|| serde_json::from_str(text).ok()).flatten()
}

/// A number as a spreadsheet shows it: with 15 digits, without exponent.
fn written(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < LARGEST_EXACT {
        // Zero has no sign.
        return format!("{:.0}", number + 0.0);
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

/// Whether nothing can be seen of a text.
pub(in super::super) fn is_blank(text: &str) -> bool {
    text.chars().all(|letter| letter.is_whitespace() || is_invisible(letter))
}

/// Whether a sign is none that is seen: marks of direction, spaces without width, byte order marks, soft
/// hyphens. Joiners are not among them, for they change how a word looks.
pub(in super::super) fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A text as one line.
pub(in super::super) fn single_line(text: &str) -> String {
    if is_clean(text) {
        return text.to_owned();
    }
    let visible = text.chars().filter(|letter| !is_invisible(*letter)).flat_map(unpresented).nfc();
    let visible: String = visible.map(|letter| if is_gap(letter) { ' ' } else { letter }).collect();
    let mut line = String::with_capacity(visible.len());
    for word in visible.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        push_unstretched(&mut line, word);
    }
    line
}

fn is_gap(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control()
}

/// Whether a text is one clean line already, as most are.
fn is_clean(text: &str) -> bool {
    let is_seen = |letter: char| {
        letter == ' ' || !(is_gap(letter) || is_invisible(letter) || is_form(letter) || letter == TATWEEL)
    };
    text.chars().all(is_seen)
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains("  ")
        && (text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes)
}

/// Whether this is how an Arabic letter looks at its place in a word.
fn is_form(letter: char) -> bool {
    matches!(letter, '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// An Arabic letter as it is, instead of how it looks at its place in a word: old programs and PDF documents
/// have those.
fn unpresented(letter: char) -> impl Iterator<Item = char> {
    let (plain, other) = if is_form(letter) { (None, Some(letter)) } else { (Some(letter), None) };
    plain.into_iter().chain(other.into_iter().nfkc())
}

/// Several tatweels in a row only stretch a word; a single one may be meant.
fn push_unstretched(line: &mut String, word: &str) {
    let mut tatweels = 0;
    for letter in word.chars().chain(['\0']) {
        if letter == TATWEEL {
            tatweels += 1;
            continue;
        }
        if tatweels == 1 {
            line.push(TATWEEL);
        }
        tatweels = 0;
        if letter != '\0' {
            line.push(letter);
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn text(text: &str) -> Option<String> {
        Cell::Text(text.to_owned()).text()
    }

    #[test]
    fn a_text_is_one_clean_line() {
        for (written, read) in [
            ("  Les  amis\u{a0}\u{a0}de\tFès ", "Les amis de Fès"),
            ("\u{200f}جمعية\u{200e}  النور\u{feff}", "جمعية النور"),
            ("جمعيــــة النور", "جمعية النور"),
            ("هـ", "هـ"),
            ("ﺟﻤﻌﻴﺔ ﻻ", "جمعية لا"),
            ("Fe\u{300}s\r\nville", "Fès ville"),
            ("00123", "00123"),
            ("l'eau", "l'eau"),
        ] {
            assert_eq!(text(written).as_deref(), Some(read));
        }
        for blank in ["", "  ", "\u{a0}\u{200f}\n", "\u{feff}"] {
            assert_eq!(text(blank), None);
            assert!(Cell::Text(blank.to_owned()).is_empty());
        }
        assert_eq!(Cell::Empty.text(), None);
    }

    #[test]
    fn what_is_no_text_is_written_as_it_is_seen() {
        for (number, read) in [
            (1_234_567.0, "1234567"),
            (-0.0, "0"),
            (-20.0, "-20"),
            (-0.5, "-0.5"),
            (212_661_234_567.0, "212661234567"),
            (1_523_456_000_089.0, "1523456000089"),
            (0.1 + 0.2, "0.3"),
            (12.5, "12.5"),
            (1e20, "100000000000000000000"),
        ] {
            assert_eq!(Cell::Number(number).text().as_deref(), Some(read));
        }
        assert_eq!(Cell::Boolean(true).text().as_deref(), Some("true"));
        let day = NaiveDate::from_ymd_opt(2011, 3, 12).unwrap();
        assert_eq!(Cell::Day(day).text().as_deref(), Some("2011-03-12"));
        let moment = Cell::Moment(day.and_hms_opt(8, 30, 0).unwrap());
        assert_eq!(moment.text().as_deref(), Some("2011-03-12T08:30:00"));
    }

    #[test]
    fn lines_stay_where_they_are_wanted() {
        let cell = Cell::Text(" Rue  1\r\nFès \r\n\r\n".to_owned());
        assert_eq!(cell.lines().as_deref(), Some("Rue 1\nFès"));
        assert_eq!(cell.text().as_deref(), Some("Rue 1 Fès"));
        assert_eq!(cell.verbatim().as_deref(), Some(" Rue  1\r\nFès \r\n\r\n"));
    }

    #[test]
    fn words_stand_between_separators() {
        let words = |text: &str, commas| Cell::Text(text.to_owned()).words(commas);
        assert_eq!(words("1|6.2", false), ["1", "6.2"]);
        assert_eq!(words(" حوار ، تنمية؛ مواطنة\nx ; ", false), ["حوار", "تنمية", "مواطنة", "x"]);
        assert_eq!(words("a, b", false), ["a, b"]);
        assert_eq!(words("a, b", true), ["a", "b"]);
        assert_eq!(words("[\"a|b\",\"c\"]", false), ["a|b", "c"]);
        assert_eq!(words("[a", false), ["[a"]);
        assert_eq!(Cell::Number(6.0).words(false), ["6"]);
        assert!(Cell::Empty.words(true).is_empty());
    }
}
