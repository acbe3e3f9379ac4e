//! Matching folded search terms in SQL, and saying afterwards which field and language matched.

use diesel::sql_types::{Bool, Text};
use serde::Serialize;
use serde_json::Value as JsonValue;
use utoipa::ToSchema;

use super::{Correction, fold};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListSpec, Searched};
use crate::database::{Backend, Connection};

/// What is searched for: folded, and with unknown words corrected.
#[derive(Debug, Clone, Default)]
pub struct SearchTerms {
    /// The words; all must be found.
    pub words: Vec<String>,
    /// What was corrected.
    pub corrections: Vec<Correction>,
}

impl SearchTerms {
    fn phrase(&self) -> String {
        self.words.join(" ")
    }
}

/// Makes the searchable text of a record: each folded name between bars, each word after a space, so that
/// `% word%` finds the beginning of a word and `%| name |%` a whole name.
pub fn search_text<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    search_text_of_folded(names.into_iter().map(fold).filter(|folded| !folded.is_empty()))
}

/// As [`search_text`], of names that are folded already.
pub(super) fn search_text_of_folded(names: impl IntoIterator<Item = String>) -> String {
    let mut text = String::from("|");
    for name in names {
        text.push(' ');
        text.push_str(&name);
        text.push_str(" |");
    }
    text
}

/// Trigrams find nothing shorter than this.
const TRIGRAM: usize = 3;

/// The condition that every word is found somewhere in the names.
pub fn condition(backend: Backend, table: &str, searched: &Searched, terms: &SearchTerms) -> Fragment {
    Fragment::all(terms.words.iter().map(|word| match (backend, searched.sqlite_index) {
        (Backend::Sqlite, Some(index)) if word.chars().count() >= TRIGRAM => {
            indexed(table, searched, index, word)
        }
        _ => like(table, searched, format!("%{}%", pattern(word))),
    }))
}

/// The condition that each of some folded words is found somewhere in the names of a collection.
pub fn containing(connection: &Connection, spec: &ListSpec, words: &[&str]) -> Fragment {
    let Some(searched) = &spec.search else { return Fragment::new("(1 = 0)") };
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    let terms = SearchTerms { words, corrections: Vec::new() };
    condition(connection.backend(), spec.table, searched, &terms)
}

/// The condition that a whole name (or an acronym) of a record of a collection is this one.
pub fn naming(connection: &Connection, spec: &ListSpec, name: &str) -> Fragment {
    let Some(searched) = &spec.search else { return Fragment::new("(1 = 0)") };
    let whole = format!("| {} |", fold(name));
    match (connection.backend(), searched.sqlite_index) {
        (Backend::Sqlite, Some(index)) => indexed(spec.table, searched, index, &whole),
        _ => like(spec.table, searched, format!("%{whole}%")),
    }
}

/// The query of FTS5 for rows that have the trigrams of a text. Its index knows which rows have one, not where: that would
/// take three times the room, and the text itself is looked for in those rows alone.
fn trigrams(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    // Those side by side tell nearly as much as all of them, and are found in a third of the time.
    let beginnings = (0..=letters.len() - TRIGRAM).step_by(TRIGRAM).chain([letters.len() - TRIGRAM]);
    let mut trigrams: Vec<String> = beginnings
        // Folded texts hold letters, digits and the bars between names; the quotes make each a string of FTS5.
        .map(|place| format!("\"{}\"", letters[place..place + TRIGRAM].iter().collect::<String>()))
        .collect();
    trigrams.dedup();
    trigrams.join(" AND ")
}

/// How well a row matches, best first: 0 a whole name, 1 the beginning of a name, 2 beginnings of words, 3 anything.
pub fn rank(table: &str, searched: &Searched, terms: &SearchTerms) -> Fragment<Text> {
    let phrase = terms.phrase();
    let word_beginnings =
        Fragment::all(terms.words.iter().map(|word| like(table, searched, format!("% {word}%"))));
    Fragment::new("CASE WHEN ")
        .then(like(table, searched, format!("%| {phrase} |%")))
        .sql(" THEN 0 WHEN ")
        .then(like(table, searched, format!("%| {phrase}%")))
        .sql(" THEN 1 WHEN ")
        .then(word_beginnings)
        .sql(" THEN 2 ELSE 3 END")
}

/// That the index has this part of a folded text.
fn indexed(table: &str, searched: &Searched, index: &str, part: &str) -> Fragment {
    Fragment::new(format!("{table}.row_number IN (SELECT rowid FROM {index} WHERE {index} MATCH "))
        .value(Value::Text(trigrams(part)))
        .sql(") AND ")
        .then(like(table, searched, format!("%{part}%")))
}

/// A short word is only looked for at the beginning of words: anywhere, it would match nearly everything.
fn pattern(word: &str) -> String {
    if word.chars().count() < TRIGRAM { format!(" {word}") } else { word.to_owned() }
}

fn like(table: &str, searched: &Searched, pattern: String) -> Fragment<Bool> {
    Fragment::new(format!("{table}.{} LIKE ", searched.column)).value(Value::Text(pattern))
}

/// Which field and language of a result matched the search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Match {
    /// The field that matched.
    #[schema(examples("name"))]
    pub field: String,
    /// The language of the text that matched, for texts in several languages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("ar"))]
    pub language: Option<String>,
}

/// Points out the field and language of `item` (a representation with all its languages) that holds most words.
pub fn point_out(item: &JsonValue, fields: &[&str], terms: &SearchTerms) -> Option<Match> {
    let mut best: Option<(usize, Match)> = None;
    for field in fields {
        for (language, text) in texts(&item[*field]) {
            let folded = fold(text);
            let found = terms.words.iter().filter(|word| folded.contains(word.as_str())).count();
            if found > best.as_ref().map_or(0, |(most, _)| *most) {
                let field = (*field).to_owned();
                best = Some((found, Match { field, language: language.map(str::to_owned) }));
            }
        }
    }
    best.map(|(_, matched)| matched)
}

pub(super) fn texts(value: &JsonValue) -> Vec<(Option<&str>, &str)> {
    match value {
        JsonValue::String(text) => vec![(None, text)],
        JsonValue::Object(languages) => languages
            .iter()
            .filter_map(|(language, text)| Some((Some(language.as_str()), text.as_str()?)))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_by_trigrams_that_cover_it() {
        assert_eq!(trigrams("eau"), "\"eau\"");
        assert_eq!(trigrams("oujda"), "\"ouj\" AND \"jda\"");
        assert_eq!(trigrams("تطوان"), "\"تطو\" AND \"وان\"");
        assert_eq!(trigrams("tinghir"), "\"tin\" AND \"ghi\" AND \"hir\"");
        assert_eq!(trigrams("papa"), "\"pap\" AND \"apa\"");
        assert_eq!(trigrams("tintin"), "\"tin\"");
    }
}
