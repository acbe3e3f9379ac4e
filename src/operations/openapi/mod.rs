//! The OpenAPI document: what utoipa collects from the handlers, completed by what holds for every operation (headers,
//! problem responses, conditional requests), which is said here once.

mod authorization;
mod components;
mod naming;
mod operations;
mod places;
mod schemas;

use std::sync::OnceLock;

use actix_web::web::Bytes;
use serde_json::{Value as JsonValue, json};

use authorization::describe_authorization;
use components::complete_components;
use naming::{join_parts, name_holders, name_schemas};
use operations::complete_operation;
use schemas::{
    allow_fallbacks_in_documents, describe_bodies, describe_merge_patches, describe_records,
    hoist_descriptions,
};

use crate::error::{Error, Result};

/// The finished document.
#[derive(Debug, Clone)]
pub struct OpenApiDocument {
    /// As JSON, pretty-printed.
    pub json: String,
    value: JsonValue,
    json_body: Bytes,
    yaml_body: OnceLock<Bytes>,
}

const TAGS: [(&str, &str); 16] = [
    (
        "access",
        "Access tokens (OAuth 2.0 client credentials) and the documents that clients discover them by.",
    ),
    ("accounts", "The people and systems that may write: their roles, scopes and secrets."),
    ("associations", "The register of associations and their fields of activity."),
    ("audit", "Who changed what and when, and who was refused what."),
    (
        "deliberations",
        "The closing of a jury, with the commitment that it publishes, and how ties are decided.",
    ),
    (
        "designations",
        "Decisions on the title and the honours: proposed, signed by the ministry and ICSO, published.",
    ),
    ("discovery", "The way in: links, catalogue, this document."),
    (
        "editions",
        "The editions of the Capital of Moroccan civil society since 2018, their events, partners, criteria and honours.",
    ),
    ("evaluations", "The jury at work: assignments, declarations of conflicts, score sheets."),
    ("imports", "Registers of other systems that come in as files."),
    (
        "institution-keys",
        "The keys with which officers of the ministry and of ICSO sign designations, away from the service.",
    ),
    ("keeping", "What was deleted, and the way back for it."),
    ("nominations", "Nominations of cities and associations for an edition."),
    ("operations", "Health, measurements and the meaning of problems."),
    (
        "results",
        "Published results, the ranking that they rest on, and the proof from which anyone recomputes them.",
    ),
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
                    describe_authorization(operation);
                    complete_operation(path, method, operation);
                }
            }
        }
        hoist_descriptions(&mut value);
        join_parts(&mut value);
        name_schemas(&mut value);
        describe_bodies(&mut value);
        describe_merge_patches(&mut value);
        describe_records(&mut value);
        allow_fallbacks_in_documents(&mut value);
        name_holders(&mut value);
        let json = serde_json::to_string_pretty(&value).map_err(Error::internal)? + "\n";
        let json_body = Bytes::copy_from_slice(json.as_bytes());
        Ok(Self { json, value, json_body, yaml_body: OnceLock::new() })
    }

    /// The JSON as the body of an answer: all answers share it, however slowly they are read.
    pub fn json_body(&self) -> Bytes {
        self.json_body.clone()
    }

    /// As YAML, made when it is first asked for; a body that is shared as well.
    pub fn yaml_body(&self) -> Result<Bytes> {
        if let Some(yaml) = self.yaml_body.get() {
            return Ok(yaml.clone());
        }
        let yaml = serde_norway::to_string(&self.value).map_err(Error::internal)?;
        Ok(self.yaml_body.get_or_init(|| yaml.into()).clone())
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
