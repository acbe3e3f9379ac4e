//! How a program or a person finds the way: the landing page, the API catalogue, the OpenAPI document, the security
//! contact.

use crate::http::routes::Routes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::openapi::OpenApiDocument;
use crate::config::Config;
use crate::database::types::UtcTime;
use crate::error::{Code, Error, Result};
use crate::http::negotiation;
use crate::http::parameters::Parameters;
use crate::http::representation::{self, View};
use crate::language::LocalizedText;
use crate::reference_data::initiative;

const LANDING_PAGE: &str = include_str!("landing.html");

/// The credits that the licences of the data ask for.
pub const CREDITS: [&str; 2] =
    ["Haut-Commissariat au Plan, RGPH 2024 (CC BY 4.0), modified", "GeoNames (CC BY 4.0)"];

/// Registers the discovery documents.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(get_landing_page)
        .service(get_api_root)
        .service(get_initiative)
        .service(get_openapi_json)
        .service(get_openapi_yaml)
        .service(get_api_catalog)
        .service(get_security_contact);
}

/// Where everything is.
#[derive(Debug, Serialize, ToSchema)]
struct Entrance {
    /// Name of the service.
    #[schema(examples("Nasij"))]
    name: &'static str,
    /// The release that answers.
    #[schema(examples("0.1.0"))]
    version: &'static str,
    /// The initiative that the register serves.
    title: LocalizedText,
    /// The collections and documents, by name.
    links: std::collections::BTreeMap<&'static str, &'static str>,
    /// The credit lines to show with the data.
    credits: Vec<&'static str>,
}

const LINKS: [(&str, &str); 14] = [
    ("accounts", "/v1/accounts"),
    ("activity_fields", "/v1/activity-fields"),
    ("api_catalog", "/.well-known/api-catalog"),
    ("associations", "/v1/associations"),
    ("cities", "/v1/cities"),
    ("docs", "/docs/"),
    ("editions", "/v1/editions"),
    ("initiative", "/v1/initiative"),
    ("institution_keys", "/v1/institution-keys"),
    ("nominations", "/v1/nominations"),
    ("openapi", "/openapi.json"),
    ("problems", "/problems"),
    ("provinces", "/v1/provinces"),
    ("regions", "/v1/regions"),
];

/// Get the entrance
///
/// Links to everything the service offers; a landing page for browsers (`Accept: text/html`).
#[utoipa::path(
    operation_id = "get_entrance",
    tag = "discovery",
    responses((status = 200, description = "Where everything is.", content(
        (Entrance = "application/json"),
        (String = "text/html"),
    ))),
)]
#[get("/")]
async fn get_landing_page(request: HttpRequest) -> Result<HttpResponse> {
    let view = view(&request)?;
    if negotiation::media_type(&request, &["application/json", "text/html"])? == "text/html" {
        let page = LANDING_PAGE.replace("{version}", env!("CARGO_PKG_VERSION"));
        return Ok(representation::document(&request, &view, "text/html; charset=utf-8", page, None));
    }
    let entrance = Entrance {
        name: "Nasij",
        version: env!("CARGO_PKG_VERSION"),
        title: initiative()?.title.into(),
        links: LINKS.into_iter().collect(),
        credits: CREDITS.to_vec(),
    };
    let body = view.show(&entrance).to_string();
    let catalog = "</.well-known/api-catalog>; rel=\"api-catalog\", </openapi.json>; rel=\"service-desc\", \
                   </docs/>; rel=\"service-doc\"";
    Ok(representation::document(&request, &view, "application/json", body, Some(catalog.to_owned())))
}

/// Where the collections are.
#[derive(Debug, Serialize, ToSchema)]
struct ApiRoot {
    /// The collections and documents of this version of the API, by name.
    links: std::collections::BTreeMap<&'static str, &'static str>,
}

/// Get the links of this version
///
/// Links to the collections of version 1 of the API, and to what describes it.
#[utoipa::path(
    operation_id = "get_api_root",
    tag = "discovery",
    responses((status = 200, description = "Where the collections are.", body = ApiRoot)),
)]
#[get("/v1")]
async fn get_api_root(request: HttpRequest) -> Result<HttpResponse> {
    let view = view(&request)?;
    let body = json!(ApiRoot { links: LINKS.into_iter().collect() }).to_string();
    Ok(representation::document(&request, &view, "application/json", body, None))
}

/// Get the initiative
///
/// What the initiative *Capital of Moroccan civil society* says of itself: its title, agreement and criteria, with
/// the sources.
#[utoipa::path(
    operation_id = "get_initiative",
    tag = "editions",
    responses((status = 200, description = "The initiative.", body = crate::reference_data::PublicInitiative)),
)]
#[get("/v1/initiative")]
async fn get_initiative(request: HttpRequest) -> Result<HttpResponse> {
    let view = view(&request)?;
    let body = view.show(&initiative()?.public()).to_string();
    Ok(representation::document(&request, &view, "application/json", body, None))
}

fn view(request: &HttpRequest) -> Result<View> {
    let mut parameters = Parameters::of(request);
    let view = View { language: parameters.take_language(request), ..View::default() };
    parameters.finish(&["lang".to_owned()])?;
    Ok(view)
}

/// Get the OpenAPI document
///
/// This document (OpenAPI 3.1) as JSON.
#[utoipa::path(
    operation_id = "get_openapi_json",
    tag = "discovery",
    responses((status = 200, description = "The OpenAPI document.", body = ref("#/components/schemas/OpenApiDescription"))),
)]
#[get("/openapi.json")]
async fn get_openapi_json(request: HttpRequest, document: web::Data<OpenApiDocument>) -> HttpResponse {
    let json = document.json_body();
    representation::document(&request, &View::default(), "application/json", json, None)
}

/// Get the OpenAPI document as YAML
///
/// This document (OpenAPI 3.1) as YAML (RFC 9512).
#[utoipa::path(
    operation_id = "get_openapi_yaml",
    tag = "discovery",
    responses((status = 200, description = "The OpenAPI document.", body = ref("#/components/schemas/OpenApiDescription"), content_type = "application/yaml")),
)]
#[get("/openapi.yaml")]
async fn get_openapi_yaml(
    request: HttpRequest,
    document: web::Data<OpenApiDocument>,
) -> Result<HttpResponse> {
    let yaml = document.yaml_body()?;
    Ok(representation::document(&request, &View::default(), "application/yaml", yaml, None))
}

/// Get the API catalogue
///
/// Where the API, its description and its explorer are, as a link set (RFC 9727).
#[utoipa::path(
    operation_id = "get_api_catalog",
    tag = "discovery",
    responses((
        status = 200,
        description = "The catalogue.",
        body = ref("#/components/schemas/Linkset"),
        content_type = "application/linkset+json",
    )),
)]
#[get("/.well-known/api-catalog")]
async fn get_api_catalog(request: HttpRequest, config: web::Data<Config>) -> HttpResponse {
    let base = &config.public_url;
    let catalog = json!({"linkset": [{
        "anchor": format!("{base}/v1"),
        "service-desc": [
            {"href": format!("{base}/openapi.json"), "type": "application/json"},
            {"href": format!("{base}/openapi.yaml"), "type": "application/yaml"},
        ],
        "service-doc": [{"href": format!("{base}/docs/"), "type": "text/html"}],
        "status": [{"href": format!("{base}/readyz"), "type": "application/json"}],
    }]});
    let media_type = "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"";
    representation::document(&request, &View::default(), media_type, catalog.to_string(), None)
}

/// Get the security contact
///
/// Whom to tell of a vulnerability (RFC 9116). 404 when the operator has configured nobody.
#[utoipa::path(
    operation_id = "get_security_contact",
    tag = "discovery",
    responses((status = 200, description = "The contact.", body = String, content_type = "text/plain")),
)]
#[get("/.well-known/security.txt")]
async fn get_security_contact(config: web::Data<Config>) -> Result<HttpResponse> {
    const VALID_SECONDS: i64 = 180 * 24 * 60 * 60;
    let contact = config.security_contact.as_ref().ok_or_else(|| Error::new(Code::RouteNotFound))?;
    let expires = UtcTime::now().plus_seconds(VALID_SECONDS).date();
    let text = format!(
        "Contact: {contact}\nExpires: {expires}T00:00:00Z\nPreferred-Languages: ar, fr, en\n\
         Canonical: {}/.well-known/security.txt\n",
        config.public_url
    );
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text))
}
