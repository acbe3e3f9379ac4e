//! What surrounds every request: its identifier, the log line, problem documents for all errors, `HEAD`, caching and
//! security headers, and an ETag for each content coding.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, ResponseError as _, web};
use futures_util::FutureExt as _;
use uuid::Uuid;

use super::body::{BODY_TIME, LARGEST_BODY};
use super::client_address::ClientAddress;
use super::conditional;
use super::limits;
use super::pieces::in_pieces;
use super::security_headers::security_headers;
use super::server;
use super::telling::Telling;
use crate::config::Config;
use crate::error::problem::MEDIA_TYPE;
use crate::error::{Code, Error};
use crate::language::Language;
use crate::operations::metrics::Metrics;

/// The identifier of a request: the client's `X-Request-Id` when it is a sensible one, else a new one.
#[derive(Clone)]
pub struct RequestId(String);

impl RequestId {
    /// The identifier that the middleware noted.
    pub fn of(extensions: &actix_web::dev::Extensions) -> String {
        extensions.get::<Self>().map(|id| id.0.clone()).unwrap_or_default()
    }

    fn read(request: &ServiceRequest) -> Self {
        const LONGEST: usize = 128;
        let given = request.headers().get("x-request-id").and_then(|value| value.to_str().ok());
        let sensible = given.filter(|id| {
            (1..=LONGEST).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
        });
        Self(sensible.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned))
    }
}

/// In the extensions of a request that was a `HEAD`: what is only its body need not be fetched.
#[derive(Clone, Copy)]
pub(super) struct HeadOnly;

impl HeadOnly {
    /// Whether no body is asked for.
    pub(super) fn is_asked(request: &HttpRequest) -> bool {
        request.extensions().contains::<Self>()
    }
}

/// The one middleware around everything else.
pub async fn surround(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let id = RequestId::read(&request);
    let method = request.method().clone();
    request.extensions_mut().insert(id.clone());
    if method == Method::HEAD {
        // A HEAD is answered as its GET; the HTTP layer leaves the body out.
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(HeadOnly);
    }
    note_client(&request);
    let metrics = request.app_data::<web::Data<Metrics>>().cloned();
    let _in_flight = metrics.as_ref().map(|metrics| metrics.begin());
    let telling = Telling::of(request.request());
    let response = match answer(request, next).await {
        Ok(response) => response,
        Err(error) => {
            let answer = last_words(&error, &telling, &id.0);
            note(
                metrics.as_ref().map(|metrics| metrics.get_ref()),
                &method,
                "unmatched",
                answer.status(),
                &id.0,
                started,
            );
            return Err(InternalError::from_response(error, answer).into());
        }
    };
    let mut response = with_problem_document(response, &telling, &id.0);
    let caching = caching(&response, &method);
    finish_headers(response.headers_mut(), caching, &telling, &id.0);
    limits::tell(&mut response);
    let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    note(
        metrics.as_ref().map(|metrics| metrics.get_ref()),
        &method,
        &route,
        response.status(),
        &id.0,
        started,
    );
    Ok(response.map_body(|_, body| in_pieces(body)))
}

/// Notes who asks, before anything else needs to know.
fn note_client(request: &ServiceRequest) {
    if let Some(config) = request.app_data::<web::Data<Config>>() {
        ClientAddress::note(request, &config.trusted_proxies);
    }
}

/// Lets the application answer. A panic ends this request alone.
async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if let Some(refusal) = refusal(&request) {
        let mut refused = request.error_response(refusal);
        let everybody = HeaderValue::from_static("*");
        refused.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, everybody);
        return Ok(refused);
    }
    let deadline = deadline(&request);
    let answering = AssertUnwindSafe(next.call(request)).catch_unwind();
    let answered = match deadline {
        Some(deadline) => tokio::time::timeout(deadline, answering).await,
        None => Ok(answering.await),
    };
    let late = |_| Ok(Err(Error::unavailable("a request has taken too long").into()));
    let answered = answered.unwrap_or_else(late);
    let answered = answered.unwrap_or_else(|_| Err(Error::internal("a handler panicked").into()));
    answered.map(ServiceResponse::map_into_boxed_body)
}

/// When a request is answered at the latest; none for one that brings a file, each of whose steps has a time of its own.
fn deadline(request: &ServiceRequest) -> Option<Duration> {
    let config = request.app_data::<web::Data<Config>>()?;
    let seconds = Duration::from_secs(config.request_seconds);
    let headers = request.headers();
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    match length {
        None if headers.contains_key(header::TRANSFER_ENCODING) => None,
        None | Some(0) => Some(seconds),
        Some(length) if length <= LARGEST_BODY => Some(seconds + BODY_TIME),
        Some(_) => None,
    }
}

/// The answer when the request is gone with the failed service.
fn last_words(error: &actix_web::Error, telling: &Telling, request_id: &str) -> HttpResponse {
    let mut answer = problem_of(error, telling, request_id);
    finish_headers(answer.headers_mut(), "no-store", telling, request_id);
    answer
}

/// All headers of a request together, in bytes.
const LARGEST_HEADERS: usize = 16 * 1024;

/// Why a request is not even given to the application.
fn refusal(request: &ServiceRequest) -> Option<Error> {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let headers: usize = request
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len())
        .sum();
    if target > server::LONGEST_TARGET {
        Some(Error::new(Code::UriTooLong))
    } else if headers > LARGEST_HEADERS {
        Some(Error::new(Code::HeadersTooLarge))
    } else if names_nothing(request) {
        Some(Error::new(Code::RouteNotFound))
    } else {
        None
    }
}

/// A path with control characters names nothing that there is; PostgreSQL would not even take it.
fn names_nothing(request: &ServiceRequest) -> bool {
    percent_encoding::percent_decode_str(request.path()).any(|byte| byte.is_ascii_control())
}

/// Turns whatever error there is into a problem document.
fn with_problem_document(
    response: ServiceResponse<BoxBody>,
    telling: &Telling,
    request_id: &str,
) -> ServiceResponse<BoxBody> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || is_written_out(&response) {
        return response;
    }
    let answer = match response.response().error() {
        Some(error) => problem_of(error, telling, request_id),
        // Of the library that packs answers.
        None if status == StatusCode::NOT_ACCEPTABLE => {
            let error =
                Error::new(Code::NotAcceptable).with("available", "Accept-Encoding: gzip, br, zstd, deflate");
            problem_response(&error, telling, request_id)
        }
        None => problem_response(&Error::new(Code::of_status(status.as_u16())), telling, request_id),
    };
    keep_headers(&response, answer)
}

/// Puts the answer in the place of the response, with the headers of the layers within (CORS).
fn keep_headers(response: &ServiceResponse<BoxBody>, mut answer: HttpResponse) -> ServiceResponse<BoxBody> {
    for (name, value) in response.headers() {
        if name.as_str().starts_with("access-control-") || name == header::VARY {
            answer.headers_mut().append(name.clone(), value.clone());
        }
    }
    ServiceResponse::new(response.request().clone(), answer)
}

fn problem_of(error: &actix_web::Error, telling: &Telling, request_id: &str) -> HttpResponse {
    match error.as_error::<Error>() {
        Some(error) => problem_response(error, telling, request_id),
        None => problem_response(&own_error(error), telling, request_id),
    }
}

/// An error of the HTTP library in our own terms.
fn own_error(error: &actix_web::Error) -> Error {
    let status = error.as_response_error().status_code().as_u16();
    Error::new(Code::of_status(status)).caused_by(error)
}

/// Errors of OAuth 2.0 have their own JSON form (RFC 6749, 5.2), which stays as it is.
fn is_written_out(response: &ServiceResponse<BoxBody>) -> bool {
    let media_type = response.headers().get(header::CONTENT_TYPE);
    response.response().error().is_none()
        && media_type.is_some_and(|media_type| media_type == "application/json")
}

fn problem_response(error: &Error, telling: &Telling, request_id: &str) -> HttpResponse {
    let problem = telling.problem(error, request_id);
    let mut response = HttpResponse::build(error.status_code());
    for (name, value) in &error.headers {
        response.append_header((*name, value.as_str()));
    }
    if let Some(challenge) = challenge(error, &telling.base) {
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
    let language = if telling.language == Language::Zgh { Language::En } else { telling.language };
    response
        .content_type(MEDIA_TYPE)
        .insert_header((header::CONTENT_LANGUAGE, language.tag()))
        .append_header((header::VARY, "Accept-Language"))
        .body(serde_json::to_string(&problem).unwrap_or_default())
}

/// The challenge of a 401, and where it is described who issues tokens (RFC 9728, 5.1).
fn challenge(error: &Error, base: &str) -> Option<String> {
    let (_, challenge) = error.headers.iter().find(|(name, _)| *name == "WWW-Authenticate")?;
    let metadata = format!("{base}/.well-known/oauth-protected-resource");
    (error.status_code() == StatusCode::UNAUTHORIZED)
        .then(|| format!("{challenge}, resource_metadata=\"{metadata}\""))
}

fn finish_headers(headers: &mut HeaderMap, caching: &'static str, telling: &Telling, request_id: &str) {
    leave_out_identity(headers);
    let etag = coded_etag(headers);
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    for (name, value) in security_headers(&telling.path, &telling.base) {
        set_default(headers, HeaderName::from_static(name), value);
    }
    set_default(headers, header::CACHE_CONTROL, caching);
    if let Some(etag) = etag {
        headers.insert(header::ETAG, etag);
    }
}

fn set_default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Public reads may be cached by anyone; whatever a token was shown for, and every error, by nobody.
fn caching(response: &ServiceResponse<BoxBody>, method: &Method) -> &'static str {
    let read = *method == Method::GET || *method == Method::HEAD;
    let fine = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    if response.request().headers().contains_key(header::AUTHORIZATION) {
        "private, no-store"
    } else if read && fine {
        "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"
    } else {
        "no-store"
    }
}

/// `identity` keeps an answer from being packed; outside it means nothing (RFC 9110, 8.4).
fn leave_out_identity(headers: &mut HeaderMap) {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding == "identity") {
        headers.remove(header::CONTENT_ENCODING);
    }
}

/// A compressed answer is another representation: its strong ETag differs (RFC 9110, 8.8.3.3).
fn coded_etag(headers: &HeaderMap) -> Option<HeaderValue> {
    let coding = headers.get(header::CONTENT_ENCODING)?.to_str().ok()?;
    let etag = headers.get(header::ETAG)?.to_str().ok()?;
    HeaderValue::try_from(conditional::with_coding(etag, coding)).ok()
}

/// One log line and one measurement a request. The path's pattern is logged, not its values, nor the query.
fn note(
    metrics: Option<&Metrics>,
    method: &Method,
    route: &str,
    status: StatusCode,
    request_id: &str,
    started: Instant,
) {
    let (status, elapsed) = (status.as_u16(), started.elapsed());
    if let Some(metrics) = metrics {
        metrics.observe(method.as_str(), route, status, elapsed);
    }
    let ms = elapsed.as_secs_f64() * 1000.0;
    // Health checks come every second; only the bad ones are news.
    let is_news = status >= 400 || !["/livez", "/readyz"].contains(&route);
    let level = if is_news { log::Level::Info } else { log::Level::Debug };
    log::log!(level, "request_id={request_id} method={method} route={route} status={status} ms={ms:.1}");
}

impl actix_web::ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.entry().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::App;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service, try_call_service};

    use super::*;

    async fn panics() -> HttpResponse {
        panic!("as a defect would")
    }

    #[actix_web::test]
    async fn a_panic_is_a_500_like_any_other_and_the_service_goes_on() {
        let metrics = web::Data::new(Metrics::new(Vec::new(), std::env::temp_dir()).unwrap());
        let app =
            App::new().app_data(metrics.clone()).wrap(from_fn(surround)).route("/", web::get().to(panics));
        let service = init_service(app).await;
        for _ in 0..2 {
            let request = TestRequest::get().uri("/").to_request();
            let answer = try_call_service(&service, request).await.expect_err("no answer").error_response();
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(answer.headers().get(header::CONTENT_TYPE).unwrap(), MEDIA_TYPE);
            for name in ["x-request-id", "cache-control", "x-content-type-options"] {
                assert!(answer.headers().contains_key(name), "{name}");
            }
        }
        let told = String::from_utf8(metrics.text().unwrap()).unwrap();
        let counted = "nasij_http_requests_total{method=\"GET\",route=\"unmatched\",status=\"500\"} 2";
        assert!(told.contains(counted) && told.contains("nasij_http_requests_in_flight 0"), "{told}");
    }
}
