//! The limits of bodies in the OpenAPI document are those of the service: what is at a limit is taken, what is beyond it is
//! refused, at its place and for that limit.

use std::collections::{BTreeMap, BTreeSet};

use nasij::access::Role;
use nasij::database::types::Id;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::body_examples::{example, name, records, takes_json};
use crate::jury_at_work::{JuryAtWork, evaluation_path};
use crate::openapi::{document, operations};
use crate::steps::faults;

/// The rules of how a value has to look; what else is wrong with one at its limit, no schema can tell.
const OF_FORM: [&str; 9] =
    ["blank", "characters", "email", "length", "one_of", "pattern", "range", "type", "url"];

/// A limit of the value at a place, what is within it and what is beyond, and what the service says of that.
struct Limit {
    place: String,
    keyword: &'static str,
    within: Option<Value>,
    beyond: Value,
    /// One of these; any, where the rules of the field say more than the schema.
    codes: &'static [&'static str],
}

/// Limits that are tried together, for the service tells all that is wrong at once. Others are tried one by one.
const TOGETHER: [&[&str]; 3] = [&["maxLength", "maxItems", "maximum"], &["minLength", "minimum"], &["enum"]];

/// The schemas of the OpenAPI document.
struct Schemas(Value);

impl Schemas {
    /// What a schema refers to; of "this or null", this.
    fn meant<'a>(&'a self, schema: &'a Value) -> &'a Value {
        if let Some(pointer) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
            return self.meant(self.0.pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")));
        }
        let alternatives = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
        let first = alternatives.into_iter().flatten().find(|alternative| alternative["type"] != "null");
        first.map_or(schema, |first| self.meant(first))
    }

    /// The schema of a member or an item.
    fn below<'a>(&'a self, schema: &'a Value, step: &str) -> &'a Value {
        let schema = self.meant(schema);
        let below = [&schema["properties"][step], &schema["items"], &schema["additionalProperties"]];
        self.meant(below.into_iter().find(|below| below.is_object()).expect("a schema"))
    }

    /// The places of all values that a body may have, the first item of each list, with the names that `body` has of what
    /// the schema does not name.
    fn places(&self, schema: &Value, body: &Value, at: &str, found: &mut Vec<String>) {
        let schema = self.meant(schema);
        found.push(at.to_owned());
        let named = schema["properties"].as_object().into_iter().flat_map(|members| members.keys().cloned());
        let unnamed =
            schema["additionalProperties"].as_object().and_then(|_| body.as_object()?.keys().next());
        let item = schema.get("items").map(|_| "0".to_owned());
        for step in named.chain(unnamed.cloned()).chain(item) {
            let within = body.pointer(&format!("/{step}")).unwrap_or(&Value::Null);
            self.places(self.below(schema, &step), within, &format!("{at}/{step}"), found);
        }
    }

    /// A value that fits a schema, though perhaps not the rules beyond it.
    fn sample(&self, schema: &Value) -> Value {
        let schema = self.meant(schema);
        if let Some(example) = schema["examples"].get(0).or_else(|| schema.get("example")) {
            return example.clone();
        }
        if let Some(words) = schema["enum"].as_array() {
            return words[0].clone();
        }
        match kind(schema) {
            "object" => {
                let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
                required.map(|name| (name.to_owned(), self.sample(self.below(schema, name)))).collect()
            }
            "array" => self.list(schema, schema["minItems"].as_u64().unwrap_or(0)),
            "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(0)),
            "boolean" => json!(true),
            _ => text(schema, schema["minLength"].as_u64().unwrap_or(0).max(1)),
        }
    }

    fn list(&self, schema: &Value, length: u64) -> Value {
        let item = self.sample(&schema["items"]);
        (0..length).map(|_| item.clone()).collect()
    }

    /// Puts a value at a place of a body, in a list as its first item. What is not there on the way is made.
    fn put(&self, body: &mut Value, schema: &Value, place: &[&str], value: Value) {
        let [step, rest @ ..] = place else {
            *body = value;
            return;
        };
        if body.is_null() {
            *body = self.sample(schema);
        }
        let below = match body {
            Value::Array(items) => {
                if items.is_empty() {
                    items.push(Value::Null);
                }
                &mut items[0]
            }
            other => &mut other[*step],
        };
        self.put(below, self.below(schema, step), rest, value);
    }

    /// The limits that a schema sets to the value at a place.
    fn limits(&self, schema: &Value, place: &str) -> Vec<Limit> {
        let mut limits = Vec::new();
        let mut limit = |keyword, within, beyond, codes| {
            limits.push(Limit { place: place.to_owned(), keyword, within, beyond, codes });
        };
        let size = |keyword: &str| schema[keyword].as_u64();
        if let Some(longest) = size("maxLength") {
            limit("maxLength", Some(text(schema, longest)), text(schema, longest + 1), &["length"]);
        }
        if let Some(shortest) = size("minLength") {
            let beyond = text(schema, shortest - 1);
            let within = (schema.get("format").is_none()).then(|| text(schema, shortest));
            limit("minLength", within, beyond, &["length", "blank", "pattern"]);
        }
        if let Some(most) = size("maxItems") {
            limit("maxItems", Some(self.list(schema, most)), self.list(schema, most + 1), &["length"]);
        }
        if let Some(fewest) = size("minItems") {
            limit("minItems", Some(self.list(schema, fewest)), self.list(schema, fewest - 1), &["length"]);
        }
        for (keyword, step) in [("maximum", 1), ("minimum", -1)] {
            if let Some(bound) = schema[keyword].as_i64() {
                limit(keyword, Some(json!(bound)), json!(bound + step), &["range"]);
            }
        }
        if let Some(words) = schema["enum"].as_array() {
            limit("enum", words.last().cloned(), json!("~"), &["one_of"]);
        }
        for keyword in ["pattern", "format"] {
            if schema.get(keyword).is_some() && kind(schema) == "string" {
                limit(keyword, None, json!("~"), &[]);
            }
        }
        limits
    }
}

/// The type that a schema wants, `null` aside.
fn kind(schema: &Value) -> &str {
    let words =
        schema["type"].as_array().map_or_else(|| vec![&schema["type"]], |words| words.iter().collect());
    words.into_iter().filter_map(Value::as_str).find(|word| *word != "null").unwrap_or_default()
}

/// A text of a length, in the form that the schema names.
fn text(schema: &Value, length: u64) -> Value {
    let length = usize::try_from(length).expect("a length");
    let beginning = match schema["format"].as_str() {
        Some("iri" | "uri") => "https://example.org/",
        Some("email") => "a@",
        Some("date") => return json!("2026-01-31"),
        Some("date-time") => return json!("2026-01-31T09:00:00Z"),
        Some("uuid") => return json!(Id::new()),
        _ => "",
    };
    let is_label_full = |place: usize| schema["format"] == "email" && place % 60 == 59 && place + 1 < length;
    let rest = (beginning.len()..length).map(|place| if is_label_full(place) { '.' } else { 'x' });
    json!(beginning.chars().chain(rest).take(length).collect::<String>())
}

/// An operation that is asked with all kinds of bodies.
struct Asked<'a> {
    app: &'a App,
    token: &'a str,
    method: Method,
    path: String,
    media_type: String,
}

impl Asked<'_> {
    /// The faults that a rehearsal with `body` tells.
    async fn faults(&self, body: &Value) -> (u16, BTreeSet<(String, String)>) {
        let request = self.app.request(self.method.clone(), &format!("{}?dry_run=true", self.path));
        let request = request.token(self.token).if_match("*").body(&self.media_type, body.to_string());
        let answer = request.send_unchecked().await;
        let status = answer.status().as_u16();
        (status, faults(&answer.json().await.expect("JSON")))
    }

    /// Tries all limits of a schema. Returns how many there are.
    async fn try_limits(&self, schemas: &Schemas, schema: &Value, example: &Value) -> usize {
        let mut places = Vec::new();
        schemas.places(schema, example, "", &mut places);
        let of_place = |place: &String| {
            let steps = place.split('/').skip(1);
            schemas
                .limits(steps.fold(schemas.meant(schema), |schema, step| schemas.below(schema, step)), place)
        };
        let mut rest: Vec<Limit> = places.iter().flat_map(of_place).collect();
        let number = rest.len();
        for keywords in TOGETHER {
            let (together, others) = rest.into_iter().partition(|limit| keywords.contains(&limit.keyword));
            rest = others;
            self.try_together(schemas, schema, example, together).await;
        }
        for limit in rest {
            self.try_together(schemas, schema, example, vec![limit]).await;
        }
        number
    }

    async fn try_together(&self, schemas: &Schemas, schema: &Value, example: &Value, limits: Vec<Limit>) {
        if limits.is_empty() {
            return;
        }
        // A patch has nothing but what it changes.
        let begun = || if self.method == Method::PATCH { json!({}) } else { example.clone() };
        let (mut within, mut beyond) = (begun(), begun());
        for limit in &limits {
            let steps: Vec<&str> = limit.place.split('/').skip(1).collect();
            schemas.put(&mut beyond, schema, &steps, limit.beyond.clone());
            if let Some(value) = &limit.within {
                schemas.put(&mut within, schema, &steps, value.clone());
            }
        }
        let (refused, beyond) = self.faults(&beyond).await;
        let (answered, within) = self.faults(&within).await;
        for Limit { place, keyword, codes, .. } in limits {
            let asked = format!("{} {} {keyword} of {place}", self.method, self.path);
            let is_told = |told: &BTreeSet<(String, String)>, codes: &[&str]| {
                told.iter()
                    .any(|(at, code)| *at == place && (codes.is_empty() || codes.contains(&code.as_str())))
            };
            assert!(refused == 422 && is_told(&beyond, codes), "beyond {asked}: {refused} {beyond:?}");
            assert!(answered < 500 && ![401, 403].contains(&answered), "{asked}: {answered}");
            assert!(!is_told(&within, &OF_FORM), "at {asked}: {answered} {within:?}");
        }
    }
}

/// The path of an operation: of a record that there is, or else of one that there is not. Bodies are read before anybody
/// looks for it.
fn path(template: &str, records: &BTreeMap<String, String>) -> String {
    let segment = |segment: &str| match segment {
        "{year}" => "2031".to_owned(),
        unknown if unknown.starts_with('{') => Id::new().to_string(),
        literal => literal.to_owned(),
    };
    let unknown = || template.split('/').map(segment).collect::<Vec<_>>().join("/");
    records.get(template).cloned().unwrap_or_else(unknown)
}

/// Tries the limits of the operations that `chosen` chooses, each with the first token that it takes.
async fn try_operations(
    app: &App,
    tokens: &[String],
    records: &BTreeMap<String, String>,
    chosen: impl Fn(&str) -> bool,
) -> usize {
    let schemas = Schemas(document());
    let mut tried = 0;
    for (method, template, operation) in operations(&schemas.0) {
        if !template.starts_with("/v1/") || !takes_json(&operation) || !chosen(&template) {
            continue;
        }
        let (media_type, body) = example(&schemas.0, &operation).expect("an example");
        let schema = &operation["requestBody"]["content"][&media_type]["schema"];
        let method: Method = method.to_uppercase().parse().expect("a method");
        let mut asked = Asked { app, token: &tokens[0], method, path: path(&template, records), media_type };
        for token in tokens {
            asked.token = token;
            if asked.faults(&body).await.0 != 403 {
                break;
            }
        }
        let of_it = asked.try_limits(&schemas, schema, &body).await;
        assert!(of_it > 0, "{} has no limits", name(&operation));
        tried += of_it;
    }
    tried
}

#[tokio::test]
async fn what_the_schema_of_a_body_permits_the_service_takes_and_nothing_beyond() {
    let app = App::start().await;
    let mut tokens = vec![app.token_of(app.admin()).await];
    let records = records(&app, &tokens[0]).await;
    for role in [Role::MinistryOfficer, Role::IcsoOfficer, Role::JuryChair, Role::Juror] {
        tokens.push(app.token(role).await);
    }
    let tried = try_operations(&app, &tokens, &records, |path| !path.contains("/{evaluation_id}")).await;
    assert!(tried > 400, "only {tried}");
}

#[tokio::test]
async fn what_the_schema_of_a_score_sheet_permits_the_service_takes_and_nothing_beyond() {
    let jury = JuryAtWork::new(1, &["fes"]).await;
    let (nomination, juror) = (&jury.nominations[0], &jury.jurors[0]);
    let evaluation = jury.draft(nomination, juror).await;
    let template = "/v1/nominations/{id}/evaluations/{evaluation_id}";
    let records = BTreeMap::from([(template.to_owned(), evaluation_path(&evaluation))]);
    let tokens = [juror.token.clone()];
    let tried = try_operations(&jury.app, &tokens, &records, |path| path.starts_with(template)).await;
    assert!(tried > 10, "only {tried}");
}
