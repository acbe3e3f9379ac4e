//! The vocabularies of all searched collections, kept in memory and in step with the register.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use diesel::RunQueryDsl as _;
use diesel::sql_types::Text;
use serde_json::Value as JsonValue;

use super::matching::{SearchTerms, texts};
use super::{Vocabulary, fold};
use crate::database::Connection;
use crate::database::fragment::{Fragment, Statement, Value};
use crate::database::listing::ListSpec;
use crate::database::types::UtcTime;
use crate::error::Result;
use crate::measurements::{Measurement, readings};

/// The known words of each searched table.
#[derive(Default)]
pub struct Vocabularies(RwLock<HashMap<&'static str, Known>>);

#[derive(Default)]
struct Known {
    words: Vocabulary,
    read_until: Option<UtcTime>,
}

/// Rows may be committed a little after the time that they carry: each reading begins so much earlier.
const OVERLAP_SECONDS: i64 = 60;

impl Vocabularies {
    /// What to search for in `table` when `query` is typed: folded words, unknown ones corrected.
    pub fn terms(&self, table: &str, query: &str) -> SearchTerms {
        let mut folded = fold(&without_elisions(query));
        if folded.is_empty() {
            // Whoever is still typing has nothing but the article yet.
            folded = fold(query);
        }
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (words, corrections) = match known.get(table) {
            Some(known) => known.words.correct_all(&folded),
            None => Vocabulary::default().correct_all(&folded),
        };
        SearchTerms { words, corrections }
    }

    /// Learns the names of a record that was just written, as its representation has them.
    pub fn learn(&self, spec: &ListSpec, record: &JsonValue) {
        let Some(searched) = &spec.search else { return };
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = known.entry(spec.table).or_default();
        for (_, text) in searched.fields.iter().flat_map(|field| texts(&record[*field])) {
            known.words.insert_text(text);
        }
    }

    /// Learns the names of all records of a collection that were written since the last reading, by any instance.
    pub fn refresh(&self, connection: &mut Connection, spec: &ListSpec) -> Result<()> {
        let Some(searched) = &spec.search else { return Ok(()) };
        let started = UtcTime::now();
        let since = self.read_until(spec.table);
        let mut query = Fragment::<Text>::new(format!("SELECT {} FROM {}", searched.column, spec.table));
        if let Some(since) = since {
            query =
                query.sql(" WHERE updated_at > ").value(Value::Instant(since.plus_seconds(-OVERLAP_SECONDS)));
        }
        let names: Vec<String> = Statement(query).load(connection)?;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = known.entry(spec.table).or_default();
        for name in names.iter().flat_map(|names| names.split('|')) {
            known.words.insert_text(name);
        }
        known.read_until = Some(started);
        Ok(())
    }

    /// What is measured of them.
    pub fn measurements(self: &Arc<Self>) -> Result<Vec<Measurement>> {
        let vocabularies = self.clone();
        let words = readings(
            "nasij_search_names",
            "Words of names that are held in memory for search, by collection.",
            &["kind"],
            move || {
                let known = vocabularies.0.read().unwrap_or_else(PoisonError::into_inner);
                known.iter().map(|(table, known)| (vec![*table], known.words.len() as f64)).collect()
            },
        );
        Ok(vec![words?])
    }

    /// Whether the names of a collection have been read at all since the start.
    pub fn has_read(&self, spec: &ListSpec) -> bool {
        self.read_until(spec.table).is_some()
    }

    fn read_until(&self, table: &str) -> Option<UtcTime> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(table)?.read_until
    }
}

/// The query without elided articles: whoever types `L'Oriental` looks for Oriental.
fn without_elisions(query: &str) -> String {
    query
        .split_whitespace()
        .flat_map(|word| {
            let parts: Vec<&str> = word.split(['\'', '’', 'ʼ']).filter(|part| !part.is_empty()).collect();
            match parts.as_slice() {
                // With or without a space after the apostrophe.
                [elided, rest @ ..] if elided.len() < word.len() && elided.chars().count() == 1 => {
                    rest.to_vec()
                }
                _ => parts,
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_elided_article_is_not_searched_for() {
        assert_eq!(without_elisions("L'Oriental"), "Oriental");
        assert_eq!(without_elisions("L' Oriental"), "Oriental");
        assert_eq!(without_elisions("a b"), "a b");
        assert_eq!(without_elisions("l’enfance M'diq"), "enfance diq");
        assert_eq!(without_elisions("qu'est"), "qu est");
    }
}
