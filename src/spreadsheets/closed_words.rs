//! What officers write for the words of our closed lists, in Arabic, French and English.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::folding::folded;

/// A word of ours, and what is written for it; folded when they are compared.
type Words = &'static [(&'static str, &'static [&'static str])];

#[rustfmt::skip]
const STATUS: Words = &[
    (
        "active",
        &[
            "active", "actif", "en activité", "activité", "fonctionnelle", "opérationnelle", "en exercice",
            "نشيطة", "نشطة", "نشيط", "تشتغل", "مفعلة", "فاعلة", "في طور النشاط",
        ],
    ),
    (
        "dormant",
        &[
            "dormant", "dormante", "inactive", "inactif", "en sommeil", "en veille", "non active",
            "suspendue", "gelée", "غير نشيطة", "غير نشطة", "متوقفة", "خاملة", "جامدة", "مجمدة",
            "متوقفة عن النشاط",
        ],
    ),
    (
        "dissolved",
        &[
            "dissolved", "dissoute", "dissous", "radiée", "liquidée", "منحلة", "محلولة", "تم حلها", "حلت",
            "مشطب عليها",
        ],
    ),
];
#[rustfmt::skip]
const SCOPE: Words = &[
    (
        "local",
        &[
            "local", "locale", "communale", "communal", "provinciale", "provincial", "préfectorale",
            "commune", "province", "محلي", "محلية", "إقليمي", "إقليمية", "جماعي", "جماعية",
        ],
    ),
    ("regional", &["regional", "régionale", "région", "جهوي", "جهوية", "الجهة"]),
    ("national", &["national", "nationale", "nation", "وطني", "وطنية"]),
    (
        "abroad",
        &[
            "abroad", "étranger", "à l'étranger", "internationale", "hors du Maroc", "MRE", "خارج المغرب",
            "بالخارج", "في الخارج", "خارج الوطن",
        ],
    ),
];
#[rustfmt::skip]
const RECEIPT_STATUS: Words = &[
    ("none", &[
        "none", "aucun", "sans", "sans récépissé", "non délivré", "néant", "بدون", "لا يوجد", "بدون وصل",
        "غير مسلم",
    ]),
    (
        "provisional",
        &[
            "provisional", "provisoire", "récépissé provisoire", "temporaire", "مؤقت", "وصل مؤقت",
            "الوصل المؤقت", "المؤقت",
        ],
    ),
    (
        "final",
        &[
            "final", "définitif", "récépissé définitif", "définitive", "نهائي", "وصل نهائي", "الوصل النهائي",
            "النهائي",
        ],
    ),
];
#[rustfmt::skip]
const VALUES: Words = &[
    ("citizenship", &["citizenship", "citoyenneté", "civisme", "مواطنة", "المواطنة"]),
    ("development", &["development", "développement", "تنمية", "التنمية"]),
    ("dialogue", &["dialogue", "dialog", "حوار", "الحوار"]),
    (
        "coexistence",
        &["coexistence", "vivre ensemble", "cohabitation", "تعايش", "التعايش", "العيش المشترك"],
    ),
];

const LISTS: [(&str, Words); 4] =
    [("status", STATUS), ("scope", SCOPE), ("receipt_status", RECEIPT_STATUS), ("values", VALUES)];

/// The words of ours, by what is written for them, by column.
static WORDS: LazyLock<HashMap<&str, HashMap<String, &str>>> = LazyLock::new(|| {
    let by_text = |words: Words| {
        let written =
            words.iter().flat_map(|(word, written)| written.iter().map(move |text| (folded(text), *word)));
        written.collect()
    };
    LISTS.into_iter().map(|(column, words)| (column, by_text(words))).collect()
});

/// The word of a column's closed list that a text stands for; none when it stands for no word, or the column
/// has no list.
pub fn word(column: &str, text: &str) -> Option<&'static str> {
    WORDS.get(column)?.get(&folded(text)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_in_three_languages() {
        for (column, text, expected) in [
            ("status", "active", Some("active")),
            ("status", " En activité ", Some("active")),
            ("status", "نشيطة", Some("active")),
            ("status", "ACTIF", Some("active")),
            ("status", "غير نشيطة", Some("dormant")),
            ("status", "Dissoute", Some("dissolved")),
            ("scope", "Régionale", Some("regional")),
            ("scope", "جهوية", Some("regional")),
            ("scope", "إقليمية", Some("local")),
            ("receipt_status", "Définitif", Some("final")),
            ("receipt_status", "وصل مؤقت", Some("provisional")),
            ("values", "المواطنة", Some("citizenship")),
            ("values", "Vivre ensemble", Some("coexistence")),
            ("status", "peut-être", None),
            ("status", "", None),
            ("scope", "active", None),
            ("name.fr", "active", None),
        ] {
            assert_eq!(word(column, text), expected, "{text}");
        }
    }

    #[test]
    fn no_text_stands_for_two_words() {
        for words in [STATUS, SCOPE, RECEIPT_STATUS, VALUES] {
            let mut all: Vec<String> =
                words.iter().flat_map(|(_, written)| *written).map(|text| folded(text)).collect();
            all.sort_unstable();
            let count = all.len();
            all.dedup();
            assert_eq!(all.len(), count);
            assert!(words.iter().all(|(word, written)| written.contains(word)));
        }
    }
}
