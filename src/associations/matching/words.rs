//! A name as the words that tell one association from another, however they are spelt.

use super::usual_words::Standing;
use crate::language::{Language, Text};
use crate::search::{fold, is_apostrophe, words};

/// So many words of a name are compared; the rest is ignored, so that no comparison is arbitrarily dear.
const MOST_WORDS: usize = 24;
/// Longer words are compared by their beginnings.
const LONGEST_WORD: usize = 40;

/// What is compared of a word for an association, whichever it is.
const SOME_KIND: &str = "*";

/// A word of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// What is compared: one form of what is written in several ways.
    pub(super) stem: String,
    /// What is searched for: a part of the folded name.
    pub(super) text: String,
    pub(super) standing: Standing,
}

/// A name as its words, sorted by what is compared of them; joining words are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NameWords(pub(super) Vec<Word>);

impl NameWords {
    /// The words of a name.
    pub(super) fn of(name: &str) -> Self {
        let folded = fold(&without_elisions(name));
        let mut all: Vec<Word> = words(&folded).take(MOST_WORDS).map(Word::of).collect();
        lift_up(&mut all);
        all.retain(|word| word.standing > Standing::Joining);
        all.sort_by(|one, other| one.stem.cmp(&other.stem));
        Self(all)
    }

    /// What sets the name apart.
    pub(super) fn distinctive(&self) -> impl Iterator<Item = &Word> {
        self.0.iter().filter(|word| word.standing == Standing::Distinctive)
    }

    /// One number for all names that are set apart by the same words, in any order.
    fn key(&self, script: Script) -> i64 {
        let mut stems: Vec<&str> = self.distinctive().map(|word| word.stem.as_str()).collect();
        stems.dedup();
        let text = format!("{} {}", script.sign(), stems.join(" "));
        match i64::from_ne_bytes(fnv1a(text.as_bytes()).to_ne_bytes()) {
            WordsKeys::NO_NAME => 1,
            key => key,
        }
    }
}

impl Word {
    /// Whether searching for the word finds some names and not all.
    pub(super) fn is_telling(&self) -> bool {
        self.stem != SOME_KIND && Standing::of(&self.text) > Standing::Joining
    }

    fn of(folded: &str) -> Self {
        let standing = Standing::of(folded);
        if standing == Standing::Joining {
            return Self { stem: folded.to_owned(), text: folded.to_owned(), standing };
        }
        let text = without_article(folded);
        let standing = standing.min(Standing::of(text));
        let stem: String = match standing {
            Standing::Kind => SOME_KIND.to_owned(),
            _ => one_spelling(text).chars().take(LONGEST_WORD).collect(),
        };
        Self { stem, text: text.to_owned(), standing }
    }
}

/// A name of usual words alone is set apart by them; one that has nothing else, by whatever it has.
fn lift_up(all: &mut [Word]) {
    for standing in [Standing::Distinctive, Standing::Usual, Standing::Joining, Standing::Kind] {
        if all.iter().any(|word| word.standing == standing) {
            let apart = all.iter_mut().filter(|word| word.standing == standing);
            apart.for_each(|word| word.standing = Standing::Distinctive);
            return;
        }
    }
}

/// `l'enfance` is two words, `M'diq` is one.
fn without_elisions(name: &str) -> String {
    const ELIDED: [&str; 5] = ["l", "d", "n", "j", "qu"];
    let mut parted = String::with_capacity(name.len());
    let mut begun = String::new();
    for sign in name.chars() {
        if is_apostrophe(sign) && ELIDED.contains(&begun.to_lowercase().as_str()) {
            parted.push(' ');
            begun.clear();
            continue;
        }
        if sign.is_alphanumeric() {
            begun.push(sign);
        } else if !is_apostrophe(sign) {
            begun.clear();
        }
        parted.push(sign);
    }
    parted
}

/// The word without an article that is written together with it.
fn without_article(word: &str) -> &str {
    const SHORTEST: usize = 3;
    let long_enough = |rest: &&str| rest.chars().count() >= SHORTEST;
    let arabic = ["وال", "بال", "لل", "ال"].iter().find_map(|article| word.strip_prefix(article));
    if let Some(rest) = arabic.filter(long_enough) {
        return rest;
    }
    let latin = ["al", "el"].iter().find_map(|article| word.strip_prefix(article));
    if let Some(rest) = latin.filter(|rest| rest.chars().count() > SHORTEST) {
        return rest;
    }
    assimilated(word).unwrap_or(word)
}

/// The rest of `ennour` and `attadamoun`, whose article sounds like the letter after it.
fn assimilated(word: &str) -> Option<&str> {
    let rest = word.strip_prefix(['a', 'e'])?;
    let mut letters = rest.chars();
    let (first, second) = (letters.next()?, letters.next()?);
    (first == second && "dnrstz".contains(first) && rest.len() > 4).then(|| &rest[1..])
}

/// One spelling of the sounds that Latin letters write in several ways, without the ending of a plural.
fn one_spelling(word: &str) -> String {
    if !word.is_ascii() || word.bytes().any(|sign| sign.is_ascii_digit()) {
        return word.to_owned();
    }
    let mut spelt = word.to_owned();
    for (several, one) in
        [("ou", "u"), ("w", "u"), ("y", "i"), ("sh", "ch"), ("kh", "k"), ("gh", "g"), ("q", "k"), ("ph", "f")]
    {
        spelt = spelt.replace(several, one);
    }
    let mut letters: Vec<char> = spelt.chars().collect();
    letters.dedup();
    while letters.len() > 4 && letters.last().is_some_and(|last| ['s', 'x', 'e', 'h'].contains(last)) {
        letters.pop();
    }
    letters.into_iter().collect()
}

/// The scripts in which names have a key of their own.
#[derive(Clone, Copy)]
enum Script {
    Arabic,
    Latin,
}

impl Script {
    fn sign(self) -> &'static str {
        match self {
            Self::Arabic => "ar",
            Self::Latin => "latin",
        }
    }
}

/// Keys under which twins of a name are found by an index: one number in each script for all names that the same words set
/// apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordsKeys {
    /// Of the Arabic name.
    pub ar: i64,
    /// Of the French name, or else of the English or the Tamazight one.
    pub latin: i64,
}

impl WordsKeys {
    /// The columns that hold them.
    pub const COLUMNS: [&str; 2] = ["ar_words_key", "latin_words_key"];
    /// The key of a name that is not there.
    pub const NO_NAME: i64 = 0;

    /// The keys of a name.
    pub fn of(name: &Text) -> Self {
        let key =
            |text: Option<&str>, script| text.map_or(Self::NO_NAME, |text| NameWords::of(text).key(script));
        let latin =
            [Language::Fr, Language::En, Language::Zgh].into_iter().find_map(|language| name.get(language));
        Self { ar: key(name.get(Language::Ar), Script::Arabic), latin: key(latin, Script::Latin) }
    }

    /// The keys of names that are there.
    pub fn known(self) -> impl Iterator<Item = i64> {
        [self.ar, self.latin].into_iter().filter(|key| *key != Self::NO_NAME)
    }
}

/// FNV-1a: kept in the database, so the same in every release. Nothing rests on it but which names are compared.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> i64 {
        NameWords::of(name).key(Script::Latin)
    }

    fn distinctive(name: &str) -> Vec<String> {
        NameWords::of(name).distinctive().map(|word| word.stem.clone()).collect()
    }

    #[test]
    fn spellings_of_one_name_have_one_key() {
        for spellings in [
            &["Association Al Amal", "ASSOC. EL-AMAL", "Amal", "L'association Alamal pour le développement"]
                [..],
            &["Association Ennour", "Association An-Nour", "Association Annour", "Nour"],
            &["Association Al Wifaq", "Association El Ouifak", "Asso Alwifaq"],
            &["جمعية الأمل", "جمعيه الامل", "الجمعيّة المغربية للأمل", "الأمل"],
            &["Les amis de l’Oriental", "Amis de l'Oriental", "Oriental (amis)"],
            &["Club M'diq", "Club Mdiq"],
        ] {
            for spelling in spellings {
                assert_eq!(key(spelling), key(spellings[0]), "{spelling}: {:?}", distinctive(spelling));
            }
        }
    }

    #[test]
    fn other_names_have_other_keys() {
        for (one, other) in [
            ("Association Al Amal", "Association Al Aman"),
            ("Association du village 12", "Association du village 13"),
            ("Association A", "Association B"),
            ("Association pour la culture", "Association pour le sport"),
            ("جمعية الأمل", "جمعية النور"),
        ] {
            assert_ne!(key(one), key(other), "{one}, {other}");
        }
    }

    #[test]
    fn a_name_is_set_apart_by_what_it_has() {
        assert_eq!(distinctive("Association des amis de Tétouan"), ["tetuan"]);
        assert_eq!(distinctive("Association sportive"), ["sportiv"]);
        assert_eq!(distinctive("Association"), [SOME_KIND]);
        assert_eq!(distinctive("Association A"), ["a"]);
        assert_eq!(distinctive("جمعية الأمل للتنمية"), ["امل"]);
        assert!(distinctive("!").is_empty());
    }

    #[test]
    fn what_is_kept_in_the_database_stays() {
        let name = Text {
            ar: Some("جمعية الأمل".to_owned()),
            fr: Some("Association Al Amal".to_owned()),
            ..Text::default()
        };
        let keys = WordsKeys::of(&name);
        assert_eq!(keys, WordsKeys { ar: -6_745_436_890_927_659_296, latin: -62_417_024_494_885_532 });
        assert_eq!(WordsKeys::of(&Text { ar: None, ..name }).known().collect::<Vec<_>>(), [keys.latin]);
    }
}
