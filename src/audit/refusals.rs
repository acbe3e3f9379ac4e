//! Refused attempts: every 401 and 403, and every refused scope, leaves an entry, with who (if known), from where, and
//! what was tried; never with a token or a body.

use actix_router::{Path, ResourceDef};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, web};

use super::model::{Action, Actor};
use super::queries::{Event, append};
use crate::access::Caller;
use crate::database::types::Id;
use crate::database::{Database, Outcome};
use crate::error::Error;
use crate::http::origin::Origin;
use crate::http::refusal::{RefusedClient, RefusedItem, RefusedItems};

/// In the extensions of a request: the account that its credentials name, whether they are right or not.
#[derive(Debug, Clone, Copy)]
pub struct NamedAccount(pub Id);

/// Middleware, around the one that limits requests: whoever is refused too often gets 429 instead, which is not recorded,
/// so that nobody floods the trail.
pub async fn record_refusals(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let response = next.call(request).await?;
    let refusals: Vec<Refusal> =
        Refusal::of(&response).into_iter().chain(Refusal::of_items(&response)).collect();
    if !refusals.is_empty() {
        record(refusals, response.request()).await;
    }
    Ok(response)
}

/// What was refused, and why.
#[derive(Clone)]
struct Refusal {
    operation: String,
    named: Option<Id>,
    resource_id: Option<String>,
    status: u16,
    problem: String,
}

impl Refusal {
    fn of<B>(response: &ServiceResponse<B>) -> Option<Self> {
        let problem = problem(response)?;
        let request = response.request();
        let named = request.extensions().get::<NamedAccount>().map(|NamedAccount(id)| *id);
        let pattern = request.match_pattern();
        let last = |pattern: &str| last_parameter(pattern, request.match_info().as_str());
        Some(Self {
            operation: operation(request.method(), pattern.as_deref()),
            named,
            resource_id: named.map(|id| id.to_string()).or_else(|| pattern.as_deref().and_then(last)),
            status: response.status().as_u16(),
            problem,
        })
    }

    /// What was refused of a batch.
    fn of_items<B>(response: &ServiceResponse<B>) -> Vec<Self> {
        let request = response.request();
        let batch = operation(request.method(), request.match_pattern().as_deref());
        let refusal = |item: RefusedItem| Self {
            operation: format!("{batch}: {}", item.operation),
            named: None,
            resource_id: item.id,
            status: item.status,
            problem: item.problem,
        };
        RefusedItems::of(response).into_iter().map(refusal).collect()
    }
}

/// The answer waits for the entries, so that none goes out unrecorded; if they cannot be written, the log says so.
async fn record(refusals: Vec<Refusal>, request: &HttpRequest) {
    let Some(database) = request.app_data::<web::Data<Database>>() else { return };
    let actor = actor(request);
    let written = database.write(Outcome::Keep, move |connection| {
        refusals.iter().try_for_each(|refusal| append(connection, &actor, refusal.clone().into()).map(drop))
    });
    if let Err(error) = written.await {
        let request_id = Origin::of(&request.extensions()).request_id;
        log::error!("request_id={request_id} a refused attempt could not be recorded: {error}");
    }
}

impl From<Refusal> for Event {
    fn from(refusal: Refusal) -> Self {
        Self {
            operation: Some(refusal.operation),
            named: refusal.named,
            resource_id: refusal.resource_id,
            status: Some(refusal.status),
            problem: Some(refusal.problem),
            ..Self::new(Action::Refuse)
        }
    }
}

/// Why a request was refused; `None` when it was not.
fn problem<B>(response: &ServiceResponse<B>) -> Option<String> {
    if let Some(RefusedClient(error)) = RefusedClient::of(response) {
        return Some(error);
    }
    let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&response.status());
    let error = response.response().error().and_then(|error| error.as_error::<Error>());
    error.filter(|_| refused).map(|error| error.code.name())
}

fn actor(request: &HttpRequest) -> Actor {
    let extensions = request.extensions();
    let origin = Origin::of(&extensions);
    match extensions.get::<Caller>() {
        Some(caller) => caller.actor(&origin),
        None => Actor::unknown(&origin),
    }
}

/// Method and pattern of the path. A method that no standard knows could be any text, and of any length.
fn operation(method: &Method, pattern: Option<&str>) -> String {
    const STANDARD: [Method; 9] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::CONNECT,
        Method::TRACE,
    ];
    let method = if STANDARD.contains(method) { method.as_str() } else { "other" };
    format!("{method} {}", pattern.unwrap_or("unknown path"))
}

/// The identifier that a path ends with. A request that is refused before it is routed has not been matched yet.
fn last_parameter(pattern: &str, path: &str) -> Option<String> {
    const LONGEST: usize = 100;
    let mut path = Path::new(path.to_owned());
    ResourceDef::new(pattern).capture_match_info(&mut path);
    path.iter().last().map(|(_, value)| value.to_owned()).filter(|value| value.len() <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_of_ones_own_is_not_kept() {
        let pattern = Some("/v1/cities");
        assert_eq!(operation(&Method::PATCH, pattern), "PATCH /v1/cities");
        assert_eq!(operation(&Method::TRACE, None), "TRACE unknown path");
        let long = Method::from_bytes("X".repeat(60_000).as_bytes()).unwrap();
        assert_eq!(operation(&long, pattern), "other /v1/cities");
        assert_eq!(operation(&Method::from_bytes(b"get").unwrap(), pattern), "other /v1/cities");
    }

    #[test]
    fn the_last_identifier_of_a_path_is_found() {
        let found = |pattern, path| last_parameter(pattern, path);
        assert_eq!(found("/v1/cities/{code}", "/v1/cities/oujda").as_deref(), Some("oujda"));
        assert_eq!(
            found("/v1/editions/{year}/events/{id}", "/v1/editions/2022/events/e").as_deref(),
            Some("e")
        );
        assert_eq!(found("/v1/audit", "/v1/audit"), None);
        assert_eq!(found("/v1/cities/{code}", &format!("/v1/cities/{}", "x".repeat(101))), None);
    }
}
