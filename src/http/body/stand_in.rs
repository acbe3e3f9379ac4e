//! What a body would be if that which cannot be read in it were right: so the rules of all the rest are told at once, and
//! nobody mends one fault to be shown the next.

use serde_json::{Map, Value as JsonValue};

use super::schema::Schema;

/// Puts something that can be read where `value` cannot be: nothing where nothing is needed, else what the schema gives as
/// an example.
pub(super) fn put(schema: &Schema, value: &mut JsonValue, pointer: &str) {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        *value = sample(schema, schema.at(""));
        return;
    };
    let name = name.replace("~1", "/").replace("~0", "~");
    match value.pointer_mut(parent) {
        Some(JsonValue::Object(members)) if is_required(schema.at(parent), &name) => {
            members.insert(name, sample(schema, schema.at(pointer)));
        }
        Some(JsonValue::Object(members)) => {
            members.remove(&name);
        }
        // The places of the others stay as they are.
        Some(JsonValue::Array(items)) => {
            if let Some(item) = name.parse().ok().and_then(|place: usize| items.get_mut(place)) {
                *item = sample(schema, schema.at(pointer));
            }
        }
        _ => {}
    }
}

fn is_required(object: &JsonValue, name: &str) -> bool {
    object["required"].as_array().is_some_and(|required| required.iter().any(|one| one == name))
}

/// A value that the schema lets in.
fn sample(schema: &Schema, part: &JsonValue) -> JsonValue {
    let part = schema.meant(part);
    let given = [&part["examples"][0], &part["example"], &part["enum"][0]];
    if let Some(given) = given.into_iter().find(|given| !given.is_null()) {
        return given.clone();
    }
    match Schema::type_word(part) {
        "object" => {
            let required = part["required"].as_array().into_iter().flatten().filter_map(JsonValue::as_str);
            let members = required.map(|name| (name.to_owned(), sample(schema, &part["properties"][name])));
            JsonValue::Object(Map::from_iter(members))
        }
        "array" => vec![sample(schema, &part["items"]); size(&part["minItems"])].into(),
        "string" => match part["format"].as_str() {
            Some("date") => "2000-01-01".into(),
            Some("date-time") => "2000-01-01T00:00:00Z".into(),
            Some("uuid") => "00000000-0000-7000-8000-000000000000".into(),
            _ => "x".repeat(size(&part["minLength"])).into(),
        },
        "boolean" => false.into(),
        "integer" | "number" if part["minimum"].is_number() => part["minimum"].clone(),
        "integer" | "number" => 0.into(),
        _ => JsonValue::Null,
    }
}

fn size(least: &JsonValue) -> usize {
    least.as_u64().and_then(|least| least.try_into().ok()).unwrap_or_default()
}
