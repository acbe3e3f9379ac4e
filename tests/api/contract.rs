//! Holds every answer against the service's own OpenAPI document: the operation by path and method, the response by
//! status, the headers, the media type, and the body against its schema (JSON Schema 2020-12).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::answer::Answer;

/// Whether `answer` is one that the document promises to `method` and `target` (path and query); if not, what is wrong.
pub(crate) fn check(method: &Method, target: &str, answer: &Answer) -> Result<(), String> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if answer.optional_header("x-request-id").is_none() && matches!(answer.status, 400 | 408 | 414 | 431) {
        // Refused before the request had reached the service.
        return Ok(());
    }
    let Some((template, operation)) = operation(method, path) else {
        // 404 and 405, CORS, and the explorer's own files.
        return if answer.status >= 400 { answer.check_problem() } else { Ok(()) };
    };
    let status = answer.status.to_string();
    let response = &operation["responses"][&status];
    if response.is_null() {
        return Err(format!("{method} {template} does not document the status {status}"));
    }
    let response = resolved(response);
    check_headers(response, answer, query)?;
    let content = response["content"].as_object();
    if *method == Method::HEAD || content.is_none() {
        return if answer.body.is_empty() { Ok(()) } else { Err("there should be no body".to_owned()) };
    }
    if answer.body.is_empty() && answer.optional_header("preference-applied") == Some("return=minimal") {
        return Ok(());
    }
    let media_type = answer.media_type().unwrap_or_default();
    let Some(media) = content.and_then(|content| content.get(media_type)) else {
        return Err(format!("{method} {template} does not document `{media_type}` for {status}"));
    };
    if media_type == "application/problem+json" {
        answer.check_problem()?;
    }
    let packed = answer.headers.contains_key("content-encoding");
    if packed || !(media_type.ends_with("/json") || media_type.ends_with("+json")) {
        return Ok(());
    }
    let body =
        serde_json::from_slice(&answer.body).map_err(|error| format!("the body is no JSON: {error}"))?;
    let faults: Vec<String> =
        validator(&media["schema"], asks_for_fields(query))?.iter_errors(&body).flat_map(told).collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the body of {status} {media_type} of {method} {template} does not fit its schema:\n{}",
        faults.join("\n")
    ))
}

/// A fault and where it is. Of alternatives the first is the one that counts: the complete form of a record.
fn told(fault: ValidationError<'_>) -> Vec<String> {
    match fault.kind {
        ValidationErrorKind::AnyOf { context } => {
            context.into_iter().take(1).flatten().flat_map(told).collect()
        }
        _ => vec![format!("  at `{}`: {fault}", fault.instance_path)],
    }
}

/// The operation that serves `path`, with the template of its path. A `HEAD` is promised what its `GET` is.
fn operation(method: &Method, path: &str) -> Option<(&'static str, &'static Value)> {
    let method = if *method == Method::HEAD { "get".to_owned() } else { method.as_str().to_lowercase() };
    let paths = document()["paths"].as_object()?;
    paths
        .iter()
        .filter(|(template, operations)| fits(template, path) && operations.get(&method).is_some())
        // Of `/v1/cities/{code}` and a literal path that both fit, the literal one.
        .min_by_key(|(template, _)| template.matches('{').count())
        .map(|(template, operations)| (template.as_str(), &operations[&method]))
}

fn fits(template: &str, path: &str) -> bool {
    let (templates, segments) = (template.split('/'), path.split('/'));
    templates.clone().count() == segments.clone().count()
        && templates.zip(segments).all(|(template, segment)| {
            template == segment
                || (template.starts_with('{') && template.ends_with('}') && !segment.is_empty())
        })
}

/// Documented headers that are only there when there is something to say.
const SOMETIMES: [&str; 4] = ["Content-Language", "Idempotent-Replayed", "WWW-Authenticate", "Retry-After"];

fn check_headers(response: &Value, answer: &Answer, query: &str) -> Result<(), String> {
    let documented = response["headers"].as_object().into_iter().flat_map(Map::keys);
    // What is streamed is not known before it has been sent.
    let streamed = query.split('&').any(|pair| pair == "limit=all");
    // What is embedded changes on its own: then nobody knows when anything changed last.
    let expanded = query.split('&').any(|pair| pair.starts_with("expand="));
    let unknown = |name: &str| {
        SOMETIMES.contains(&name) || (streamed && name == "ETag") || (expanded && name == "Last-Modified")
    };
    for name in documented.filter(|name| !unknown(name)) {
        if !answer.headers.contains_key(name.as_str()) {
            return Err(format!("the documented header {name} is missing"));
        }
    }
    if answer.status == 401 && !answer.headers.contains_key("www-authenticate") {
        return Err("a 401 without WWW-Authenticate".to_owned());
    }
    Ok(())
}

/// What a value is or refers to.
fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
        Some(pointer) => document().pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")),
        None => value,
    }
}

/// The document of this build, made strict.
fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let document = nasij::app::openapi_document().expect("there is a document");
        let mut document = serde_json::from_str(&document.json).expect("the document is JSON");
        forbid_the_undocumented(&mut document);
        document
    })
}

/// Clients must accept new fields; the service must not send any that it does not document.
fn forbid_the_undocumented(value: &mut Value) {
    if let Value::Object(object) = value {
        let closed = object.get("type") == Some(&json!("object"))
            && object.get("properties").is_some_and(Value::is_object);
        if closed && !object.contains_key("additionalProperties") && !object.contains_key("allOf") {
            object.insert("additionalProperties".to_owned(), json!(false));
        }
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(forbid_the_undocumented),
        Value::Array(items) => items.iter_mut().for_each(forbid_the_undocumented),
        _ => {}
    }
}

/// The validator of a schema of the document; made once for each. Only who asks for `fields` may get partial records.
fn validator(schema: &'static Value, partial: bool) -> Result<Arc<Validator>, String> {
    type Validators = HashMap<(String, bool), Arc<Validator>>;
    static VALIDATORS: OnceLock<Mutex<Validators>> = OnceLock::new();
    let mut validators =
        VALIDATORS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    let key = (schema.to_string(), partial);
    if let Some(validator) = validators.get(&key) {
        return Ok(validator.clone());
    }
    // References point into the document's components, so these come along.
    let mut complete =
        json!({"allOf": [schema], "components": {"schemas": document()["components"]["schemas"]}});
    if partial {
        allow_the_partial(&mut complete);
    }
    let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
    let validator =
        options.build(&complete).map_err(|fault| format!("the schema {schema} is unsound: {fault}"))?;
    Ok(validators.entry(key).or_insert(Arc::new(validator)).clone())
}

fn asks_for_fields(query: &str) -> bool {
    url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "fields")
}

/// Of records, which alone have this member, nothing is required when `fields` chose what is shown.
fn allow_the_partial(complete: &mut Value) {
    let schemas = complete["components"]["schemas"].as_object_mut().expect("schemas");
    for schema in
        schemas.values_mut().filter(|schema| schema["properties"].get("language_fallbacks").is_some())
    {
        schema["required"] = json!([]);
    }
}
