//! What serde and the validator crate say of a body that they refuse, as violations of the contract.

use std::cmp::Ordering;
use std::str::FromStr as _;

use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

use super::escape;
use crate::database::types::InstantFault;
use crate::error::problem::MOST_ERRORS;
use crate::error::{FieldRule, Place, Reason, Violation};

/// What serde could not read, as a violation of the contract.
pub(super) fn unreadable(error: serde_path_to_error::Error<serde_json::Error>) -> Violation {
    let pointer = pointer_of(error.path());
    structural_violation(pointer, &error.into_inner().to_string())
}

/// The rules of the validator crate that were broken by what was sent, and not by what stands in for something
/// `unreadable`.
pub(super) fn broken_rules(errors: &ValidationErrors, unreadable: &[String]) -> Vec<Violation> {
    let mut violations = Vec::new();
    collect(errors, "", unreadable, &mut violations);
    violations.retain(|violation| {
        let at = violation.pointer().unwrap_or_default();
        !unreadable.iter().any(|place| is_within(at, place))
    });
    violations
}

/// Whether a JSON pointer leads to `place` or below it.
fn is_within(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

/// What is wrong with a body, in the order of the places; of very much, some.
pub(super) fn in_order(mut violations: Vec<Violation>) -> Vec<Violation> {
    violations.sort_by(by_place);
    violations.dedup();
    // What is blank, or has another form altogether, may be too short as well: that goes without saying.
    let says_more =
        |violation: &&Violation| [FieldRule::Blank, FieldRule::Pattern].contains(&violation.reason.rule);
    let places: Vec<Place> =
        violations.iter().filter(says_more).map(|violation| violation.place.clone()).collect();
    violations
        .retain(|violation| violation.reason.rule != FieldRule::Length || !places.contains(&violation.place));
    violations.truncate(MOST_ERRORS);
    violations
}

/// The order in which faults are told.
fn by_place(one: &Violation, other: &Violation) -> Ordering {
    format!("{:?}", one.place).cmp(&format!("{:?}", other.place))
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", escape(key)),
            Segment::Enum { variant } => format!("/{}", escape(variant)),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// What serde says of a structure that does not fit, as a violation of the contract.
fn structural_violation(pointer: String, message: &str) -> Violation {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (name, allowed) = quoted.split_first().map_or(("", &[][..]), |(name, allowed)| (*name, allowed));
    let child = |name: &str| {
        if pointer.ends_with(&format!("/{}", escape(name))) {
            pointer.clone()
        } else {
            format!("{pointer}/{}", escape(name))
        }
    };
    if message.starts_with("unknown field") {
        return Violation::body(child(name), Reason::new(FieldRule::UnknownField))
            .suggesting(name, allowed.iter().copied());
    }
    if message.starts_with("missing field") {
        return Violation::body(child(name), Reason::new(FieldRule::Required));
    }
    if message.starts_with("unknown variant") {
        let reason = Reason::new(FieldRule::OneOf).with("allowed", allowed.join(", "));
        return Violation::body(pointer, reason).suggesting(name, allowed.iter().copied());
    }
    for (fault, rule) in [
        (InstantFault::NotAnInstant, FieldRule::DateTime),
        (InstantFault::NoSuchInstant, FieldRule::NoSuchInstant),
    ] {
        if message.starts_with(&fault.to_string()) {
            return Violation::body(pointer, Reason::new(rule));
        }
    }
    match message.rsplit_once("expected ") {
        Some((_, expected)) => {
            Violation::body(pointer, Reason::new(FieldRule::Type).with("expected", json_type(expected)))
        }
        None if message.contains("input contains")
            || message.contains("premature end of input")
            || message.contains("out of range") =>
        {
            Violation::body(pointer, Reason::new(FieldRule::Date))
        }
        None => Violation::body(pointer, Reason::new(FieldRule::Invalid)),
    }
}

/// What serde expected as a type of JSON, never one of Rust.
fn json_type(expected: &str) -> &'static str {
    match expected {
        "a string" | "string" | "string or map" | "variant identifier" => "string",
        "a boolean" => "boolean",
        "f32" | "f64" | "a number" => "number",
        "a sequence" | "an array" => "array",
        "an integer" => "integer",
        integer if integer.starts_with(['i', 'u']) && integer.len() <= "usize".len() => "integer",
        object if object.starts_with("struct ") || object.starts_with("a map") => "object",
        _ => "other",
    }
}

/// Collects what is below `at`; the rules across the fields of an object only when all of it could be read.
fn collect(errors: &ValidationErrors, at: &str, unreadable: &[String], violations: &mut Vec<Violation>) {
    for (field, kind) in errors.errors() {
        if *field == "__all__" && unreadable.iter().any(|place| is_within(place, at)) {
            continue;
        }
        let pointer = if *field == "__all__" { at.to_owned() } else { format!("{at}/{}", escape(field)) };
        match kind {
            ValidationErrorsKind::Field(errors) => {
                violations.extend(errors.iter().map(|error| field_violation(&pointer, error)));
            }
            ValidationErrorsKind::Struct(errors) => collect(errors, &pointer, unreadable, violations),
            ValidationErrorsKind::List(items) => {
                for (place, errors) in items {
                    collect(errors, &format!("{pointer}/{place}"), unreadable, violations);
                }
            }
        }
    }
}

/// A rule of the validator crate as a violation. Its parameter `value` is never repeated: it may be a secret.
/// A rule that spans fields names the one at fault in the parameter `pointer`.
fn field_violation(pointer: &str, error: &ValidationError) -> Violation {
    let parameter = |name: &str| {
        error.params.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let pointer = match parameter("pointer") {
        Some(below) => format!("{pointer}{below}"),
        None => pointer.to_owned(),
    };
    let rule = FieldRule::from_str(&error.code).unwrap_or(FieldRule::Invalid);
    let mut reason = Reason::new(rule);
    for name in ["min", "max", "expected", "allowed", "other", "why"] {
        if let Some(value) = parameter(name) {
            reason = reason.with(name, value);
        }
    }
    Violation::body(pointer, reason)
}
