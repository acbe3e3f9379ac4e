//! The OpenAPI document: what utoipa collects from the handlers, completed by what holds for every operation (headers,
//! problem responses, conditional requests), which is said here once.

use serde_json::{Map, Value as JsonValue, json};

use utoipa::PartialSchema as _;

use crate::access::Scope;
use crate::error::problem::Problem;
use crate::error::violation::FieldProblem;
use crate::error::{Error, Result};

/// The finished document.
#[derive(Debug, Clone)]
pub struct OpenApiDocument {
    /// As JSON, pretty-printed.
    pub json: String,
    value: JsonValue,
}

const TAGS: [(&str, &str); 8] = [
    (
        "access",
        "Access tokens (OAuth 2.0 client credentials) and the documents that clients discover them by.",
    ),
    ("associations", "The register of associations and their fields of activity."),
    ("audit", "Who changed what and when."),
    ("discovery", "The way in: links, catalogue, this document."),
    (
        "editions",
        "The editions of the Capital of Moroccan civil society since 2018, their events, partners, criteria and honours.",
    ),
    ("nominations", "Nominations of cities and associations for an edition."),
    ("operations", "Health, measurements and the meaning of problems."),
    (
        "territory",
        "Regions, provinces and cities of Morocco. Credit: Haut-Commissariat au Plan, RGPH 2024 (CC BY 4.0), modified; places: GeoNames (CC BY 4.0).",
    ),
];

const DESCRIPTION: &str = "\
The public register of Morocco's initiative *Capital of Moroccan civil society* (عاصمة المجتمع المدني).

**Reading** needs no token. Texts are objects by language (`ar`, `fr`, `zgh`, `en`); `lang=fr` flattens them. Lists are
paged by opaque cursors (`page.next`, or the `Link` header). Search (`q`) folds accents, Arabic spelling marks and case,
and forgives a wrong letter.

**Writing** needs an access token: *Authorize* with your client id and secret. Creations may carry an
`Idempotency-Key`, so that a retry never doubles them; changes need `If-Match` with the `ETag` that was read, so that
nobody's change is overwritten unseen. `dry_run=true` checks everything and keeps nothing.

**Errors** are problem documents (RFC 9457) in Arabic, French or English, which name the field, the reason and the way
out.

Data: Haut-Commissariat au Plan, RGPH 2024 (CC BY 4.0), modified; GeoNames (CC BY 4.0).";

/// Problems by status: name of the shared response and what it means.
const PROBLEMS: [(u16, &str, &str); 15] = [
    (400, "BadRequest", "The request could not be understood: a parameter, a header or malformed JSON."),
    (401, "Unauthorized", "The token is missing, wrong or expired."),
    (403, "Forbidden", "The token lacks a scope, or the account's role does not allow this here."),
    (404, "NotFound", "There is no such record."),
    (406, "NotAcceptable", "None of the accepted formats is available."),
    (408, "RequestTimeout", "The request did not arrive in time."),
    (409, "Conflict", "Another record has these values, or the state does not allow it."),
    (410, "Gone", "The record was deleted."),
    (412, "PreconditionFailed", "The record changed since it was read; `ETag` is the current one."),
    (413, "ContentTooLarge", "The body is too large."),
    (415, "UnsupportedMediaType", "The body has another media type than expected."),
    (422, "UnprocessableContent", "The content cannot be accepted; `errors` says what to correct."),
    (428, "PreconditionRequired", "`If-Match` is missing."),
    (500, "InternalServerError", "A defect of the service."),
    (503, "ServiceUnavailable", "The service is temporarily unavailable; see `Retry-After`."),
];

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

impl OpenApiDocument {
    /// Completes what utoipa has collected.
    pub fn complete(collected: &utoipa::openapi::OpenApi) -> Result<Self> {
        let mut value = serde_json::to_value(collected).map_err(Error::internal)?;
        value["openapi"] = json!("3.1.0");
        value["info"] = info();
        value["servers"] = json!([{"url": "/", "description": "This service."}]);
        value["tags"] = TAGS.iter().map(|(name, text)| json!({"name": name, "description": text})).collect();
        complete_components(&mut value["components"]);
        for (path, operations) in value["paths"].as_object_mut().into_iter().flatten() {
            for method in METHODS {
                if let Some(operation) = operations.get_mut(method) {
                    complete_operation(path, method, operation);
                }
            }
        }
        hoist_descriptions(&mut value);
        describe_merge_patches(&mut value);
        allow_partial_items(&mut value);
        let json = serde_json::to_string_pretty(&value).map_err(Error::internal)? + "\n";
        Ok(Self { json, value })
    }

    /// As YAML.
    pub fn yaml(&self) -> Result<String> {
        serde_norway::to_string(&self.value).map_err(Error::internal)
    }

    /// The methods of each path.
    pub fn methods(&self) -> Vec<(String, Vec<String>)> {
        let paths = self.value["paths"].as_object().into_iter().flatten();
        paths
            .map(|(path, operations)| {
                let methods = METHODS.iter().filter(|method| operations.get(method).is_some());
                (path.clone(), methods.map(|method| method.to_uppercase()).collect())
            })
            .collect()
    }
}

fn info() -> JsonValue {
    json!({
        "title": "Nasij: Capital of Moroccan civil society",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "The public register of cities, editions, associations and nominations.",
        "description": DESCRIPTION,
        "contact": {"name": "Nasij", "url": "https://www.mcrp.gov.ma/"},
        "license": {
            "name": "European Union Public Licence 1.2",
            "url": "https://spdx.org/licenses/EUPL-1.2.html",
        },
    })
}

fn complete_components(components: &mut JsonValue) {
    let scopes: Map<String, JsonValue> =
        Scope::ALL.iter().map(|scope| (scope.to_string(), json!(scope.description()))).collect();
    components["securitySchemes"] = json!({"oauth2": {
        "type": "oauth2",
        "description": "Client credentials (RFC 6749, 4.4); access tokens as in RFC 9068.",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": scopes}},
    }});
    components["schemas"]["Problem"] = json!(Problem::schema());
    components["schemas"]["FieldProblem"] = json!(FieldProblem::schema());
    components["responses"] = PROBLEMS
        .iter()
        .map(|(status, name, meaning)| {
            let mut headers = json!({"X-Request-Id": header_reference("X-Request-Id")});
            for header in problem_headers(*status) {
                headers[header] = header_reference(header);
            }
            let response = json!({
                "description": meaning,
                "headers": headers,
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            });
            ((*name).to_owned(), response)
        })
        .collect::<Map<_, _>>()
        .into();
    components["headers"] = headers();
    components["parameters"] = parameters();
}

fn problem_headers(status: u16) -> &'static [&'static str] {
    match status {
        401 | 403 => &["WWW-Authenticate"],
        412 => &["ETag"],
        503 => &["Retry-After"],
        _ => &[],
    }
}

fn header_reference(name: &str) -> JsonValue {
    json!({"$ref": format!("#/components/headers/{name}")})
}

fn headers() -> JsonValue {
    let text = |description: &str, example: &str| json!({"description": description, "schema": {"type": "string"}, "example": example});
    json!({
        "Cache-Control": text("How long the answer may be kept, and by whom.", "public, max-age=60"),
        "Content-Language": text("The language of the texts, when one was asked for.", "fr"),
        "ETag": text("Names this representation; send it back in `If-None-Match` or `If-Match`.", "\"3-q0n6T2m1Zc8yq1aR\""),
        "Idempotent-Replayed": text("`true` when this is the answer to an earlier request with the same key.", "true"),
        "Last-Modified": text("When the record changed last.", "Mon, 23 Nov 2026 09:00:00 GMT"),
        "Link": text("The first, next and previous page (RFC 8288).", "</v1/cities?cursor=abc>; rel=\"next\""),
        "Location": {
            "description": "The path of the new record.",
            "schema": {"type": "string", "format": "uri-reference"},
            "example": "/v1/cities/02.411.01.23",
        },
        "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}, "example": 2},
        "Vary": text("The request headers that the answer depends on.", "Accept, Accept-Language"),
        "WWW-Authenticate": text("What is missing (RFC 6750).", "Bearer realm=\"nasij\""),
        "X-Request-Id": text("Identifies the request in the service's log.", "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"),
    })
}

fn parameters() -> JsonValue {
    // The examples stand in the descriptions: as `example` the explorer would send them.
    let header = |name: &str, required: bool, schema: JsonValue, description: &str| json!({"name": name, "in": "header", "required": required, "description": description, "schema": schema});
    let text = || json!({"type": "string"});
    let entity_tags = r#"^(\*|(W/)?"[^"]*"( *, *(W/)?"[^"]*")*)$"#;
    json!({
        "AcceptLanguage": header(
            "Accept-Language", false, text(),
            "As `lang`, when that is not given; also chooses the language of problems. Such as `fr-MA, ar;q=0.8`.",
        ),
        "DryRun": {
            "name": "dry_run", "in": "query", "required": false,
            "description": "Checks everything and answers as usual, but keeps nothing.",
            "schema": {"type": "boolean", "default": false},
        },
        "IdempotencyKey": header(
            "Idempotency-Key", false, json!({"type": "string", "minLength": 1, "maxLength": 255}),
            "Any text that is new for each new request, such as a UUID: within 24 hours a retry with the same key and \
             content gets the first answer again instead of writing twice.",
        ),
        "IfMatch": header(
            "If-Match", true, json!({"type": "string", "pattern": entity_tags}),
            "The `ETag` of the record as it was read, such as `\"3-q0n6T2m1Zc8yq1aR\"`. When the record has changed \
             since, nothing is written (412).",
        ),
        "IfNoneMatch": header(
            "If-None-Match", false, text(),
            "The `ETag` of what the client has: 304 when it is still current.",
        ),
        "Lang": {
            "name": "lang", "in": "query", "required": false,
            "description": "Flattens texts of the answer to plain strings in this language.",
            "schema": {"type": "string", "enum": ["ar", "fr", "zgh", "en", "all"]},
        },
        "Prefer": header(
            "Prefer", false, text(),
            "`return=minimal` leaves the representation out of the answer (RFC 7240).",
        ),
    })
}

fn complete_operation(path: &str, method: &str, operation: &mut JsonValue) {
    let resource = path.starts_with("/v1/");
    let protocol = path.starts_with("/oauth/");
    let mut references = Vec::new();
    let mut problems = vec![400, 500, 503];
    match method {
        "get" if has_etag(path) => references.push("IfNoneMatch"),
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
        problems.extend([401]);
        problems.extend(if method == "get" { &[406][..] } else { &[403, 409, 422] });
    }
    if method == "get" && resource && operation.get("security").is_some() {
        problems.push(403);
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
    if path == "/.well-known/security.txt" {
        problems.push(404);
    }
    if !protocol {
        add_parameters(operation, &references);
        add_problems(operation, problems);
    }
    add_response_headers(path, method, operation);
    if has_parameter(operation, "format") {
        operation["responses"]["200"]["content"]["application/geo+json"] =
            json!({"schema": feature_collection()});
    }
}

/// A change of state: a `POST` that needs `If-Match` all the same.
fn is_transition(path: &str) -> bool {
    path.ends_with("/transitions")
}

/// Everything that is read has an ETag, but for what is never the same twice.
fn has_etag(path: &str) -> bool {
    !["/livez", "/readyz", "/metrics", "/.well-known/security.txt"].contains(&path)
}

fn takes_language(path: &str, method: &str) -> bool {
    path.starts_with("/v1/") || (method == "get" && (path == "/" || path.starts_with("/problems")))
}

fn has_parameter(operation: &JsonValue, name: &str) -> bool {
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
    let page = has_parameter(operation, "cursor");
    if method == "get" && has_etag(path) {
        names.extend(["Cache-Control", "ETag", "Vary"]);
    }
    if method != "delete" && path.starts_with("/v1/") {
        names.push("Content-Language");
        names.extend(if page {
            Some("Link")
        } else {
            (method != "get" || path.contains('{')).then_some("Last-Modified")
        });
    }
    if matches!(method, "post" | "put" | "patch") && path.starts_with("/v1/") {
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

fn feature_collection() -> JsonValue {
    json!({
        "type": "object",
        "description": "A GeoJSON FeatureCollection (RFC 7946); the properties of a feature are those of the item.",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {
                "type": "object",
                "required": ["type", "geometry", "properties"],
                "properties": {
                    "type": {"type": "string", "enum": ["Feature"]},
                    "id": {"type": "string"},
                    "geometry": {"type": ["object", "null"]},
                    "properties": {"type": ["object", "null"]},
                },
            }},
        },
    })
}

/// utoipa leaves the description of an optional field within the alternative that refers to its type.
fn hoist_descriptions(document: &mut JsonValue) {
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

/// A merge patch has the fields of what a `PUT` of the same path takes, each optional and nullable (RFC 7396).
fn describe_merge_patches(document: &mut JsonValue) {
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
            *schema = json!({"$ref": format!("#/components/schemas/{patch}")});
            patches.insert(patch, merge_patch(name, &schemas[&format!("{name}Input")]));
        }
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.extend(patches);
    }
}

fn merge_patch(name: &str, input: &JsonValue) -> JsonValue {
    let properties: Map<String, JsonValue> = input["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(field, schema)| {
            let mut schema = schema.clone();
            let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            (field.clone(), json!({"description": description, "anyOf": [schema, {"type": "null"}]}))
        })
        .collect();
    json!({
        "type": "object",
        "description": format!("Fields of `{name}Input` to change; `null` makes one unknown."),
        "properties": properties,
        "additionalProperties": false,
    })
}

/// With `fields`, all but the key may be left out: wherever a listed schema is answered, its partial form may be.
fn allow_partial_items(document: &mut JsonValue) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    let listed: Vec<String> =
        schemas.keys().filter_map(|name| name.strip_prefix("List_").map(str::to_owned)).collect();
    let internal = internal_association(schemas);
    schemas.insert("InternalAssociation".to_owned(), internal);
    for name in &listed {
        let Some(schema) = schemas.get_mut(name) else { continue };
        add_view_properties(schema);
        let mut partial = schema.clone();
        let key = ["code", "id", "year"].into_iter().find(|key| partial["properties"].get(key).is_some());
        partial["required"] = json!(key.into_iter().collect::<Vec<_>>());
        partial["description"] = json!(format!("The fields of `{name}` that `fields` asked for."));
        schemas.insert(format!("Partial{name}"), partial);
        schemas[&format!("List_{name}")]["properties"]["items"]["items"] = either(name);
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
            *schema = either(name);
            if name == "Association"
                && let Some(forms) = schema["anyOf"].as_array_mut()
            {
                forms.push(json!({"$ref": "#/components/schemas/InternalAssociation"}));
            }
        }
    }
}

/// An association as those see it who keep the register.
fn internal_association(schemas: &Map<String, JsonValue>) -> JsonValue {
    let mut schema = schemas.get("Association").cloned().unwrap_or_default();
    add_view_properties(&mut schema);
    schema["description"] = json!("An association as those see it who keep the register, or represent it.");
    schema["properties"]["internal"] = json!({
        "$ref": "#/components/schemas/InternalRecord",
        "description": "What is never public.",
    });
    if let Some(required) = schema["required"].as_array_mut() {
        required.push(json!("internal"));
    }
    schema
}

fn either(name: &str) -> JsonValue {
    json!({"anyOf": [
        {"$ref": format!("#/components/schemas/{name}")},
        {"$ref": format!("#/components/schemas/Partial{name}")},
    ]})
}

/// What the view adds to a record of a list or a read.
fn add_view_properties(schema: &mut JsonValue) {
    schema["properties"]["language_fallbacks"] = json!({
        "type": "object",
        "description": "With `lang`: which texts were missing in that language, and the language shown instead.",
        "additionalProperties": {"type": "string", "enum": ["ar", "fr", "zgh", "en"]},
        "examples": [{"name": "ar"}],
    });
    schema["properties"]["match"] = json!({
        "type": "object",
        "description": "With `q`: which field and language matched.",
        "required": ["field"],
        "properties": {
            "field": {"type": "string", "examples": ["name"]},
            "language": {"type": "string", "enum": ["ar", "fr", "zgh", "en"]},
        },
    });
}
