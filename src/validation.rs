//! Rules for single fields that several resources share, in the form that the validator crate calls.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError, ValidationErrors};

use crate::error::FieldRule;

/// That a field breaks a rule.
pub fn breaks(rule: FieldRule) -> ValidationError {
    ValidationError::new(rule.into_str())
}

fn with(mut error: ValidationError, name: &'static str, value: impl serde::Serialize) -> ValidationError {
    error.add_param(name.into(), &value);
    error
}

/// A rule that a field or a place below it breaks; `pointer` (`/fr`) names the place.
pub fn at(pointer: String, error: ValidationError) -> ValidationError {
    with(error, "pointer", pointer)
}

/// A code of a commune as the Haut-Commissariat au Plan writes them.
pub fn city_code(code: &str) -> Result<(), ValidationError> {
    let groups: Vec<&str> = code.split('.').collect();
    let fits = |group: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_digit())
    };
    match groups.as_slice() {
        [region, province, circle, commune]
            if fits(region, 2..=2)
                && fits(province, 3..=3)
                && fits(circle, 2..=2)
                && fits(commune, 1..=2) =>
        {
            Ok(())
        }
        _ => Err(with(breaks(FieldRule::Pattern), "expected", "02.411.01.23")),
    }
}

/// A readable name for URLs. It never looks like a code.
pub fn slug(slug: &str) -> Result<(), ValidationError> {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let fits = slug.split('-').all(word) && slug.bytes().any(|byte| byte.is_ascii_lowercase());
    if fits { Ok(()) } else { Err(with(breaks(FieldRule::Pattern), "expected", "sidi-slimane")) }
}

/// A text without line breaks.
pub fn single_line(line: &str) -> Result<(), ValidationError> {
    if line.trim().is_empty() {
        return Err(breaks(FieldRule::Blank));
    }
    if line.contains(['\n', '\r', '\t']) { Err(breaks(FieldRule::Characters)) } else { Ok(()) }
}

/// A text that says something.
pub fn not_blank(text: &str) -> Result<(), ValidationError> {
    if text.trim().is_empty() { Err(breaks(FieldRule::Blank)) } else { Ok(()) }
}

/// A complete http or https URL, without a user and a password: whoever reads it would have them.
pub fn http_url(text: &str) -> Result<(), ValidationError> {
    match url::Url::parse(text) {
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Err(breaks(FieldRule::UrlWithCredentials))
        }
        Ok(url) if matches!(url.scheme(), "http" | "https") && is_as_written(text) => Ok(()),
        _ => Err(breaks(FieldRule::Url)),
    }
}

/// Whether a URL is what it is taken for. Its parser mends what browsers mend: it passes over line breaks, and takes what
/// follows `http:/` or `http:\\` for a host (WHATWG URL); what is kept is the text.
fn is_as_written(text: &str) -> bool {
    let after_scheme = text.split_once("://").map(|(_, rest)| rest);
    let is_foreign =
        |letter: char| letter.is_whitespace() || letter.is_control() || "\\\"<>^`{|}".contains(letter);
    after_scheme.is_some_and(|rest| !rest.starts_with(['/', '?', '#'])) && !text.contains(is_foreign)
}

/// A web address: a complete http or https URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(
    format = "iri",
    max_length = 2000,
    examples("https://www.infomediaire.net/tetouan-capitale-de-la-societe-civile-pour-2022/")
)]
pub struct WebAddress(pub String);

impl Validate for WebAddress {
    fn validate(&self) -> Result<(), ValidationErrors> {
        of_all(http_url(&self.0))
    }
}

/// A few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(min_length = 1, max_length = 200)]
pub struct ShortLine(pub String);

impl Validate for ShortLine {
    fn validate(&self) -> Result<(), ValidationErrors> {
        of_all(single_line(&self.0))
    }
}

/// The rule of a type that has no fields.
fn of_all(rule: Result<(), ValidationError>) -> Result<(), ValidationErrors> {
    rule.map_err(|error| {
        let mut errors = ValidationErrors::new();
        errors.add("__all__", error);
        errors
    })
}

/// That a text is not of the form that an example shows.
pub fn unlike(example: &str) -> ValidationError {
    with(breaks(FieldRule::Pattern), "expected", example)
}

/// A common identifier of enterprises (ICE): 15 digits.
pub fn ice(ice: &str) -> Result<(), ValidationError> {
    let fits = ice.len() == 15 && ice.bytes().all(|byte| byte.is_ascii_digit());
    if fits { Ok(()) } else { Err(unlike("001234567000089")) }
}

/// A day that can be meant: nothing in the register is older than two centuries, and both databases hold years of four
/// digits.
pub fn calendar_day(day: &chrono::NaiveDate) -> Result<(), ValidationError> {
    use chrono::Datelike as _;
    const YEARS: std::ops::RangeInclusive<i32> = 1800..=9999;
    if YEARS.contains(&day.year()) {
        return Ok(());
    }
    Err(with(with(breaks(FieldRule::YearRange), "min", YEARS.start()), "max", YEARS.end()))
}

/// A day that has come already.
pub fn not_in_the_future(day: &chrono::NaiveDate) -> Result<(), ValidationError> {
    if *day <= crate::database::types::UtcTime::now().date_in_morocco() {
        Ok(())
    } else {
        Err(breaks(FieldRule::Future))
    }
}

/// The field at `pointer` cannot be left out, as the others are.
pub fn required(pointer: &str) -> ValidationError {
    at(pointer.to_owned(), breaks(FieldRule::Required))
}

/// The field at `pointer` contradicts, or only makes sense with, the field `other`.
pub fn inapplicable(pointer: &str, other: &str) -> ValidationError {
    at(pointer.to_owned(), with(breaks(FieldRule::Inapplicable), "why", other))
}

/// The time at `pointer` lies before that of the field `other`.
pub fn too_early(pointer: &str, other: &str) -> ValidationError {
    at(pointer.to_owned(), with(breaks(FieldRule::Order), "other", other))
}
