//! Sentences with placeholders, told in Arabic, French and English: values are told as people of that language read them, and
//! nouns agree with their number (the plural rules of Unicode CLDR).
//!
//! `{name}` stands for a value. `{name|form|form}` is a noun with its number (`#`), in the forms of the language: one and
//! other in French and English; zero, one, two, few, many and other in Arabic.

use chrono::{Datelike as _, NaiveDate};
use icu_locale_core::locale;
use icu_plurals::{PluralCategory, PluralRules};

use super::{Language, Text, terms};
use crate::database::types::{UtcTime, keyword};

/// A value that a sentence tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// As it is: a number, a code, a path.
    AsIs(String),
    /// Words of a closed list, by what people call them.
    Terms {
        /// Collection and field, as in `editions.status`.
        list: &'static str,
        /// The words.
        words: Vec<String>,
        /// Whether they stand in quotation marks: names of states do, parts of a sentence do not.
        quoted: bool,
    },
    /// A day.
    Day(NaiveDate),
    /// An instant, by the clocks of Morocco.
    Instant(UtcTime),
    /// A text of its own in each language.
    Text(Text),
}

/// Values by the names of their placeholders.
pub type Values = Vec<(&'static str, Told)>;

impl Told {
    /// Words of a closed list, in quotation marks.
    pub fn terms<T: serde::Serialize>(list: &'static str, words: impl IntoIterator<Item = T>) -> Self {
        let words = words.into_iter().map(|word| keyword(&word)).collect();
        Self::Terms { list, words, quoted: true }
    }

    /// A word of a closed list as a part of the sentence.
    pub fn part<T: serde::Serialize>(list: &'static str, word: T) -> Self {
        Self::Terms { list, words: vec![keyword(&word)], quoted: false }
    }

    /// A number.
    pub fn number(number: impl std::fmt::Display) -> Self {
        Self::AsIs(number.to_string())
    }

    /// A day, where there is one.
    pub fn day(day: Option<NaiveDate>) -> Self {
        day.map_or_else(Self::not_set, Self::Day)
    }

    /// An instant, where there is one.
    pub fn instant(instant: Option<UtcTime>) -> Self {
        instant.map_or_else(Self::not_set, Self::Instant)
    }

    fn not_set() -> Self {
        let word = |word: &str| Some(word.to_owned());
        Self::Text(Text {
            ar: word("غير محدد"),
            fr: word("non fixé"),
            en: word("not set"),
            ..Text::default()
        })
    }

    fn in_language(&self, language: Language) -> String {
        match self {
            Self::AsIs(text) => text.clone(),
            Self::Terms { words, .. } if words.is_empty() => "—".to_owned(),
            Self::Terms { list, words, quoted } => {
                let told = words.iter().map(|word| match (terms::name(list, word, language), quoted) {
                    (name, false) => name,
                    // Programs take the word itself.
                    (name, true) if name == *word => in_quotes(word, language),
                    (name, true) => format!("{} ({word})", in_quotes(&name, language)),
                });
                told.collect::<Vec<_>>().join(["، ", ", ", ", "][language.of_errors()])
            }
            Self::Day(day) => told_day(*day, language),
            Self::Instant(instant) => told_instant(*instant, language),
            Self::Text(text) => {
                text.in_language(language).map(|(_, text)| text.to_owned()).unwrap_or_default()
            }
        }
    }
}

fn in_quotes(text: &str, language: Language) -> String {
    match language.of_errors() {
        0 => format!("«{text}»"),
        1 => format!("« {text} »"),
        _ => format!("“{text}”"),
    }
}

/// The sentence of `template` in `language`.
pub fn fill(template: &str, values: &[(&str, Told)], language: Language) -> String {
    let (mut sentence, mut rest) = (String::with_capacity(template.len()), template);
    while let Some((before, after)) = rest.split_once('{') {
        let (placeholder, following) = after.split_once('}').unwrap_or((after, ""));
        let (name, forms) =
            placeholder.split_once('|').map_or((placeholder, None), |(name, forms)| (name, Some(forms)));
        sentence.push_str(before);
        match (
            values.iter().find(|(known, _)| *known == name).map(|(_, told)| told.in_language(language)),
            forms,
        ) {
            (Some(told), Some(forms)) => sentence.push_str(&in_form(forms, &told, language)),
            (Some(told), None) => sentence.push_str(&told),
            (None, _) => {
                debug_assert!(false, "nothing fills {{{name}}} of {template:?}");
                sentence.push('…');
            }
        }
        rest = following;
    }
    sentence + rest
}

/// A template as people read it where nothing fills it: an ellipsis for each value.
pub fn outline(template: &str, language: Language) -> String {
    let unknown: Vec<_> =
        placeholders(template).into_iter().map(|name| (name, Told::AsIs("…".to_owned()))).collect();
    fill(template, &unknown, language)
}

/// The names of the placeholders of a template, sorted.
pub fn placeholders(template: &str) -> Vec<&str> {
    let within = template.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let mut names: Vec<&str> = within.filter_map(|placeholder| placeholder.split('|').next()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The form of a noun that goes with a number, which stands for `#`.
fn in_form(forms: &str, number: &str, language: Language) -> String {
    let locale = [locale!("ar"), locale!("fr"), locale!("en")][language.of_errors()].clone();
    let category = match (PluralRules::try_new_cardinal(locale.into()), number.parse::<u64>()) {
        (Ok(rules), Ok(number)) => rules.category_for(number),
        _ => PluralCategory::Other,
    };
    let forms: Vec<&str> = forms.split('|').collect();
    let place = match (forms.len(), category) {
        (2, PluralCategory::One) => 0,
        (6, PluralCategory::Zero) => 0,
        (6, PluralCategory::One) => 1,
        (6, PluralCategory::Two) => 2,
        (6, PluralCategory::Few) => 3,
        (6, PluralCategory::Many) => 4,
        (several, _) => several - 1,
    };
    forms[place].replace('#', number)
}

const MONTHS: [[&str; 12]; 3] = [
    [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "ماي",
        "يونيو",
        "يوليوز",
        "غشت",
        "شتنبر",
        "أكتوبر",
        "نونبر",
        "دجنبر",
    ],
    [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
];

fn told_day(day: NaiveDate, language: Language) -> String {
    let month = MONTHS[language.of_errors()][day.month0() as usize];
    let first = if day.day() == 1 && language == Language::Fr { "er" } else { "" };
    format!("{}{first} {month} {}", day.day(), day.year())
}

fn told_instant(instant: UtcTime, language: Language) -> String {
    let (day, clock) = (told_day(instant.date_in_morocco(), language), instant.clock_in_morocco());
    match language.of_errors() {
        0 => format!("{day} على الساعة {clock} بتوقيت المغرب"),
        1 => format!("{day} à {clock} (heure du Maroc)"),
        _ => format!("{day} at {clock} (Morocco time)"),
    }
}

/// Refuses a sentence that is not told alike in all languages, or not in the words of its readers.
#[cfg(test)]
pub(crate) fn check_sentence([ar, fr, en]: [&str; 3]) {
    const NUMBERS: [&str; 6] = ["0", "1", "2", "3", "11", "100"];
    const NOT_OF_READERS: [&str; 14] = [
        "struct", "i64", "usize", "Option", "None", "Some(", "serde", "panic", "unwrap", "SELECT", "NULL",
        "SQL", "::", "&str",
    ];
    assert!(
        placeholders(ar) == placeholders(fr) && placeholders(fr) == placeholders(en),
        "{ar} / {fr} / {en}"
    );
    for (template, language) in [(ar, Language::Ar), (fr, Language::Fr), (en, Language::En)] {
        for number in NUMBERS {
            let names = placeholders(template);
            let values: Vec<_> = names.iter().map(|name| (*name, Told::AsIs(number.to_owned()))).collect();
            let told = fill(template, &values, language);
            assert!(!told.contains(['{', '}', '|', '#']), "{told}");
            assert!(told.ends_with(['.', '»']) || !template.ends_with('.'), "{told}");
            for word in NOT_OF_READERS {
                assert!(!told.contains(word), "{word}: {told}");
            }
        }
        // What has a word in the language is told by it: the rest are names of members, of headers and of formats.
        if language == Language::Ar {
            let foreign = ["the ", " of ", " and ", " is ", " le ", " la ", " de ", " des ", " état"];
            assert!(foreign.iter().all(|word| !template.contains(word)), "{template}");
        } else {
            assert!(!template.chars().any(|letter| ('\u{600}'..='\u{6ff}').contains(&letter)), "{template}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(template: &str, number: i64, language: Language) -> String {
        fill(template, &[("count", Told::AsIs(number.to_string()))], language)
    }

    #[test]
    fn a_noun_agrees_with_its_number() {
        let french = "{count|# association active|# associations actives}";
        for (number, expected) in
            [(0, "0 association active"), (1, "1 association active"), (2, "2 associations actives")]
        {
            assert_eq!(told(french, number, Language::Fr), expected);
        }
        assert_eq!(told("{count|# item|# items}", 0, Language::En), "0 items");
        assert_eq!(told("{count|# item|# items}", 1, Language::En), "1 item");
        let arabic = "{count|لا جمعية|جمعية واحدة|جمعيتان|# جمعيات|# جمعية|# جمعية}";
        for (number, expected) in [
            (0, "لا جمعية"),
            (1, "جمعية واحدة"),
            (2, "جمعيتان"),
            (3, "3 جمعيات"),
            (10, "10 جمعيات"),
            (11, "11 جمعية"),
            (100, "100 جمعية"),
            (103, "103 جمعيات"),
        ] {
            assert_eq!(told(arabic, number, Language::Ar), expected);
        }
    }

    #[test]
    fn values_are_told_as_people_read_them() {
        let instant: UtcTime = "2026-11-27T09:05:00Z".parse().unwrap();
        let values = [
            ("at", Told::Instant(instant)),
            ("day", Told::Day("2027-01-01".parse().unwrap())),
            ("status", Told::terms("editions.status", ["draft"])),
            ("kind", Told::part("nominations.of_kind", "city")),
        ];
        let template = "{at} | {day} | {status} | {kind}".replace(" | ", " / ");
        let in_language = |language| fill(&template, &values, language);
        assert_eq!(
            in_language(Language::Fr),
            "27 novembre 2026 à 10:05 (heure du Maroc) / 1er janvier 2027 / « En préparation » (draft) / de villes"
        );
        assert_eq!(
            in_language(Language::En),
            "27 November 2026 at 10:05 (Morocco time) / 1 January 2027 / “In preparation” (draft) / of cities"
        );
        assert_eq!(
            in_language(Language::Ar),
            "27 نونبر 2026 على الساعة 10:05 بتوقيت المغرب / 1 يناير 2027 / «قيد الإعداد» (draft) / المدن"
        );
        assert_eq!(
            fill("{allowed}.", &[("allowed", Told::terms("editions.status", [""; 0]))], Language::Fr),
            "—."
        );
    }
}
