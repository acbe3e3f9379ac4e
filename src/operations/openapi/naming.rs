//! Names for schemas that stand inline in many places, where a generated client would make a type of its own for each.

use serde_json::{Value as JsonValue, json};
use utoipa::PartialSchema as _;

use super::places;
use super::schemas::{reference, replace};
use crate::language::Language;

/// Schemas that utoipa leaves inline, by the name that they get.
fn left_inline() -> [(&'static str, JsonValue); 4] {
    [
        (
            "AnswerLanguage",
            json!({
                "type": "string",
                "description": "The language of an answer; `all` keeps every language of a text.",
                "enum": ["ar", "fr", "zgh", "en", "all"],
            }),
        ),
        (
            "CriterionScores",
            json!({
                "type": "object",
                "description": "Scores by the code of the criterion.",
                "additionalProperties": {"$ref": reference("CriterionScore")},
                "propertyNames": {"type": "string"},
            }),
        ),
        (
            "Facets",
            json!({
                "type": "object",
                "description": "Counts by value for each facet.",
                "additionalProperties": {"type": "array", "items": {"$ref": reference("FacetCount")}},
                "propertyNames": {"type": "string"},
            }),
        ),
        ("WholeList", json!({"type": "string", "description": "All items, not a page.", "enum": ["all"]})),
    ]
}

/// Schemas that are only referred to.
fn referred_to() -> [(&'static str, JsonValue); 5] {
    [
        ("Language", json!(Language::schema())),
        (
            "LanguageFallbacks",
            json!({
                "type": "object",
                "description": "With `lang`: which texts were missing in that language, and the language shown instead.",
                "additionalProperties": {"$ref": reference("Language")},
                "examples": [{"name": "ar"}],
            }),
        ),
        (
            "SearchMatch",
            json!({
                "type": "object",
                "description": "What of a record a search found.",
                "required": ["field"],
                "properties": {
                    "field": {"type": "string", "description": "The field.", "examples": ["name"]},
                    "language": {"$ref": reference("Language"), "description": "The language of the text."},
                },
            }),
        ),
        ("Linkset", json!({"type": "object", "description": "A set of links, as RFC 9264 has it."})),
        ("OpenApiDescription", json!({"type": "object", "description": "An OpenAPI document (3.1)."})),
    ]
}

/// Gives names to what is left inline.
pub(super) fn name_schemas(document: &mut JsonValue) {
    let named = left_inline();
    for (name, schema) in &named {
        refer(document, schema, &reference(name));
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas
            .extend(named.into_iter().chain(referred_to()).map(|(name, schema)| (name.to_owned(), schema)));
        schemas.extend(places::schemas());
    }
}

/// Refers to a schema where it stands inline, whatever its description says there.
fn refer(value: &mut JsonValue, schema: &JsonValue, to: &JsonValue) {
    let described = value.get("description").cloned();
    if let JsonValue::Object(fields) = value {
        let is_same = fields.len() + usize::from(described.is_none())
            == schema.as_object().map_or(0, |known| known.len())
            && fields.iter().all(|(field, value)| field == "description" || schema.get(field) == Some(value));
        if is_same {
            *value = json!({"$ref": to});
            if let Some(description) = described {
                value["description"] = description;
            }
            return;
        }
    }
    match value {
        JsonValue::Array(items) => items.iter_mut().for_each(|item| refer(item, schema, to)),
        JsonValue::Object(fields) => fields.values_mut().for_each(|field| refer(field, schema, to)),
        _ => {}
    }
}

/// What utoipa makes of flattened members, a schema of parts, as the one object that it is.
pub(super) fn join_parts(document: &mut JsonValue) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    let known = schemas.clone();
    for schema in schemas.values_mut() {
        let Some(parts) = schema.as_object_mut().and_then(|schema| schema.remove("allOf")) else { continue };
        schema["type"] = json!("object");
        for part in parts.as_array().into_iter().flatten() {
            let part = name_of(part).map_or(part, |name| &known[name]);
            let required =
                schema["required"].as_array().into_iter().chain(part["required"].as_array()).flatten();
            schema["required"] = required.cloned().collect();
            for (member, of_it) in part["properties"].as_object().into_iter().flatten() {
                schema["properties"][member] = of_it.clone();
            }
        }
    }
    let parts = known.values().flat_map(|schema| schema["allOf"].as_array().into_iter().flatten());
    parts.filter_map(name_of).for_each(|name| drop(schemas.remove(name)));
}

fn name_of(schema: &JsonValue) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// Types that hold records of a kind.
const HOLDERS: [&str; 3] = ["List", "BatchAnswer", "BatchItemAnswer"];

/// What holds records is named after them: `CityList`.
pub(super) fn name_holders(document: &mut JsonValue) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    let of_records = |name: &String| {
        let (holder, record) = name.split_once('_')?;
        HOLDERS.contains(&holder).then(|| (name.clone(), format!("{record}{holder}")))
    };
    let holders: Vec<(String, String)> = schemas.keys().filter_map(of_records).collect();
    let mut names = Vec::new();
    for (old, new) in holders {
        if let Some(schema) = schemas.remove(&old) {
            schemas.insert(new.clone(), schema);
        }
        names.push((reference(&old), reference(&new)));
    }
    for (old, new) in &names {
        replace(document, old, new);
    }
}
