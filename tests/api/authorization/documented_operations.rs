//! Every operation of the OpenAPI document with its lines of the table of authorisation.

use nasij::access::policy::{self, Rule};
use reqwest::Method;
use serde_json::Value;

use crate::app::App;

/// An operation of the document and a line of the table.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) needs_version: bool,
    pub(super) rule: Rule,
}

/// The identifiers of all operations of the document, with method, path and whether they need `If-Match`.
pub(super) async fn documented(app: &App) -> Vec<(String, Method, String, bool)> {
    let document = app.get("/openapi.json").await.expect(200).json();
    let mut found = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let parameters = operation["parameters"].as_array();
            let if_match = |parameter: &Value| parameter["$ref"] == "#/components/parameters/IfMatch";
            let needs_version = parameters.is_some_and(|parameters| parameters.iter().any(if_match));
            let method = method.to_uppercase().parse().expect("a method");
            found.push((id.to_owned(), method, path.clone(), needs_version));
        }
    }
    found
}

/// Every operation, once for each of its lines.
pub(super) async fn operations(app: &App) -> Vec<Operation> {
    let mut found = Vec::new();
    for (id, method, path, needs_version) in documented(app).await {
        let rules = policy::of(&id);
        assert!(!rules.is_empty(), "{id} is not in the table of authorisation");
        found.extend(rules.into_iter().map(|rule| Operation {
            method: method.clone(),
            path: path.clone(),
            needs_version,
            rule,
        }));
    }
    found
}
