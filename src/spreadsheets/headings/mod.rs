//! What officers and other systems call our columns, in Arabic, French and English.

mod synonyms;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::folding::folded;
use synonyms::{LANGUAGES, NAMES, OBJECTS, SYNONYMS};

/// The texts that have several languages, with the paths to those, in the order of [`LANGUAGES`].
const TEXTS: [(&[&str], [&str; 4]); 2] = [
    (NAMES, ["name.ar", "name.fr", "name.zgh", "name.en"]),
    (OBJECTS, ["object.ar", "object.fr", "object.zgh", "object.en"]),
];
/// Where Arabic, French and English stand in [`LANGUAGES`].
const ARABIC: usize = 0;
const FRENCH: usize = 1;
const ENGLISH: usize = 3;

/// Words that say nothing in a heading, folded. A lone `e` or `s` is an ending: `président(e)`, `domaine(s)`.
const ARTICLES: [&str; 17] =
    ["le", "la", "les", "l", "de", "du", "des", "d", "un", "une", "the", "of", "au", "et", "e", "s", "او"];

/// What headings are made of, by column.
static COLUMNS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| headings().collect());

/// The column that a heading names, as a dotted path (`name.fr`); none when it names none of ours. Case,
/// accents, articles, punctuation and doubled blanks do not matter. A name without its language is in that of
/// its heading: «Nom» is French, «الاسم» Arabic; a plain `name`, which our own exports have when one language
/// was asked for, is in none.
pub fn canonical(heading: &str) -> Option<&'static str> {
    COLUMNS.get(&essence(heading)).copied()
}

/// Each heading that is known, and its column.
fn headings() -> impl Iterator<Item = (String, &'static str)> {
    let plain = SYNONYMS.into_iter().flat_map(|(path, synonyms)| {
        synonyms.iter().chain([&path]).map(move |name| (essence(name), path)).collect::<Vec<_>>()
    });
    let texts = TEXTS.into_iter().flat_map(|(names, paths)| {
        let own_paths = paths.into_iter().map(|path| (essence(path), path));
        own_paths.chain(names.iter().flat_map(move |name| in_languages(name, paths))).collect::<Vec<_>>()
    });
    plain.chain(texts)
}

/// What a text is called with its language before or behind, and without.
fn in_languages(name: &str, paths: [&'static str; 4]) -> Vec<(String, &'static str)> {
    let mut all: Vec<_> = own_language(name).map(|own| (essence(name), paths[own])).into_iter().collect();
    for (languages, path) in LANGUAGES.iter().zip(paths) {
        for language in *languages {
            all.push((essence(&format!("{name} {language}")), path));
            all.push((essence(&format!("{language} {name}")), path));
        }
    }
    all
}

/// The language in which a heading is itself; none of our own columns, which are called the same in each.
fn own_language(name: &str) -> Option<usize> {
    const ENGLISH_WORDS: [&str; 5] = ["name", "purpose", "objectives", "objects", "full"];
    Some(match name {
        "name" | "object" => return None,
        name if !name.is_ascii() && name.chars().any(|letter| ('\u{600}'..='\u{6ff}').contains(&letter)) => {
            ARABIC
        }
        name if name.split(' ').any(|word| ENGLISH_WORDS.contains(&word)) => ENGLISH,
        _ => FRENCH,
    })
}

/// A heading without what does not matter in it.
fn essence(heading: &str) -> String {
    let folded = folded(heading);
    let words = folded.split(' ').filter(|word| !ARTICLES.contains(word)).map(|word| match word {
        "no" | "num" | "numero" | "nr" | "number" => "n",
        "nbre" | "nombre" => "nb",
        word => without_article(word),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// An Arabic word without the article that is written with it.
fn without_article(word: &str) -> &str {
    const SHORTEST: usize = 2;
    match word.strip_prefix("ال") {
        Some(rest) if rest.chars().count() > SHORTEST => rest,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_heading_names_two_columns() {
        let mut all: HashMap<String, &str> = HashMap::new();
        for (heading, path) in headings() {
            assert!(!heading.is_empty(), "{path}");
            let other = all.insert(heading.clone(), path).unwrap_or(path);
            assert_eq!(other, path, "{heading}");
        }
    }

    #[test]
    fn our_own_columns_are_known() {
        for path in [
            "id",
            "name.ar",
            "name.fr",
            "name.zgh",
            "name.en",
            "acronym",
            "object.ar",
            "object.fr",
            "city_code",
            "province_code",
            "scope",
            "status",
            "founded_on",
            "founded_year",
            "receipt_status",
            "receipt_on",
            "public_utility",
            "public_utility_decree",
            "activity_fields",
            "values",
            "volunteers",
            "last_activity_on",
            "website",
            "email",
            "attestations.national",
            "attestations.voluntary",
            "attestations.non_profit",
            "attestations.non_political",
            "sources",
            "internal.seat_address",
            "internal.receipt_number",
            "internal.receipt_authority",
            "internal.ice",
            "internal.tax_id",
            "internal.legal_representative",
            "internal.representative_contact",
            "external_id",
        ] {
            assert_eq!(canonical(path), Some(path));
        }
    }

    #[test]
    fn headings_of_prefectures_are_understood() {
        for (heading, path) in [
            ("Nom de l'association", "name.fr"),
            ("NOM DE L’ASSOCIATION", "name.fr"),
            ("  Dénomination  : ", "name.fr"),
            ("Nom de l'association (en arabe)", "name.ar"),
            ("Dénomination AR", "name.ar"),
            ("اسم الجمعية", "name.ar"),
            ("إسم الجمعيـــة", "name.ar"),
            ("التسمية بالعربية", "name.ar"),
            ("التسمية بالفرنسية", "name.fr"),
            ("اسم الجمعية باللغة الفرنسية", "name.fr"),
            ("Association name", "name.en"),
            ("Name (French)", "name.fr"),
            ("Date de création", "founded_on"),
            ("Date\nde  création", "founded_on"),
            ("تاريخ التأسيس", "founded_on"),
            ("تاريخ تأسيس الجمعية", "founded_on"),
            ("Ville", "city_code"),
            ("الجماعة", "city_code"),
            ("N° de récépissé", "internal.receipt_number"),
            ("N° du récépissé", "internal.receipt_number"),
            ("Numéro de récepissé", "internal.receipt_number"),
            ("رقم الوصل", "internal.receipt_number"),
            ("Siège", "internal.seat_address"),
            ("SIEGE SOCIAL", "internal.seat_address"),
            ("Président(e)", "internal.legal_representative"),
            ("Domaine(s) d'activité", "activity_fields"),
            ("Nbre de bénévoles", "volunteers"),
            ("Tél.", "internal.representative_contact"),
            ("email", "email"),
            ("I.C.E", "internal.ice"),
            ("العمالة / الإقليم", "province_code"),
            ("أهداف الجمعية", "object.ar"),
            ("Objet", "object.fr"),
        ] {
            assert_eq!(canonical(heading), Some(path), "{heading}");
        }
    }

    #[test]
    fn what_names_nothing_of_ours_is_unknown() {
        for heading in [
            "",
            "—",
            "Nombre d'adhérents",
            "عدد المنخرطين",
            "CIN du président",
            "Observations",
            "N°",
            "name",
            "Budget",
            "Date",
            "ملاحظات",
            "Nom du trésorier",
        ] {
            assert_eq!(canonical(heading), None, "{heading}");
        }
    }
}
