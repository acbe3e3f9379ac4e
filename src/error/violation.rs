//! The fault of a single field, parameter or header: where it is, which rule it breaks, and the way out, in
//! three languages.

use serde::Serialize;
use utoipa::ToSchema;

pub use super::reasons::{FieldRule, REASONS};
use super::reasons::{SUCH_AS, TYPES};
use super::{Error, Result};
use crate::database::types::keyword;
use crate::language::Language;
use crate::language::sentences::{Told, Values, fill};

/// Where a fault is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the body, as a JSON pointer (RFC 6901).
    Body(String),
    /// In the query string.
    Parameter(String),
    /// In a header.
    Header(&'static str),
}

/// A rule that was broken: its code and the values that its sentence names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The rule.
    pub rule: FieldRule,
    /// Values for the placeholders of the sentence.
    pub values: Values,
}

impl Reason {
    /// That `rule` is broken.
    pub fn new(rule: FieldRule) -> Self {
        Self { rule, values: Vec::new() }
    }

    /// The stable word for programs.
    pub fn code(&self) -> &'static str {
        match self.rule {
            // For programs the two are one.
            FieldRule::ItemCount => FieldRule::Length.into_str(),
            rule => rule.into_str(),
        }
    }

    /// That the value is none of these words; none when no word would be right.
    pub fn one_of<T: Serialize>(words: &[T]) -> Option<Self> {
        let words: Vec<String> = words.iter().map(keyword).collect();
        (!words.is_empty()).then(|| Self::new(FieldRule::OneOf).with("allowed", words.join(", ")))
    }

    /// Fills a placeholder of the sentence.
    #[must_use]
    pub fn with(self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.telling(name, Told::AsIs(value.to_string()))
    }

    /// Fills a placeholder of the sentence with what each language tells in its own way.
    #[must_use]
    pub fn telling(mut self, name: &'static str, value: Told) -> Self {
        self.values.push((name, value));
        self
    }

    /// The sentence in `language`.
    pub fn text(&self, language: Language) -> String {
        let (_, texts) = REASONS.iter().find(|(rule, _)| *rule == self.rule).unwrap_or(&REASONS[0]);
        let template = texts[language.of_errors()];
        match self.expected_type(language) {
            Some(expected) => fill(template, &[("expected", Told::AsIs(expected))], language),
            None => fill(template, &self.values, language),
        }
    }

    /// What the rule [`FieldRule::Type`] expects, with an example.
    fn expected_type(&self, language: Language) -> Option<String> {
        let own = |name: &str| {
            self.values.iter().find_map(|(known, value)| match value {
                Told::AsIs(text) if *known == name => Some(text),
                _ => None,
            })
        };
        let word = own("expected").filter(|_| self.rule == FieldRule::Type)?;
        let (_, words) = TYPES.iter().find(|(known, _)| known == word)?;
        let example = own("example").map(|example| format!("{}{example}", SUCH_AS[language.of_errors()]));
        Some(words[language.of_errors()].to_owned() + &example.unwrap_or_default())
    }
}

/// A fault: where and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where.
    pub place: Place,
    /// Why.
    pub reason: Reason,
    /// The word that was probably meant.
    pub did_you_mean: Option<String>,
}

impl Violation {
    /// A fault of the body at a JSON pointer.
    pub fn body(pointer: impl Into<String>, reason: Reason) -> Self {
        Self { place: Place::Body(pointer.into()), reason, did_you_mean: None }
    }

    /// A fault of a parameter of the query.
    pub fn parameter(name: impl Into<String>, reason: Reason) -> Self {
        Self { place: Place::Parameter(name.into()), reason, did_you_mean: None }
    }

    /// A fault of a header.
    pub fn header(name: &'static str, reason: Reason) -> Self {
        Self { place: Place::Header(name), reason, did_you_mean: None }
    }

    /// Where in the body it is, as a JSON pointer.
    pub fn pointer(&self) -> Option<&str> {
        match &self.place {
            Place::Body(pointer) => Some(pointer),
            Place::Parameter(_) | Place::Header(_) => None,
        }
    }

    /// Suggests the nearest of `candidates`, when one is near to what was `given`.
    #[must_use]
    pub fn suggesting<'a>(mut self, given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        self.did_you_mean = nearest(given, candidates.into_iter().map(|word| (word.to_owned(), word)));
        self
    }

    /// Suggests what stands beside the nearest of the candidates, when one is near to what was `given`.
    #[must_use]
    pub fn suggesting_for<'a>(
        mut self,
        given: &str,
        candidates: impl IntoIterator<Item = (String, &'a str)>,
    ) -> Self {
        self.did_you_mean = nearest(given, candidates);
        self
    }
}

/// What stands beside the candidate that is nearest to `given`, if it is at most a third of its letters away.
fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = (String, &'a str)>) -> Option<String> {
    const LONGEST: usize = 64;
    // Everything is near to nothing, and to a single sign.
    let says_nothing = given.chars().count() < 2 && !given.chars().all(char::is_alphanumeric);
    if given.len() > LONGEST || given.is_empty() || says_nothing {
        return None;
    }
    let given = given.to_lowercase();
    candidates
        .into_iter()
        .map(|(candidate, meant)| (strsim::osa_distance(&given, &candidate.to_lowercase()), candidate, meant))
        .filter(|(distance, candidate, _)| *distance <= candidate.chars().count().div_ceil(3))
        .min_by_key(|(distance, ..)| *distance)
        .map(|(_, _, meant)| meant.to_owned())
}

/// One fault as the problem document shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) to the field of the body at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("/name/fr"))]
    pub pointer: Option<String>,
    /// Name of the query parameter at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("regoin"))]
    pub parameter: Option<String>,
    /// Name of the header at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("If-Match"))]
    pub header: Option<String>,
    /// Stable word for programs.
    #[schema(examples("unknown_parameter"))]
    pub code: String,
    /// What is wrong and what would be right, in the language of the answer.
    pub detail: String,
    /// The name or word that was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("region"))]
    pub did_you_mean: Option<String>,
}

impl FieldProblem {
    /// The fault, told in `language`.
    pub fn new(violation: &Violation, language: Language) -> Self {
        let (mut pointer, mut parameter, mut header) = (None, None, None);
        match &violation.place {
            Place::Body(at) => pointer = Some(at.clone()),
            Place::Parameter(name) => parameter = Some(name.clone()),
            Place::Header(name) => header = Some((*name).to_owned()),
        }
        Self {
            pointer,
            parameter,
            header,
            code: violation.reason.code().to_owned(),
            detail: violation.reason.text(language),
            did_you_mean: violation.did_you_mean.clone(),
        }
    }
}

/// Refuses the change of fields that are only read, by their pointers; none of them is no change.
pub fn refuse_changed(pointers: &[&str]) -> Result<()> {
    let fault = |pointer: &&str| Violation::body(*pointer, Reason::new(FieldRule::ReadOnly));
    if pointers.is_empty() { Ok(()) } else { Err(Error::invalid(pointers.iter().map(fault).collect())) }
}

/// Those of some fields for which something holds, by their pointers.
pub fn fields_where<const N: usize>(fields: [(&'static str, bool); N]) -> Vec<&'static str> {
    fields.into_iter().filter(|(_, holds)| *holds).map(|(pointer, _)| pointer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray as _;

    use crate::language::sentences::check_sentence;

    #[test]
    fn every_rule_has_a_sentence_in_the_words_of_its_readers() {
        for rule in FieldRule::VARIANTS {
            let texts: Vec<_> = REASONS.iter().filter(|(known, _)| known == rule).collect();
            assert_eq!(texts.len(), 1, "{rule:?}");
            check_sentence(texts[0].1);
        }
    }

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_is_not() {
        let words = || ["region", "kind"].map(|word| (word.to_owned(), word));
        assert_eq!(nearest("regoin", words()), Some("region".to_owned()));
        assert_eq!(nearest("zzz", words()), None);
    }
}
