//! Reading the query string: every parameter must be known, given once and of its type; all faults are told at once.

use std::borrow::Cow;

use actix_web::HttpRequest;
use actix_web::http::header;

use super::field_lines;

use crate::database::fragment::Value;
use crate::database::listing::{Filter, UNKNOWN, ValueType};
use crate::database::types::{Compact, InstantFault, UtcTime};
use crate::error::{Error, FieldRule, Reason, Result, Violation};
use crate::language::Language;

/// The parameters of a query string, taken out one by one.
pub struct Parameters {
    pairs: Vec<(String, String)>,
    violations: Vec<Violation>,
}

impl Parameters {
    /// The parameters of a request.
    pub fn of(request: &HttpRequest) -> Self {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut violations = Vec::new();
        for pair in request.query_string().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(name), Some(value)) = (decoded(name), decoded(value)) else {
                let name = decoded(name).unwrap_or_default();
                violations.push(Violation::parameter(name, Reason::new(FieldRule::Encoding)));
                continue;
            };
            if pairs.len() == MOST_PARAMETERS {
                violations.push(Violation::parameter(
                    "",
                    Reason::new(FieldRule::TooManyParameters).with("max", MOST_PARAMETERS),
                ));
                break;
            }
            if pairs.iter().any(|(known, _)| *known == name) {
                violations.push(Violation::parameter(name, Reason::new(FieldRule::RepeatedParameter)));
            } else {
                pairs.push((name, value));
            }
        }
        Self { pairs, violations }
    }

    /// Takes out a parameter.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let place = self.pairs.iter().position(|(known, _)| known == name)?;
        Some(self.pairs.remove(place).1)
    }

    /// Takes out a parameter if it is just this word.
    pub fn take_exactly(&mut self, name: &str, word: &str) -> bool {
        let place = self.pairs.iter().position(|(known, value)| known == name && value == word);
        place.map(|place| self.pairs.remove(place)).is_some()
    }

    /// Takes out a parameter of a type.
    pub fn take_typed(&mut self, name: &str, value_type: ValueType) -> Option<Value> {
        let text = self.take(name)?;
        self.read(name, &text, value_type)
    }

    /// Takes out the values of a filter between commas, and whether the rows in which it is unknown are meant, too.
    pub fn take_alternatives(&mut self, filter: &Filter) -> Option<(Vec<Value>, bool)> {
        let text = self.take(filter.name)?;
        let (unknown, texts): (Vec<&str>, Vec<&str>) =
            text.split(',').map(str::trim).partition(|word| filter.unknown.is_some() && *word == UNKNOWN);
        if texts.len() > MOST_VALUES {
            self.refuse(filter.name, Reason::new(FieldRule::TooMany).with("max", MOST_VALUES));
            return None;
        }
        if text.contains(',') && texts.contains(&"") {
            self.refuse(filter.name, Reason::new(FieldRule::EmptyValue));
            return None;
        }
        let values: Vec<Value> =
            texts.iter().filter_map(|text| self.read(filter.name, text, filter.value_type)).collect();
        (values.len() == texts.len()).then_some((values, !unknown.is_empty()))
    }

    /// Takes out a parameter that lists some of `allowed` between commas.
    pub fn take_words<'a>(&mut self, name: &str, allowed: &[&'a str]) -> Option<Vec<&'a str>> {
        let text = self.take(name)?;
        if text.split(',').count() > MOST_VALUES {
            self.refuse(name, Reason::new(FieldRule::TooMany).with("max", MOST_VALUES));
            return None;
        }
        if text.contains(',') && text.split(',').any(|word| word.trim().is_empty()) {
            self.refuse(name, Reason::new(FieldRule::EmptyValue));
            return None;
        }
        let mut words = Vec::new();
        for word in text.split(',').map(str::trim) {
            match allowed.iter().find(|candidate| **candidate == word) {
                Some(known) => words.push(*known),
                None => self.refuse_word(name, word, allowed),
            }
        }
        Some(words)
    }

    /// Whether a parameter is there still to be taken.
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(known, _)| known == name)
    }

    /// Takes out a parameter that is one of `allowed`.
    pub fn take_word<'a>(&mut self, name: &str, allowed: &[&'a str]) -> Option<&'a str> {
        let text = self.take(name)?;
        let word = allowed.iter().find(|candidate| **candidate == text).copied();
        if word.is_none() {
            self.refuse_word(name, &text, allowed);
        }
        word
    }

    fn refuse_word(&mut self, name: &str, word: &str, allowed: &[&str]) {
        let reason = Reason::new(FieldRule::OneOf).with("allowed", allowed.join(", "));
        self.note(Violation::parameter(name, reason).suggesting(word, allowed.iter().copied()));
    }

    /// Takes out a flag; absent it is false.
    pub fn take_flag(&mut self, name: &str) -> bool {
        self.take_typed(name, ValueType::Boolean) == Some(Value::Boolean(true))
    }

    /// Takes out `lang`, or else negotiates by `Accept-Language`. `None` stands for all languages.
    pub fn take_language(&mut self, request: &HttpRequest) -> Option<Language> {
        match self.take("lang").as_deref() {
            None => accepted_language(request),
            Some("all") => None,
            Some(tag) => {
                let language = Language::of_tag(tag);
                if language.is_none() {
                    self.refuse(
                        "lang",
                        Reason::new(FieldRule::OneOf).with("allowed", "ar, fr, zgh, en, all"),
                    );
                }
                language
            }
        }
    }

    /// Notes that a parameter is at fault.
    pub fn refuse(&mut self, name: &str, reason: Reason) {
        self.note(Violation::parameter(name, reason));
    }

    /// Notes a fault; of one parameter with many bad values, some are told.
    pub fn note(&mut self, violation: Violation) {
        let told = self.violations.iter().filter(|known| known.place == violation.place).count();
        if told < MOST_FAULTS {
            self.violations.push(violation);
        }
    }

    /// Ends the reading: what is left is unknown; the nearest of `known` is suggested.
    pub fn finish(mut self, known: &[String]) -> Result<()> {
        for (name, _) in &self.pairs {
            // Whoever names a bounded value alone looks for its bounds.
            let bound = format!("{}[gte]", name.split('[').next().unwrap_or(name));
            let violation = Violation::parameter(name, Reason::new(FieldRule::UnknownParameter));
            self.violations.push(match known.contains(&bound) {
                true => violation.suggesting(&bound, [bound.as_str()]),
                false => violation.suggesting(name, known.iter().map(String::as_str)),
            });
        }
        if self.violations.is_empty() { Ok(()) } else { Err(Error::bad_parameters(self.violations)) }
    }

    fn read(&mut self, name: &str, text: &str, value_type: ValueType) -> Option<Value> {
        match read_value(text, value_type) {
            Ok(value) => Some(value),
            Err(reason) => {
                let mut violation = Violation::parameter(name, reason);
                if let ValueType::Keyword(allowed) = value_type {
                    violation = violation.suggesting(text, allowed.iter().copied());
                }
                self.note(violation);
                None
            }
        }
    }
}

/// The language that the request's `Accept-Language` likes best, if it likes one of ours.
pub fn accepted_language(request: &HttpRequest) -> Option<Language> {
    Language::negotiate(&field_lines::combined(request.headers(), header::ACCEPT_LANGUAGE)?)
}

/// A name or a value of the query string (the form encoding of WHATWG URL); none when it is not in UTF-8.
fn decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    let is_byte =
        |rest: &str| rest.get(..2).is_some_and(|pair| pair.bytes().all(|digit| digit.is_ascii_hexdigit()));
    if !spaced.split('%').skip(1).all(is_byte) {
        return None;
    }
    percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(Cow::into_owned)
}

/// The most faults that are told of one parameter.
const MOST_FAULTS: usize = 3;

/// The most parameters of a request.
const MOST_PARAMETERS: usize = 64;

/// The most values between commas.
pub const MOST_VALUES: usize = 100;

/// The longest value of a parameter, in characters.
pub const LONGEST_VALUE: usize = 200;

fn read_value(text: &str, value_type: ValueType) -> std::result::Result<Value, Reason> {
    let kind = |expected: &str| Reason::new(FieldRule::Type).with("expected", expected);
    match value_type {
        ValueType::Text(_) | ValueType::Reference(_) => read_text(text).map(Value::Text),
        ValueType::Compact(_) => read_text(text).map(Compact).map(Value::Compact),
        ValueType::Keyword(allowed) if allowed.contains(&text) => Ok(Value::Text(text.to_owned())),
        ValueType::Keyword(allowed) => Err(Reason::new(FieldRule::OneOf).with("allowed", allowed.join(", "))),
        ValueType::Integer(min, max) => {
            let number: i64 = text.parse().map_err(|_| kind("integer"))?;
            if (min..=max).contains(&number) {
                Ok(Value::Integer(number))
            } else {
                Err(Reason::new(FieldRule::Range).with("min", min).with("max", max))
            }
        }
        ValueType::Date => read_date(text).map(Value::Date).ok_or_else(|| Reason::new(FieldRule::Date)),
        ValueType::Instant => read_instant(text).map(Value::Instant),
        ValueType::Boolean => text.parse().map(Value::Boolean).map_err(|_| kind("boolean")),
        ValueType::Id => text.parse().map(Value::Id).map_err(|_| kind("uuid")),
    }
}

/// An instant. A `+` that nobody encoded has become a space.
fn read_instant(text: &str) -> std::result::Result<UtcTime, Reason> {
    text.parse().map_err(|fault| match fault {
        _ if text.replace(' ', "+").parse::<UtcTime>().is_ok() => Reason::new(FieldRule::PlusSign),
        InstantFault::NoSuchInstant => Reason::new(FieldRule::NoSuchInstant),
        InstantFault::NotAnInstant => Reason::new(FieldRule::DateTime),
    })
}

/// A date of four-digit years: what both databases and RFC 3339 can hold.
fn read_date(text: &str) -> Option<chrono::NaiveDate> {
    (text.len() == "YYYY-MM-DD".len()).then(|| text.parse().ok())?
}

fn read_text(text: &str) -> std::result::Result<String, Reason> {
    if text.is_empty() || text.chars().count() > LONGEST_VALUE {
        return Err(Reason::new(FieldRule::Length).with("min", 1).with("max", LONGEST_VALUE));
    }
    if text.chars().any(char::is_control) {
        return Err(Reason::new(FieldRule::Characters));
    }
    Ok(text.to_owned())
}
