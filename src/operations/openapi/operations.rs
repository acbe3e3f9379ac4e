//! Completes an operation: the parameters, headers and problems that follow from its path and method.

use serde_json::{Value as JsonValue, json};

use super::components::{PROBLEMS, header_reference};
use super::places;
use super::schemas::reference;
use crate::http::{is_batch, is_question};

pub(super) fn complete_operation(path: &str, method: &str, operation: &mut JsonValue) {
    let resource = path.starts_with("/v1/");
    let protocol = path.starts_with("/oauth/");
    let mut references = Vec::new();
    let mut problems = vec![400, 500, 503];
    match method {
        "get" if has_etag(path) => references.push("IfNoneMatch"),
        "post" if is_question(path) => references.push("DryRun"),
        "post" if is_transition(path) => references.extend(["IfMatch", "IdempotencyKey", "Prefer", "DryRun"]),
        "post" if resource => references.extend(["IdempotencyKey", "Prefer", "DryRun"]),
        "put" | "patch" => references.extend(["IfMatch", "Prefer", "DryRun"]),
        "delete" => references.extend(["IfMatch", "DryRun"]),
        _ => {}
    }
    if !protocol {
        references.push("AcceptLanguage");
        if !has_parameter(operation, "lang") && takes_language(path, method) {
            references.push("Lang");
        }
    }
    if resource {
        // Public reads too: a token that is shown is judged, and it may be one of nobody here.
        problems.extend([401, 403]);
        problems.extend(match method {
            "get" => &[406][..],
            _ if is_question(path) => &[406, 409, 422],
            _ => &[409, 422],
        });
    }
    if operation.get("requestBody").is_some() && !protocol {
        problems.extend([408, 413, 415]);
        operation["requestBody"]["required"] = json!(true);
    }
    if path.contains('{') {
        problems.extend(if resource { &[404, 410][..] } else { &[404] });
    }
    if matches!(method, "put" | "patch" | "delete") || is_transition(path) {
        problems.extend([412, 428]);
    }
    // What is under embargo is not there to be read even by those who may see it until the jury has closed.
    if path.ends_with("/ranking") {
        problems.push(409);
    }
    if operation["responses"].get("206").is_some() {
        references.extend(["Range", "IfRange"]);
        problems.push(416);
    }
    if path == "/" {
        problems.push(406);
    }
    if path == "/.well-known/security.txt" {
        problems.push(404);
    }
    if is_limited(path) {
        problems.push(429);
    }
    problems.extend([414, 431]);
    if protocol {
        // What is refused before the protocol's own errors.
        problems = vec![403, 414, 429, 431];
    } else {
        add_parameters(operation, &references);
    }
    add_problems(operation, problems);
    add_response_headers(path, method, operation);
    add_formats(operation);
}

/// The media types that a list has beside JSON, by the words of its `format`.
fn add_formats(operation: &mut JsonValue) {
    if let Some(schema) = operation.pointer_mut("/responses/200/content/application~1geo+json/schema") {
        *schema = map_of("City");
        // The path has said the format.
        let others = ["format", "bom", "cursors", "count", "facet"].map(JsonValue::from);
        operation["parameters"].as_array_mut().into_iter().for_each(|parameters| {
            parameters.retain(|parameter| !others.contains(&parameter["name"]));
        });
        return;
    }
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let mut words =
        parameters.filter(|known| known["name"] == "format").map(|format| format["schema"]["enum"].clone());
    let Some(words) = words.next_back() else { return };
    let content = &mut operation["responses"]["200"]["content"];
    let list = content["application/json"]["schema"]["$ref"].as_str().unwrap_or_default();
    let item = list
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .trim_start_matches("List_")
        .trim_end_matches("List")
        .to_owned();
    let file = |description: &str| json!({"schema": {"type": "string", "description": description}});
    for word in words.as_array().into_iter().flatten() {
        match word.as_str() {
            Some("ndjson") => content["application/x-ndjson"] = file("An item a line, as JSON."),
            Some("csv") => content["text/csv"] = file("RFC 4180, with the columns that `format` tells."),
            Some("geojson") => {
                content["application/geo+json"] = json!({"schema": map_of(&item)});
            }
            Some("xlsx") => {
                content["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] = json!({"schema": {
                    "type": "string",
                    "format": "binary",
                    "description": "A workbook (ECMA-376) with the columns that `format` tells.",
                }});
            }
            _ => {}
        }
    }
}

/// The schema of a list of such items as GeoJSON.
fn map_of(item: &str) -> JsonValue {
    json!({"$ref": reference(&places::collection_of(item))})
}

/// A change of state: a `POST` that needs `If-Match` all the same.
fn is_transition(path: &str) -> bool {
    path.ends_with("/transitions")
}

/// Everything is limited, but for what watches over the service.
fn is_limited(path: &str) -> bool {
    !["/livez", "/readyz"].contains(&path)
}

/// Everything that is read has an ETag, but for what is never the same twice.
fn has_etag(path: &str) -> bool {
    !["/livez", "/readyz", "/.well-known/security.txt"].contains(&path)
}

/// What is written or read as one record tells when it changed last; what is computed from many does not.
fn has_time(path: &str, method: &str) -> bool {
    let computed = ["/eligibility", "/ranking"].iter().any(|end| path.ends_with(end));
    !is_question(path) && !is_batch(path) && !computed && (method != "get" || path.contains('{'))
}

/// A proof is what was signed, in all languages.
fn takes_language(path: &str, method: &str) -> bool {
    if path.ends_with("/proof") {
        return false;
    }
    path.starts_with("/v1/") || (method == "get" && (path == "/" || path.starts_with("/problems")))
}

pub(super) fn has_parameter(operation: &JsonValue, name: &str) -> bool {
    operation["parameters"]
        .as_array()
        .is_some_and(|parameters| parameters.iter().any(|known| known["name"] == name))
}

fn add_parameters(operation: &mut JsonValue, references: &[&str]) {
    if !operation["parameters"].is_array() {
        operation["parameters"] = json!([]);
    }
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters
            .extend(references.iter().map(|name| json!({"$ref": format!("#/components/parameters/{name}")})));
    }
}

fn add_problems(operation: &mut JsonValue, mut statuses: Vec<u16>) {
    statuses.sort_unstable();
    for (status, name, _) in PROBLEMS.iter().filter(|(status, ..)| statuses.contains(status)) {
        operation["responses"][status.to_string()] =
            json!({"$ref": format!("#/components/responses/{name}")});
    }
}

fn add_response_headers(path: &str, method: &str, operation: &mut JsonValue) {
    let mut names = vec!["X-Request-Id"];
    if is_limited(path) {
        names.extend(["RateLimit", "RateLimit-Policy"]);
    }
    let page = has_parameter(operation, "cursor");
    if method == "get" && has_etag(path) {
        names.extend(["Cache-Control", "ETag", "Vary"]);
    }
    if method != "delete" && path.starts_with("/v1/") {
        names.push("Content-Language");
        names.extend(if page { Some("Link") } else { has_time(path, method).then_some("Last-Modified") });
    }
    if is_batch(path) {
        names.push("Idempotent-Replayed");
    } else if matches!(method, "post" | "put" | "patch") && path.starts_with("/v1/") && !is_question(path) {
        names.push("ETag");
    }
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        if !status.starts_with('2') {
            continue;
        }
        for name in &names {
            response["headers"][name] = header_reference(name);
        }
        if status == "201" {
            response["headers"]["Location"] = header_reference("Location");
            response["headers"]["Idempotent-Replayed"] = header_reference("Idempotent-Replayed");
        }
    }
    if method == "get" && has_etag(path) {
        operation["responses"]["304"] = json!({
            "description": "The client has the current representation.",
            "headers": {"ETag": header_reference("ETag"), "X-Request-Id": header_reference("X-Request-Id")},
        });
    }
    if matches!(method, "put" | "patch") {
        operation["responses"]["204"] = json!({
            "description": "Done, with `Prefer: return=minimal`.",
            "headers": {"ETag": header_reference("ETag"), "X-Request-Id": header_reference("X-Request-Id")},
        });
    }
}
