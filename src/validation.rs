//! Rules for single fields that several resources share, in the form that the validator crate calls.

use validator::ValidationError;

use crate::error::FieldRule;
use crate::language::Text;

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 300;
/// The longest text of several sentences, in characters.
pub const LONGEST_TEXT: usize = 5000;

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
    let fits =
        slug.len() <= 100 && slug.split('-').all(word) && slug.bytes().any(|byte| byte.is_ascii_lowercase());
    if fits { Ok(()) } else { Err(with(breaks(FieldRule::Pattern), "expected", "sidi-slimane")) }
}

/// A name: one line, in one language at least.
pub fn name(text: &Text) -> Result<(), ValidationError> {
    in_some_language(text, LONGEST_NAME)?;
    for (language, line) in text.all() {
        single_line(line).map_err(|error| at(format!("/{}", language.tag()), error))?;
    }
    Ok(())
}

/// A text of several sentences, in one language at least.
pub fn text(text: &Text) -> Result<(), ValidationError> {
    in_some_language(text, LONGEST_TEXT)
}

fn in_some_language(text: &Text, longest: usize) -> Result<(), ValidationError> {
    if text.all().next().is_none() {
        return Err(breaks(FieldRule::TextWithoutLanguage));
    }
    for (language, text) in text.all() {
        let at = |error| at(format!("/{}", language.tag()), error);
        if text.trim().is_empty() {
            return Err(at(breaks(FieldRule::Blank)));
        }
        if text.chars().count() > longest {
            return Err(at(with(with(breaks(FieldRule::Length), "min", 1), "max", longest)));
        }
    }
    Ok(())
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
    const LONGEST: usize = 2000;
    if text.len() > LONGEST {
        return Err(with(with(breaks(FieldRule::Length), "min", 1), "max", LONGEST));
    }
    match url::Url::parse(text) {
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Err(breaks(FieldRule::UrlWithCredentials))
        }
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() && !text.contains(' ') => {
            Ok(())
        }
        _ => Err(breaks(FieldRule::Url)),
    }
}

/// Complete http or https URLs.
pub fn http_urls(urls: &[String]) -> Result<(), ValidationError> {
    for (place, url) in urls.iter().enumerate() {
        http_url(url).map_err(|error| at(format!("/{place}"), error))?;
    }
    Ok(())
}

/// A few words each: lines of at most 200 characters.
pub fn short_lines(lines: &[String]) -> Result<(), ValidationError> {
    const LONGEST: usize = 200;
    for (place, line) in lines.iter().enumerate() {
        let at = |error| at(format!("/{place}"), error);
        single_line(line).map_err(at)?;
        if line.chars().count() > LONGEST {
            return Err(at(with(with(breaks(FieldRule::Length), "min", 1), "max", LONGEST)));
        }
    }
    Ok(())
}

/// A common identifier of enterprises (ICE): 15 digits.
pub fn ice(ice: &str) -> Result<(), ValidationError> {
    let fits = ice.len() == 15 && ice.bytes().all(|byte| byte.is_ascii_digit());
    if fits { Ok(()) } else { Err(with(breaks(FieldRule::Pattern), "expected", "001234567000089")) }
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
