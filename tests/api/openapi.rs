//! The OpenAPI document: committed as it is served, complete for people and programs, its examples of
//! parameters true; those of bodies are in `body_examples.rs`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::app::App;

/// The OpenAPI document of this build.
pub(crate) fn document() -> Value {
    let document = nasij::app::openapi_document().expect("there is a document");
    serde_json::from_str(&document.json).expect("it is JSON")
}

/// All operations: method, path, operation.
pub(crate) fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            if operation.get("responses").is_some() {
                found.push((method.clone(), path.clone(), operation.clone()));
            }
        }
    }
    assert!(found.len() > 50, "only {} operations", found.len());
    found
}

/// What a value of the document is or refers to.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
        Some(pointer) => document.pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")),
        None => value,
    }
}

fn said(text: &Value) -> bool {
    text.as_str().is_some_and(|text| !text.trim().is_empty())
}

#[test]
fn the_committed_document_is_that_of_this_build() {
    let committed = include_str!("../../openapi/openapi.json");
    let built = nasij::app::openapi_document().expect("there is a document").json.clone();
    let first = built.lines().zip(committed.lines()).position(|(built, committed)| built != committed);
    assert!(
        built == committed,
        "openapi/openapi.json is not that of this build (first difference in line {}): \
         run `cargo run -- openapi > openapi/openapi.json`",
        first.map_or_else(|| "the last".to_owned(), |line| (line + 1).to_string()),
    );
}

/// The places at and below a schema where a generated client would have to make up the name of a type.
fn unnamed(schema: &Value, at: &str, found: &mut Vec<String>) {
    let alternatives = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
    let is_null = |schema: &&Value| schema["type"] == "null";
    let is_union = alternatives.is_some_and(|forms| forms.iter().filter(|form| !is_null(form)).count() > 1);
    if is_union || schema.get("allOf").is_some() || schema.get("properties").is_some() {
        found.push(at.to_owned());
    }
    below(schema, at, found);
}

/// As [`unnamed`], but for the schema itself, which has a name.
fn below(schema: &Value, at: &str, found: &mut Vec<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        unnamed(property, &format!("{at}.{name}"), found);
    }
    let parts = ["oneOf", "anyOf"].iter().filter_map(|parts| schema[*parts].as_array()).flatten();
    let values = ["items", "additionalProperties"].iter().filter_map(|values| schema.get(*values));
    parts.chain(values).for_each(|part| unnamed(part, at, found));
}

#[test]
fn every_object_and_every_union_has_a_name() {
    let document = document();
    let mut found = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        below(schema, name, &mut found);
    }
    for (method, path, operation) in operations(&document) {
        let responses = operation["responses"].as_object().expect("responses").values();
        for (media_type, media) in responses
            .chain([&operation["requestBody"]])
            .filter_map(|response| response["content"].as_object())
            .flatten()
            .filter(|(media_type, _)| media_type.ends_with("json"))
        {
            if media["schema"].get("$ref").is_none() && media["schema"]["type"] != "string" {
                found.push(format!("{method} {path} {media_type}"));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_operation_has_its_own_snake_case_name() {
    let operations = operations(&document());
    let names: Vec<&str> = operations
        .iter()
        .map(|(_, _, operation)| operation["operationId"].as_str().expect("a name"))
        .collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    for name in names {
        let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
        assert!(name.split('_').all(word), "{name}");
        assert!(name.contains('_'), "{name} says what is done, but not with what");
    }
}

#[test]
fn the_names_of_operations_say_what_they_do() {
    let wrong: Vec<String> = operations(&document())
        .into_iter()
        .filter(|(method, _, operation)| {
            let verbs: &[&str] = match method.as_str() {
                "get" => &["get_", "list_"],
                "post" => &["create_", "revoke_", "introspect_"],
                "put" => &["replace_"],
                "patch" => &["update_"],
                "delete" => &["delete_"],
                _ => &[],
            };
            let name = operation["operationId"].as_str().expect("a name");
            !verbs.iter().any(|verb| name.starts_with(verb))
        })
        .map(|(method, path, operation)| format!("{method} {path}: {}", operation["operationId"]))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_operation_is_explained_and_stands_under_a_known_tag() {
    let document = document();
    let tags: BTreeSet<&str> =
        document["tags"].as_array().expect("tags").iter().filter_map(|tag| tag["name"].as_str()).collect();
    assert!(document["tags"].as_array().expect("tags").iter().all(|tag| said(&tag["description"])));
    for (method, path, operation) in operations(&document) {
        let name = format!("{method} {path}");
        assert!(said(&operation["summary"]), "{name} has no summary");
        assert!(said(&operation["description"]), "{name} has no description");
        let of = operation["tags"].as_array().unwrap_or_else(|| panic!("{name} has no tag"));
        assert_eq!(of.len(), 1, "{name}");
        assert!(of.iter().all(|tag| tags.contains(tag.as_str().expect("a tag"))), "{name}: {of:?}");
        for (status, response) in operation["responses"].as_object().expect("responses") {
            let described = said(&response["description"]) || response.get("$ref").is_some();
            assert!(described, "{name}: {status} has no description");
        }
        if let Some(body) = operation.get("requestBody") {
            assert!(said(&body["description"]), "{name}: its body has no description");
        }
    }
}

#[test]
fn every_parameter_is_described_and_typed() {
    let document = document();
    for (method, path, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = resolved(&document, parameter);
            let place = format!("{method} {path}: {}", parameter["name"]);
            assert!(said(&parameter["description"]), "{place} has no description");
            assert!(parameter["schema"].is_object(), "{place} has no schema");
            if parameter["in"] == "path" {
                assert_eq!(parameter["required"], true, "{place}");
                assert!(
                    path.contains(&format!("{{{}}}", parameter["name"].as_str().expect("a name"))),
                    "{place}"
                );
            }
        }
    }
}

/// Whether a schema has a description, or one of its alternatives has.
fn described(schema: &Value) -> bool {
    let alternatives = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|name| schema[name].as_array());
    said(&schema["description"]) || alternatives.flatten().any(described)
}

#[test]
fn every_schema_and_every_property_is_described() {
    let document = document();
    let mut bare = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        if !described(schema) {
            bare.push(name.clone());
        }
        for (property, value) in schema["properties"].as_object().into_iter().flatten() {
            let place = format!("{name}.{property}");
            if !described(value) {
                bare.push(place);
            }
        }
    }
    assert!(bare.is_empty(), "without description: {bare:#?}");
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                    found.insert(reference.to_owned());
                }
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in &found {
        let pointer = reference.strip_prefix('#').expect("a reference into the document itself");
        assert!(document.pointer(pointer).is_some(), "nothing at {reference}");
    }
    for name in document["components"]["schemas"].as_object().expect("schemas").keys() {
        assert!(found.contains(&format!("#/components/schemas/{name}")), "nothing uses the schema {name}");
    }
}

#[test]
fn secured_operations_name_a_scope_that_there_is() {
    let document = document();
    let scopes = &document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"];
    for (method, path, operation) in operations(&document) {
        let secured = operation["security"].as_array().into_iter().flatten();
        for scope in secured.filter_map(|one| one["oauth2"].as_array()).flatten() {
            assert!(scopes.get(scope.as_str().expect("a scope")).is_some(), "{method} {path}: {scope}");
            for status in ["401", "403"] {
                assert!(operation["responses"].get(status).is_some(), "{method} {path} has no {status}");
            }
        }
    }
}

#[tokio::test]
async fn every_example_of_a_parameter_is_accepted_by_the_service() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    let mut refused = Vec::new();
    let document = document();
    for (method, template, operation) in operations(&document) {
        if method != "get" || template.contains("{id}") {
            continue;
        }
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let parameters: Vec<&Value> =
            parameters.iter().map(|parameter| resolved(&document, parameter)).collect();
        let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let path = parameters.iter().filter(|parameter| parameter["in"] == "path").fold(
            template.clone(),
            |path, parameter| {
                let name = parameter["name"].as_str().expect("a name");
                path.replace(&format!("{{{name}}}"), &word(&parameter["example"]))
            },
        );
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().expect("a name");
            // A cursor comes from an answer, a radius goes with its place.
            let Some(example) = parameter.get("example").filter(|_| !["cursor", "radius_km"].contains(&name))
            else {
                continue;
            };
            let asked = crate::steps::with(&path, name, &word(example));
            let status = app.get_as(&token, &asked).await.status;
            if ![200, 304].contains(&status) {
                refused.push(format!("{asked} → {status}"));
            }
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}
