//! The strict door: a body is what the schema of its type says, the one that the OpenAPI document shows. Serde alone would
//! take an array for an object by position, and tell the first fault only. Limits of length, size and number stand in the
//! schema alone.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::{Map, Value as JsonValue, json};
use utoipa::ToSchema;

use super::escape;
use crate::error::problem::MOST_ERRORS;
use crate::error::{Error, FieldRule, Reason, Result, Violation};

/// The schema of a type, ready to be held against.
pub(super) struct Schema {
    root: JsonValue,
    validator: Validator,
}

/// What the schema does not let in.
#[derive(Default)]
pub(super) struct Refused {
    /// All of it: types, members that are missing, unknown ones, unknown words, limits.
    pub(super) violations: Vec<Violation>,
    /// Where something stands that cannot be read at all, as JSON pointers.
    pub(super) unreadable: Vec<String>,
}

impl Schema {
    /// Holds a body against the schema.
    pub(super) fn check(&self, value: &JsonValue) -> Refused {
        let faults =
            self.validator.iter_errors(value).flat_map(leaves).filter_map(|error| self.fault(&error));
        let faults: Vec<Fault> = faults.take(MOST_ERRORS).collect();
        // An unknown member alone is left to the type, which may know more of it.
        let is_alone = faults.iter().all(|fault| fault.kind != FaultKind::Structure);
        let mut refused = Refused::default();
        for Fault { violations, kind } in faults {
            if kind == FaultKind::UnknownMember && is_alone {
                continue;
            }
            if kind != FaultKind::Limit {
                refused
                    .unreadable
                    .extend(violations.iter().filter_map(Violation::pointer).map(str::to_owned));
            }
            refused.violations.extend(violations);
        }
        refused
    }
}

/// Members that `T` does not have and that a merge patch would remove: nobody would see them afterwards.
pub(super) fn unknown_and_removed<T: ToSchema + 'static>(patch: &JsonValue) -> Result<Vec<Violation>> {
    let schema = schema_of::<T>()?;
    let is_null = |at: &str| patch.pointer(at).is_some_and(JsonValue::is_null);
    let removed = |violation: &Violation| violation.pointer().is_some_and(is_null);
    let is_unknown =
        |error: &ValidationError<'_>| matches!(error.kind, ValidationErrorKind::AdditionalProperties { .. });
    let unknown = schema
        .validator
        .iter_errors(patch)
        .flat_map(leaves)
        .filter(is_unknown)
        .filter_map(|error| schema.fault(&error))
        .flat_map(|fault| fault.violations)
        .filter(removed);
    Ok(unknown.collect())
}

/// The schema of a type, made when the first body of it comes.
pub(super) fn schema_of<T: ToSchema + 'static>() -> Result<Arc<Schema>> {
    static SCHEMAS: RwLock<Option<HashMap<TypeId, Arc<Schema>>>> = RwLock::new(None);
    let known = SCHEMAS.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(schema) = known.as_ref().and_then(|known| known.get(&TypeId::of::<T>())) {
        return Ok(schema.clone());
    }
    drop(known);
    let mut referred = Vec::new();
    T::schemas(&mut referred);
    let mut root = serde_json::to_value(T::schema()).map_err(Error::internal)?;
    root["components"] = json!({"schemas": Map::from_iter(
        referred.into_iter().filter_map(|(name, schema)| Some((name, serde_json::to_value(schema).ok()?)))
    )});
    // Forms are those of RFC 3339 and RFC 9562, whatever else the parsers of the types would take.
    let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
    let validator = options.build(&root).map_err(Error::internal)?;
    let schema = Arc::new(Schema { root, validator });
    let mut known = SCHEMAS.write().unwrap_or_else(PoisonError::into_inner);
    Ok(known.get_or_insert_default().entry(TypeId::of::<T>()).or_insert(schema).clone())
}

/// The faults of the alternative that was meant: of "an object or null" those of the object.
fn leaves(error: ValidationError<'_>) -> Vec<ValidationError<'_>> {
    let is_at_root = |error: &ValidationError<'_>, path: &jsonschema::paths::Location| {
        matches!(error.kind, ValidationErrorKind::Type { .. }) && error.instance_path == *path
    };
    match error.kind {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            let path = error.instance_path;
            let meant =
                context.into_iter().min_by_key(|faults| faults.iter().any(|fault| is_at_root(fault, &path)));
            meant.into_iter().flatten().flat_map(leaves).collect()
        }
        _ => vec![error],
    }
}

/// What is wrong at one place.
struct Fault {
    violations: Vec<Violation>,
    kind: FaultKind,
}

#[derive(PartialEq)]
enum FaultKind {
    /// The value cannot be read as its type at all.
    Structure,
    /// It is too long, too large, or too many.
    Limit,
    /// Something that nothing is known of.
    UnknownMember,
}

impl Schema {
    /// A fault in the words of the contract; none when the rules of the type know better.
    fn fault(&self, error: &ValidationError<'_>) -> Option<Fault> {
        let pointer = error.instance_path.to_string();
        if error.instance.is_null() {
            // Whether a field may be unknown, its type says.
            return None;
        }
        let part = self.at(&pointer);
        let one = |reason: Reason, kind: FaultKind| {
            Some(Fault { violations: vec![Violation::body(pointer.clone(), reason)], kind })
        };
        match &error.kind {
            ValidationErrorKind::Type { .. } => one(self.type_of(part), FaultKind::Structure),
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                let pointer = format!("{pointer}/{}", escape(name));
                Some(Fault {
                    violations: vec![Violation::body(pointer, Reason::new(FieldRule::Required))],
                    kind: FaultKind::Structure,
                })
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let known: Vec<&str> = part["properties"]
                    .as_object()
                    .into_iter()
                    .flat_map(Map::keys)
                    .map(String::as_str)
                    .collect();
                let violations = unexpected.iter().map(|name| {
                    Violation::body(
                        format!("{pointer}/{}", escape(name)),
                        Reason::new(FieldRule::UnknownField),
                    )
                    .suggesting(name, known.iter().copied())
                });
                let kind = if unexpected.len() > 1 { FaultKind::Structure } else { FaultKind::UnknownMember };
                Some(Fault { violations: violations.collect(), kind })
            }
            ValidationErrorKind::Enum { options } => {
                let words: Vec<&str> = options.as_array()?.iter().filter_map(JsonValue::as_str).collect();
                let given = error.instance.as_str().unwrap_or_default();
                let reason = Reason::new(FieldRule::OneOf).with("allowed", words.join(", "));
                let violation = Violation::body(pointer, reason).suggesting(given, words);
                Some(Fault { violations: vec![violation], kind: FaultKind::Structure })
            }
            ValidationErrorKind::Format { format } => match format.as_str() {
                "date" => one(Reason::new(FieldRule::Date), FaultKind::Structure),
                "uuid" => one(Reason::new(FieldRule::Type).with("expected", "uuid"), FaultKind::Structure),
                _ => None,
            },
            ValidationErrorKind::MinLength { .. } | ValidationErrorKind::MaxLength { .. } => {
                one(bounds(FieldRule::Length, &part["minLength"], &part["maxLength"]), FaultKind::Limit)
            }
            ValidationErrorKind::MinItems { .. } | ValidationErrorKind::MaxItems { .. } => {
                one(bounds(FieldRule::ItemCount, &part["minItems"], &part["maxItems"]), FaultKind::Limit)
            }
            ValidationErrorKind::Minimum { .. } | ValidationErrorKind::Maximum { .. } => {
                one(bounds(FieldRule::Range, &part["minimum"], &part["maximum"]), FaultKind::Limit)
            }
            _ => None,
        }
    }

    /// The schema of the value at a pointer, as far as it can be followed.
    pub(super) fn at(&self, pointer: &str) -> &JsonValue {
        let steps = pointer.split('/').skip(1);
        steps.fold(self.meant(&self.root), |schema, step| {
            let name = step.replace("~1", "/").replace("~0", "~");
            let next = [&schema["properties"][&name], &schema["items"], &schema["additionalProperties"]];
            next.into_iter().find(|next| next.is_object()).map_or(&JsonValue::Null, |next| self.meant(next))
        })
    }

    /// What a schema refers to; of "this or null", this.
    pub(super) fn meant<'a>(&'a self, schema: &'a JsonValue) -> &'a JsonValue {
        if let Some(pointer) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
            return self.root.pointer(pointer).map_or(schema, |referred| self.meant(referred));
        }
        let alternatives = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
        let first = alternatives.into_iter().flatten().find(|alternative| alternative["type"] != "null");
        first.map_or(schema, |first| self.meant(first))
    }

    /// The type of a schema as JSON Schema calls it, `null` aside; empty when there is none.
    pub(super) fn type_word(schema: &JsonValue) -> &str {
        let words = schema["type"].as_array().map_or(std::slice::from_ref(&schema["type"]), Vec::as_slice);
        words.iter().filter_map(JsonValue::as_str).find(|word| *word != "null").unwrap_or_default()
    }

    /// The type that is wanted, in the words of JSON, and how such a value looks.
    fn type_of(&self, schema: &JsonValue) -> Reason {
        let word = Self::type_word(schema);
        let by_language = ["ar", "fr", "zgh", "en"].iter().all(|tag| schema["properties"].get(tag).is_some());
        let word = if by_language { "text" } else { word };
        let reason = Reason::new(FieldRule::Type).with("expected", word);
        let example = schema["examples"].get(0).or_else(|| schema.get("example"));
        match example {
            Some(example) => reason.with("example", example),
            None => reason,
        }
    }
}

/// A rule of two bounds, of which one may be missing.
fn bounds(rule: FieldRule, min: &JsonValue, max: &JsonValue) -> Reason {
    let told = |bound: &JsonValue, missing: &str| {
        if bound.is_null() { missing.to_owned() } else { bound.to_string() }
    };
    Reason::new(rule).with("min", told(min, "0")).with("max", told(max, "…"))
}
