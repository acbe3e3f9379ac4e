//! Which pages of other sites may use the service from a browser (CORS, <https://fetch.spec.whatwg.org/#cors-protocol>):
//! any may read and ask, only those of configured origins may write.

use std::str::FromStr;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, web};
use url::Url;

use super::{is_question, limits};
use crate::config::Config;
use crate::error::{Code, Error, Result};

const READS: &str = "GET, HEAD";
const QUESTIONS: &str = "POST";
const WRITES: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
/// What libraries of browsers send with any request, whether it means something here or not.
const READ_HEADERS: &str = "accept, accept-language, authorization, cache-control, content-type, if-modified-since, \
                            if-none-match, if-range, pragma, range, traceparent, tracestate, x-request-id";
const WRITE_HEADERS: &str = "accept, accept-language, authorization, cache-control, content-type, idempotency-key, if-match, \
                             if-modified-since, if-none-match, if-range, pragma, prefer, range, traceparent, tracestate, \
                             x-request-id";
const EXPOSED: &str = "content-disposition, content-language, etag, idempotent-replayed, last-modified, link, location, \
                       preference-applied, ratelimit, ratelimit-policy, repr-digest, retry-after, www-authenticate, x-request-id";
/// Seconds for which a browser may remember the answer to its preflight.
const PREFLIGHT_AGE: u32 = 3600;

/// The origins whose pages may write: those that are configured, and the service's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteOrigins(Vec<String>);

impl WriteOrigins {
    /// The origins as they are configured.
    ///
    /// # Errors
    /// A sentence for the operator when the public URL has no origin.
    pub fn new(config: &Config) -> Result<Self> {
        let own = Url::parse(&config.public_url).ok().filter(is_web).map(|url| url.origin());
        let own = own.ok_or_else(|| {
            Error::configuration(format!("NASIJ_PUBLIC_URL is no http or https URL: {}", config.public_url))
        })?;
        let mut origins = config.cors_origins.clone();
        origins.0.push(own.ascii_serialization());
        Ok(origins)
    }

    fn include(&self, origin: &HeaderValue) -> bool {
        self.0.iter().any(|known| known.as_bytes() == origin.as_bytes())
    }
}

/// Origins as browsers send them, with commas between: `https://portal.example.ma, https://admin.example.ma:8443`.
impl FromStr for WriteOrigins {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(origin).collect::<Result<_, _>>().map(Self)
    }
}

fn origin(word: &str) -> Result<String, String> {
    let url = Url::parse(word).ok().filter(|url| is_web(url) && !word.contains('*'));
    match url.map(|url| url.origin().ascii_serialization()) {
        Some(origin) if origin == word => Ok(origin),
        Some(origin) => Err(format!("`{word}` is not how browsers send an origin; that would be `{origin}`")),
        None => Err(format!("`{word}` is no origin such as https://portal.example.ma")),
    }
}

fn is_web(url: &Url) -> bool {
    ["http", "https"].contains(&url.scheme())
}

/// Middleware: answers preflights, refuses writes of pages that may not, and lets pages see the answers.
pub async fn share_with_pages(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let writer = origin.clone().filter(|origin| may_write(&request, origin));
    if origin.is_some() && is_preflight(&request) {
        // Not counted: to refuse it would cost as much, and hide from the page why.
        let leave = preflight(request.path(), writer);
        return Ok(request.into_response(leave).map_into_right_body());
    }
    let asks = request.method() == Method::POST && is_question(request.path());
    let write = is_write(request.method()) && !asks;
    if let (true, Some(origin), None) = (write, &origin, &writer) {
        let refused = limits::count_refusal(request.request()).err().unwrap_or_else(|| not_allowed(origin));
        let mut refused = request.error_response(refused);
        // The page that wrote may read why it was refused: nothing in that is anybody's.
        share(refused.headers_mut(), None);
        return Ok(refused.map_into_right_body());
    }
    let mut response = next.call(request).await?.map_into_left_body();
    // Whoever asks, the answer to a read is the same: then caches may keep one for all.
    share(response.headers_mut(), writer.filter(|_| write));
    response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    Ok(response)
}

fn not_allowed(origin: &HeaderValue) -> Error {
    Error::new(Code::OriginNotAllowed).with("origin", String::from_utf8_lossy(origin.as_bytes()))
}

fn may_write(request: &ServiceRequest, origin: &HeaderValue) -> bool {
    request.app_data::<web::Data<WriteOrigins>>().is_some_and(|origins| origins.include(origin))
}

fn is_write(method: &Method) -> bool {
    ![Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

fn is_preflight(request: &ServiceRequest) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// What a page may do; the browser holds its request against it.
fn preflight(path: &str, writer: Option<HeaderValue>) -> HttpResponse {
    let (methods, headers) = match writer {
        Some(_) => (WRITES, WRITE_HEADERS),
        None if is_question(path) => (QUESTIONS, READ_HEADERS),
        None => (READS, READ_HEADERS),
    };
    let mut leave = HttpResponse::NoContent()
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, methods))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, headers))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE))
        .finish();
    share(leave.headers_mut(), writer);
    leave
}

/// Shares an answer with the page that writes, or with everybody.
fn share(headers: &mut HeaderMap, writer: Option<HeaderValue>) {
    if writer.is_some() {
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
    let readers = writer.unwrap_or(HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, readers);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_as_browsers_send_them() {
        let origins: WriteOrigins = "https://a.example, http://b.example:8080,".parse().unwrap();
        assert_eq!(origins.0, ["https://a.example", "http://b.example:8080"]);
        assert_eq!("".parse(), Ok(WriteOrigins::default()));
        for (text, told) in [
            ("*", "no origin"),
            ("null", "no origin"),
            ("a.example", "no origin"),
            ("ftp://a.example", "no origin"),
            ("https://a.example/", "`https://a.example`"),
            ("https://a.example/page", "`https://a.example`"),
            ("https://A.example", "`https://a.example`"),
            ("https://a.example:443", "`https://a.example`"),
            ("https://*.example", "no origin"),
        ] {
            let refusal = text.parse::<WriteOrigins>().unwrap_err();
            assert!(refusal.contains(told) && refusal.contains(text), "{text}: {refusal}");
        }
    }
}
