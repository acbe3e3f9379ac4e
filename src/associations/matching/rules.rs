//! How alike two descriptions of an association are, and why.

use chrono::{Datelike as _, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::usual_words::Standing;
use super::words::{NameWords, Word};
use crate::language::{Language, Text};
use crate::search::fold;

/// What is known of an association and public.
#[derive(Debug, Clone, Default)]
pub struct Description {
    names: Vec<(Language, NameWords)>,
    pub(super) acronym: Option<String>,
    pub(super) city_code: Option<String>,
    pub(super) province_code: Option<String>,
    founded_on: Option<NaiveDate>,
    founded_year: Option<i64>,
    website: Option<String>,
}

/// How surely two descriptions are of the same association.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Something speaks for it: 0.45 or more.
    Possible,
    /// More speaks for it than against it: 0.7 or more.
    Likely,
    /// Nearly certain: 0.9 or more. The same words set the names apart, the seat is the same, and nothing speaks
    /// against it that is not outweighed.
    Certain,
}

impl Certainty {
    /// The certainty of a score; none of one that says nothing.
    pub fn of(score: f64) -> Option<Self> {
        match score {
            score if score >= 0.9 => Some(Self::Certain),
            score if score >= 0.7 => Some(Self::Likely),
            score if score >= 0.45 => Some(Self::Possible),
            _ => None,
        }
    }
}

/// What speaks for or against two descriptions being of the same association.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MatchReason)]
pub enum Reason {
    /// A name is the same, word by word, but for what joins words and for their spelling.
    SameName,
    /// The names are set apart by the same words.
    SameDistinctiveWords,
    /// Some words of the names are the same, or alike.
    SimilarName,
    /// The acronym is the same.
    SameAcronym,
    /// The acronym is another.
    OtherAcronym,
    /// The seat is in the same city.
    SameCity,
    /// The seat is in another city.
    OtherCity,
    /// The seat is in the same province; the city of one is not known.
    SameProvince,
    /// The seat is in another province.
    OtherProvince,
    /// The day of the foundation is the same.
    SameFoundingDay,
    /// The year of the foundation is the same.
    SameFoundingYear,
    /// The year of the foundation is another.
    OtherFoundingYear,
    /// The web site is the same.
    SameWebsite,
}

/// How alike two descriptions are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resemblance {
    /// From 0 to 1, in hundredths.
    pub score: f64,
    /// What speaks for and against it.
    pub reasons: Vec<Reason>,
}

/// What is left when each of two names says something that the other does not.
const OTHER_PURPOSE: f64 = 0.85;
/// The most that names come to of which one says more, or which are set apart by a letter: below what is nearly certain.
const OTHER_WORDS: f64 = 0.88;
/// The most that associations of two cities come to, for branches bear the same name; and those that other words set apart, for
/// sections bear the same acronym and have the same web site.
const NOT_CERTAIN: f64 = 0.89;
/// What descriptions come to that have no name in the same script.
const NO_COMMON_NAME: f64 = 0.4;

impl Description {
    /// The description of these words and places.
    pub fn new(name: Option<&Text>, acronym: Option<&str>) -> Self {
        let names = name.into_iter().flat_map(Text::all);
        Self {
            names: names.map(|(language, text)| (language, NameWords::of(text))).collect(),
            acronym: acronym
                .map(|acronym| fold(acronym).replace(' ', ""))
                .filter(|acronym| !acronym.is_empty()),
            ..Self::default()
        }
    }

    /// With the codes of the seat.
    #[must_use]
    pub fn seated(self, city_code: Option<String>, province_code: Option<String>) -> Self {
        Self { city_code, province_code, ..self }
    }

    /// With the day or the year of the foundation.
    #[must_use]
    pub fn founded(self, on: Option<NaiveDate>, year: Option<i64>) -> Self {
        Self { founded_on: on, founded_year: on.map(|day| i64::from(day.year())).or(year), ..self }
    }

    /// With the address of the web site.
    #[must_use]
    pub fn on_the_web(self, website: Option<&str>) -> Self {
        Self { website: website.map(plain_address), ..self }
    }

    /// The words that set its names apart, in each script, the longest first; without those that nearly every name has.
    pub(super) fn telling_words(&self) -> Vec<Vec<&str>> {
        let words = self.names.iter().map(|(_, words)| {
            let mut telling: Vec<&str> =
                words.distinctive().filter(|word| word.is_telling()).map(|word| word.text.as_str()).collect();
            telling.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
            telling
        });
        words.filter(|words| !words.is_empty()).collect()
    }

    /// Its acronym as people write it, without and with points.
    pub(super) fn written_acronyms(&self) -> Vec<String> {
        let Some(acronym) = &self.acronym else { return Vec::new() };
        let letters: Vec<String> = acronym.chars().map(String::from).collect();
        vec![acronym.clone(), letters.join(" ")]
    }

    /// How alike this description and another are. It is the same the other way round.
    pub fn resemblance(&self, other: &Self) -> Resemblance {
        let mut reasons = Vec::new();
        let names = self.names_alike(other, &mut reasons);
        let places = self.places_alike(other, &mut reasons);
        let against = self.speaks_against(other, &mut reasons);
        let doubts =
            self.evidence(other, &mut reasons).into_iter().fold(1.0, |left, known| left * (1.0 - known));
        let mut score = 1.0 - (1.0 - names * places * against) * doubts;
        let is_elsewhere = reasons.contains(&Reason::OtherCity) || reasons.contains(&Reason::OtherProvince);
        let has_same_words =
            reasons.contains(&Reason::SameName) || reasons.contains(&Reason::SameDistinctiveWords);
        if is_elsewhere || !has_same_words {
            score = score.min(NOT_CERTAIN);
        }
        Resemblance { score: (score * 100.0).round() / 100.0, reasons }
    }

    /// The likeness of the names in the script in which they are most alike. A name in another script that is unlike takes
    /// a little from it.
    fn names_alike(&self, other: &Self, reasons: &mut Vec<Reason>) -> f64 {
        let mut found: Vec<NamesAlike> = Vec::new();
        for (language, words) in &self.names {
            for (others, other_words) in &other.names {
                if is_latin(*language) == is_latin(*others) && (is_latin(*language) || language == others) {
                    found.push(NamesAlike::of(words, other_words));
                }
            }
        }
        let by_score = |one: &&NamesAlike, other: &&NamesAlike| one.score.total_cmp(&other.score);
        let (Some(best), Some(worst)) = (found.iter().max_by(by_score), found.iter().min_by(by_score)) else {
            return NO_COMMON_NAME;
        };
        reasons.extend(best.reason());
        let several = self.names.len() > 1 && other.names.len() > 1;
        if several { 0.9 * best.score + 0.1 * worst.score } else { best.score }
    }

    fn places_alike(&self, other: &Self, reasons: &mut Vec<Reason>) -> f64 {
        let known = |one: &Option<String>, other: &Option<String>| Some(one.as_ref()? == other.as_ref()?);
        let same_province = known(&self.province_code, &other.province_code);
        match (known(&self.city_code, &other.city_code), same_province) {
            (Some(true), _) => {
                reasons.push(Reason::SameCity);
                1.0
            }
            (Some(false), Some(true)) => {
                reasons.push(Reason::OtherCity);
                0.6
            }
            (Some(false), _) => {
                reasons.push(Reason::OtherCity);
                0.45
            }
            (None, Some(true)) => {
                reasons.push(Reason::SameProvince);
                if self.city_code.is_none() && other.city_code.is_none() { 0.95 } else { 0.85 }
            }
            (None, Some(false)) => {
                reasons.push(Reason::OtherProvince);
                0.45
            }
            (None, None) => {
                let is_placed = |of: &Self| of.city_code.is_some() || of.province_code.is_some();
                if is_placed(self) || is_placed(other) { 0.8 } else { 0.92 }
            }
        }
    }

    /// What speaks against it that both are the same: by how much the score is multiplied.
    fn speaks_against(&self, other: &Self, reasons: &mut Vec<Reason>) -> f64 {
        let mut left = 1.0;
        if let (Some(one), Some(another)) = (&self.acronym, &other.acronym)
            && one != another
        {
            reasons.push(Reason::OtherAcronym);
            left *= 0.85;
        }
        if let (Some(one), Some(another)) = (self.founded_year, other.founded_year)
            && one != another
        {
            reasons.push(Reason::OtherFoundingYear);
            // Registers confuse the year of the foundation and that of the receipt.
            left *= if one.abs_diff(another) == 1 { 0.95 } else { 0.75 };
        }
        left
    }

    /// What speaks for it: how much of the doubt each takes away.
    fn evidence(&self, other: &Self, reasons: &mut Vec<Reason>) -> Vec<f64> {
        let mut found = Vec::new();
        let mut note = |reason, weight| {
            reasons.push(reason);
            found.push(weight);
        };
        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        if same(&self.acronym, &other.acronym) {
            note(Reason::SameAcronym, 0.4);
        }
        if self.founded_on.is_some() && self.founded_on == other.founded_on {
            note(Reason::SameFoundingDay, 0.4);
        } else if self.founded_year.is_some() && self.founded_year == other.founded_year {
            note(Reason::SameFoundingYear, 0.15);
        }
        if same(&self.website, &other.website) {
            note(Reason::SameWebsite, 0.5);
        }
        found
    }
}

/// Whether names of this language are compared with those of others of its script.
fn is_latin(language: Language) -> bool {
    matches!(language, Language::Fr | Language::En)
}

/// An address without what is written now and then.
fn plain_address(address: &str) -> String {
    let address = address.to_lowercase();
    let rest = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/').to_owned()
}

/// How alike two names are.
struct NamesAlike {
    score: f64,
    same_distinctive: bool,
    same_words: bool,
}

impl NamesAlike {
    fn of(one: &NameWords, other: &NameWords) -> Self {
        let stems = |words: &NameWords| words.0.iter().map(|word| word.stem.clone()).collect::<Vec<_>>();
        // The same pairs are found whichever name comes first.
        let (one, other) = if stems(one) <= stems(other) { (one, other) } else { (other, one) };
        let pairs = pairs(&one.0, &other.0);
        let shared: f64 = pairs.iter().map(|(_, _, weight)| weight).sum();
        let whole = weight(&one.0) + weight(&other.0);
        let left_of_one = left_over(&one.0, |at| pairs.iter().any(|(first, ..)| *first == at));
        let left_of_other = left_over(&other.0, |at| pairs.iter().any(|(_, second, _)| *second == at));
        let same_distinctive = one.distinctive().next().is_some()
            && one.distinctive().map(|word| &word.stem).eq(other.distinctive().map(|word| &word.stem));
        let mut score = if whole > 0.0 { 2.0 * shared / whole } else { 0.0 };
        let tell = |left: &[Standing]| left.iter().any(|standing| *standing >= Standing::Usual);
        if tell(&left_of_one) && tell(&left_of_other) {
            score *= OTHER_PURPOSE;
        }
        if !same_distinctive || tell(&left_of_one) || tell(&left_of_other) {
            score = score.min(OTHER_WORDS);
        }
        let same_words = left_of_one.is_empty() && left_of_other.is_empty() && score >= 1.0;
        Self { score, same_distinctive, same_words }
    }

    fn reason(&self) -> Option<Reason> {
        match self {
            Self { same_words: true, .. } => Some(Reason::SameName),
            Self { same_distinctive: true, .. } => Some(Reason::SameDistinctiveWords),
            Self { score, .. } if *score > 0.3 => Some(Reason::SimilarName),
            _ => None,
        }
    }
}

fn weight(words: &[Word]) -> f64 {
    words.iter().map(|word| word.standing.weight()).sum()
}

/// The standings of the words that have no partner.
fn left_over(words: &[Word], is_paired: impl Fn(usize) -> bool) -> Vec<Standing> {
    words.iter().enumerate().filter(|(at, _)| !is_paired(*at)).map(|(_, word)| word.standing).collect()
}

/// The words of two names that are alike, each in one pair, the likest first; with the weight that a pair has in common.
fn pairs(one: &[Word], other: &[Word]) -> Vec<(usize, usize, f64)> {
    let mut all: Vec<(usize, usize, f64)> = Vec::new();
    for (first, word) in one.iter().enumerate() {
        for (second, another) in other.iter().enumerate() {
            let alike = words_alike(&word.stem, &another.stem);
            if alike > 0.0 {
                let weight = word.standing.weight().min(another.standing.weight());
                all.push((first, second, alike * weight));
            }
        }
    }
    all.sort_by(|one, other| other.2.total_cmp(&one.2));
    let (mut taken, mut kept) = ((vec![false; one.len()], vec![false; other.len()]), Vec::new());
    for (first, second, weight) in all {
        if !taken.0[first] && !taken.1[second] {
            (taken.0[first], taken.1[second]) = (true, true);
            kept.push((first, second, weight));
        }
    }
    kept
}

/// How alike two words are: 1 when they are the same, 0 beyond a letter or two. Another number is another word.
fn words_alike(one: &str, other: &str) -> f64 {
    if one == other {
        return 1.0;
    }
    let (length, others) = (one.chars().count(), other.chars().count());
    let shorter = length.min(others);
    let edits = if shorter < 4 { 0 } else { 1 + usize::from(shorter >= 8) };
    let is_number = |word: &str| word.chars().any(char::is_numeric);
    if length.abs_diff(others) > edits || is_number(one) || is_number(other) {
        return 0.0;
    }
    let distance = strsim::osa_distance(one, other);
    if distance > edits { 0.0 } else { 1.0 - distance as f64 / length.max(others) as f64 }
}

#[cfg(test)]
mod tests;
