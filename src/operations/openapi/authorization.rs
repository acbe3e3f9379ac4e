//! Completes an operation with who may use it, from the table of authorisation.

use serde_json::{Value as JsonValue, json};

use crate::access::policy::{self, Grant, Rule, Who};

/// Tells programs (`security`) and people (the description) who may use the operation. One that is not in the table has
/// nothing of this; a test finds it.
pub(super) fn describe_authorization(operation: &mut JsonValue) {
    let Some(id) = operation["operationId"].as_str().map(str::to_owned) else { return };
    let (rules, views) = (policy::of(&id), policy::views_of(&id));
    let security = security(&rules);
    // No token is needed: generated clients would demand one if any were named. With one some see more, unless it is the
    // client's credentials that count: `x-optional-security` names it.
    if security.is_empty() && !rules.iter().any(|rule| matches!(rule.who, Who::Client)) && !views.is_empty() {
        operation["x-optional-security"] = JsonValue::Array(self::security(&views));
    }
    let sentence = policy::sentence(&id);
    operation["security"] = JsonValue::Array(security);
    if let Some(sentence) = sentence {
        let description = operation["description"].as_str().unwrap_or_default();
        operation["description"] = json!(format!("{}\n\n{sentence}", description.trim_end()));
    }
}

/// Each scope that lets somebody in, once; a grant without a scope needs any token.
fn security(rules: &[Rule]) -> Vec<JsonValue> {
    let mut security: Vec<JsonValue> = Vec::new();
    for Grant { scope, .. } in rules.iter().flat_map(Rule::grants) {
        let requirement = json!({"oauth2": scope.iter().collect::<Vec<_>>()});
        if !security.contains(&requirement) {
            security.push(requirement);
        }
    }
    security
}
