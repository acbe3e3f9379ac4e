//! Schemas that no type of the service has: merge patches, and records as they are answered.

use serde_json::{Map, Value as JsonValue, json};
use utoipa::PartialSchema as _;

use super::operations::has_parameter;
use crate::nominations::embargo::EmbargoedOutcome;

/// utoipa leaves the description of an optional field within the alternative that refers to its type.
pub(super) fn hoist_descriptions(document: &mut JsonValue) {
    let schemas = document["components"]["schemas"].as_object_mut().into_iter().flatten();
    let properties = schemas.filter_map(|(_, schema)| schema.get_mut("properties")?.as_object_mut());
    for (_, property) in properties.flatten() {
        let forms = property.get_mut("oneOf").and_then(JsonValue::as_array_mut);
        let first = forms.and_then(|forms| forms.first_mut()?.as_object_mut());
        if let Some(description) = first.and_then(|form| form.remove("description")) {
            property["description"] = description;
        }
    }
}

/// What stands in bodies and in answers alike: in a body `null` means unknown, in an answer it never stands.
const SHARED: &str = "Attestations";

/// Describes the shared part of bodies apart from that of answers.
pub(super) fn describe_bodies(document: &mut JsonValue) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    let mut input = schemas.get(SHARED).cloned().unwrap_or_default();
    for (_, property) in input["properties"].as_object_mut().into_iter().flatten() {
        property["type"] = json!([property["type"], "null"]);
    }
    let name = format!("{SHARED}Input");
    for (_, schema) in schemas.iter_mut().filter(|(name, _)| name.ends_with("Input")) {
        replace(schema, &reference(SHARED), &reference(&name));
    }
    schemas.insert(name, input);
}

pub(super) fn reference(name: &str) -> JsonValue {
    format!("#/components/schemas/{name}").into()
}

pub(super) fn replace(value: &mut JsonValue, old: &JsonValue, new: &JsonValue) {
    match value {
        _ if value == old => *value = new.clone(),
        JsonValue::Array(items) => items.iter_mut().for_each(|item| replace(item, old, new)),
        JsonValue::Object(fields) => fields.values_mut().for_each(|field| replace(field, old, new)),
        _ => {}
    }
}

/// A merge patch has the fields of what a `PUT` of the same path takes, each optional and nullable (RFC 7396).
pub(super) fn describe_merge_patches(document: &mut JsonValue) {
    const JSON: &str = "/put/requestBody/content/application~1json/schema/$ref";
    const PATCH: &str = "/patch/requestBody/content/application~1merge-patch+json/schema";
    let mut patches = Map::new();
    let schemas = document["components"]["schemas"].clone();
    for (_, operations) in document["paths"].as_object_mut().into_iter().flatten() {
        let input = operations.pointer(JSON).and_then(JsonValue::as_str).unwrap_or_default().to_owned();
        let Some(name) = input.rsplit('/').next().and_then(|name| name.strip_suffix("Input")) else {
            continue;
        };
        let patch = format!("{name}Patch");
        if let Some(schema) = operations.pointer_mut(PATCH) {
            *schema = json!({"$ref": reference(&patch)});
            patches.insert(patch, merge_patch(name, &schemas[&format!("{name}Input")]));
        }
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.extend(patches);
    }
}

/// A schema that takes `null`, too, told once.
fn or_null(schema: &JsonValue) -> JsonValue {
    let mut schema = schema.clone();
    let null = json!("null");
    let takes_null = |forms: &JsonValue| {
        forms.as_array().is_some_and(|forms| forms.iter().any(|form| form["type"] == null))
    };
    if schema["type"].as_array().is_some_and(|types| types.contains(&null))
        || takes_null(&schema["oneOf"])
        || takes_null(&schema["anyOf"])
    {
        return schema;
    }
    if schema["type"].is_string() && schema.get("enum").is_none() {
        schema["type"] = json!([schema["type"], "null"]);
        return schema;
    }
    let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
    let mut either = json!({"anyOf": [schema, {"type": "null"}]});
    if let Some(description) = description {
        either["description"] = description;
    }
    either
}

fn merge_patch(name: &str, input: &JsonValue) -> JsonValue {
    let required =
        |field: &str| input["required"].as_array().is_some_and(|names| names.contains(&json!(field)));
    let properties: Map<String, JsonValue> = input["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(field, schema)| {
            // What has to be there cannot be made unknown.
            let schema = if required(field) { schema.clone() } else { or_null(schema) };
            (field.clone(), schema)
        })
        .collect();
    json!({
        "type": "object",
        "description": format!("Fields of `{name}Input` to change; `null` makes one unknown."),
        "properties": properties,
        "additionalProperties": false,
    })
}

/// A record is answered in one shape that clients can use, the one without `fields`; or in that of those who see more.
pub(super) fn describe_records(document: &mut JsonValue) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    let listed: Vec<String> =
        schemas.keys().filter_map(|name| name.strip_prefix("List_").map(str::to_owned)).collect();
    schemas.insert("EmbargoedOutcome".to_owned(), json!(EmbargoedOutcome::schema()));
    for form in &SEEN_FORMS {
        let schema = form.schema(schemas);
        schemas.insert(form.name(), schema);
    }
    for name in &listed {
        let Some(schema) = schemas.get_mut(name) else { continue };
        add_view_properties(schema);
        let seen = SeenForm::of(name).filter(|form| form.in_lists);
        schemas[&format!("List_{name}")]["properties"]["items"]["items"] = shape(name, seen);
        if let Some(item) = schemas.get_mut(&format!("BatchItemAnswer_{name}")) {
            item["properties"]["body"] = json!({
                "$ref": reference(name),
                "description": "The record as it is now; of one that was deleted there is none.",
            });
        }
    }
    for operations in
        document["paths"].as_object_mut().into_iter().flatten().map(|(_, operations)| operations)
    {
        let Some(operation) = operations.get_mut("get") else { continue };
        if !has_parameter(operation, "fields") {
            continue;
        }
        let Some(schema) = operation.pointer_mut("/responses/200/content/application~1json/schema") else {
            continue;
        };
        let reference = schema["$ref"].as_str().unwrap_or_default().to_owned();
        if let Some(name) = listed.iter().find(|name| reference.ends_with(&format!("/{name}"))) {
            *schema = shape(name, SeenForm::of(name));
        }
    }
}

/// A record as whoever asks sees it: with what is not public for those who may see that.
struct SeenForm {
    /// The schema that everybody sees.
    public: &'static str,
    description: &'static str,
    /// The member that is added, and the schema of its value.
    member: (&'static str, &'static str),
    in_lists: bool,
}

const SEEN_FORMS: [SeenForm; 2] = [
    SeenForm {
        public: "Association",
        description: "An association; `internal` for those who keep the register, or represent it.",
        member: ("internal", "InternalRecord"),
        in_lists: false,
    },
    SeenForm {
        public: "Nomination",
        description: "A nomination; `embargoed` for those who may see results under embargo.",
        member: ("embargoed", "EmbargoedOutcome"),
        in_lists: true,
    },
];

impl SeenForm {
    fn of(public: &str) -> Option<&'static Self> {
        SEEN_FORMS.iter().find(|form| form.public == public)
    }

    fn name(&self) -> String {
        format!("Seen{}", self.public)
    }

    /// One shape for all: generated clients take the first alternative of a union that fits.
    fn schema(&self, schemas: &Map<String, JsonValue>) -> JsonValue {
        let mut schema = schemas.get(self.public).cloned().unwrap_or_default();
        add_view_properties(&mut schema);
        schema["description"] = json!(self.description);
        let (member, of) = self.member;
        schema["properties"][member] = json!({"$ref": reference(of), "description": "What is not public."});
        schema
    }
}

/// The shape in which a record is answered: where some see more of it, with what they see.
fn shape(name: &str, seen: Option<&SeenForm>) -> JsonValue {
    json!({"$ref": reference(&seen.map_or_else(|| name.to_owned(), SeenForm::name))})
}

/// Documents with texts that are no records of a list.
const DOCUMENTS: [&str; 2] = ["Eligibility", "EligibilityAnswer"];

/// With `lang`, documents tell as well which texts fell back.
pub(super) fn allow_fallbacks_in_documents(document: &mut JsonValue) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for (_, schema) in schemas.iter_mut().filter(|(name, _)| DOCUMENTS.contains(&name.as_str())) {
        add_language_fallbacks(schema);
    }
}

/// What the view adds to a record of a list or a read.
fn add_view_properties(schema: &mut JsonValue) {
    add_language_fallbacks(schema);
    schema["properties"]["match"] = json!({
        "$ref": reference("SearchMatch"),
        "description": "With `q`: which field and language matched.",
    });
}

fn add_language_fallbacks(schema: &mut JsonValue) {
    schema["properties"]["language_fallbacks"] = json!({
        "$ref": reference("LanguageFallbacks"),
        "description": "With `lang`: which texts were missing in that language, and the language shown instead.",
    });
}
