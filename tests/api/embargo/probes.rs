//! Every question that the OpenAPI document knows: each read, with every identifier that there is, and each list with
//! every word of every parameter.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use reqwest::Method;
use serde_json::Value;

use crate::app::App;
use crate::steps::with;

/// What is known by which name in a path; hidden things as well, for they must not be found by their names either.
pub(super) type Names = BTreeMap<&'static str, Vec<String>>;

/// Reads that tell of the service, not of its records.
const OF_THE_SERVICE: [&str; 2] = ["/readyz", "/openapi"];

/// The first and the last of each kind: one that is chosen or public, and one that is not.
pub(super) fn ends(names: &Names) -> Names {
    let ends = |names: &Vec<String>| -> Vec<String> {
        let mut ends = vec![names[0].clone(), names[names.len() - 1].clone()];
        ends.dedup();
        ends
    };
    names.iter().map(|(kind, names)| (*kind, ends(names))).collect()
}

/// All questions: every path with every name, and with every parameter those of the first and the last of each kind.
/// `words` are searched for, and stand for any text that a parameter takes.
pub(super) async fn questions(app: &App, names: &Names, words: &[&str]) -> Vec<String> {
    let document = app.get("/openapi.json").await.expect(200).json();
    let few = ends(names);
    let mut questions = Vec::new();
    for (template, operations) in document["paths"].as_object().expect("paths") {
        let Some(read) = operations.get("get") else { continue };
        if OF_THE_SERVICE.iter().any(|path| template.starts_with(path)) {
            continue;
        }
        let asked_more: BTreeSet<String> = filled(template, &few).into_iter().collect();
        for path in filled(template, names) {
            let with_parameters = asked_more.contains(&path);
            let path = if template.ends_with("/ranking")
                || template.ends_with("/proof")
                || template.ends_with("-progress")
            {
                with(&path, "kind", "city")
            } else {
                path
            };
            questions.push(path.clone());
            for parameter in read["parameters"].as_array().into_iter().flatten().filter(|_| with_parameters) {
                questions.extend(
                    asked_by(parameter, names, words).map(|(name, value)| with(&path, &name, &value)),
                );
            }
        }
    }
    questions
}

/// The paths of a template, with every name that fits.
pub(super) fn filled(template: &str, names: &Names) -> Vec<String> {
    let Some((before, rest)) = template.split_once('{') else { return vec![template.to_owned()] };
    let (parameter, after) = rest.split_once('}').expect("a whole template");
    let collection = before.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let key = if parameter == "id" { collection } else { parameter };
    let known =
        names.get(key).unwrap_or_else(|| panic!("{template}: say what {{{parameter}}} may be ({key})"));
    known.iter().flat_map(|name| filled(&format!("{before}{name}{after}"), names)).collect()
}

/// A parameter with everything that it takes.
fn asked_by<'a>(
    parameter: &'a Value,
    names: &'a Names,
    words: &'a [&str],
) -> impl Iterator<Item = (String, String)> + 'a {
    let name = parameter["name"].as_str().filter(|_| parameter["in"] == "query").unwrap_or_default();
    let schema = &parameter["schema"];
    let one = if schema["items"].is_object() { &schema["items"] } else { schema };
    let values: Vec<String> = if let Some(allowed) = one["enum"].as_array() {
        let words: Vec<String> = allowed.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        // Fields narrow what is shown: together they show what each would.
        if name == "fields" { vec![words.join(",")] } else { words }
    } else if one["format"] == "uuid" {
        // A hidden one and a public one of each kind are enough.
        names
            .values()
            .filter(|names| names[0].len() == 36)
            .filter_map(|names| names.last())
            .cloned()
            .collect()
    } else if one["format"] == "date-time" {
        vec![nasij::database::types::UtcTime::now().plus_seconds(-3600).to_string()]
    } else if one["format"] == "date" {
        vec!["2026-01-01".to_owned()]
    } else if one["type"] == "boolean" {
        vec!["true".to_owned()]
    } else if name == "limit" {
        vec!["1".to_owned()]
    } else if one["type"] == "string" && name != "cursor" {
        words.iter().map(|word| (*word).to_owned()).collect()
    } else {
        Vec::new()
    };
    let values = if name.is_empty() || name == "lang" { Vec::new() } else { values };
    values.into_iter().map(move |value| (name.to_owned(), value))
}

/// What comes back, byte by byte: status, headers and body, without what differs from one request to the next.
pub(super) async fn bytes(app: &App, token: Option<&str>, path: &str) -> String {
    bytes_of(app, token, Method::GET, path, None).await
}

/// As [`bytes`], of any request. A write is asked for with any version.
pub(super) async fn bytes_of(
    app: &App,
    token: Option<&str>,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> String {
    // A body that is not read closes the connection, or not, as it comes.
    const EACH_TIME: [&str; 7] = [
        "date",
        "x-request-id",
        "ratelimit",
        "ratelimit-policy",
        "content-length",
        "server-timing",
        "connection",
    ];
    let merged = method == Method::PATCH;
    let mut request = app.request(method, path);
    if let Some(token) = token {
        request = request.token(token);
    }
    if let Some(body) = body {
        let media_type = if merged { "application/merge-patch+json" } else { "application/json" };
        request = request.if_match("*").body(media_type, body.to_string());
    }
    let answer = request.send_unchecked().await;
    let (status, header) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.expect("a body");
    let mut headers: Vec<String> = header
        .iter()
        .filter(|(name, _)| !EACH_TIME.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    headers.sort();
    let mut body = String::from_utf8_lossy(&body).into_owned();
    if let Some(id) = header.get("x-request-id").and_then(|id| id.to_str().ok()) {
        body = body.replace(id, "…");
    }
    // A cursor is sealed anew each time.
    static SEALED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#""(next|prev)":"[^"]+"|cursor=[A-Za-z0-9_-]+"#).expect("a pattern"));
    let told = format!("{status}\n{}\n\n{body}", headers.join("\n"));
    SEALED.replace_all(&told, "…").into_owned()
}
