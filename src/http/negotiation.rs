//! Media types: of a body by its `Content-Type`, of an answer by the `Accept` header (RFC 9110, 12.5.1).

use actix_web::HttpRequest;
use actix_web::http::header::{self, Accept, Header as _};

use super::body::MERGE_PATCH;
use crate::error::{Code, Error, Result};

/// Whether the body is packed: none of them is unpacked here (RFC 9110, 15.5.16).
fn is_packed(request: &HttpRequest) -> bool {
    let coding = request.headers().get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    coding.is_some_and(|coding| !coding.trim().eq_ignore_ascii_case("identity"))
}

/// Which of the `expected` media types the body has.
pub(super) fn content_type(request: &HttpRequest, expected: &[&'static str]) -> Result<&'static str> {
    let given =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = given.split(';').next().unwrap_or_default().trim();
    if is_packed(request) {
        let expected = format!("{}, Content-Encoding: identity", expected.join(", "));
        return Err(Error::new(Code::UnsupportedMediaType).with("expected", expected));
    }
    if let Some(known) = expected.iter().find(|known| essence.eq_ignore_ascii_case(known)) {
        return Ok(known);
    }
    let accept = if expected == [MERGE_PATCH] { "Accept-Patch" } else { "Accept" };
    let expected = expected.join(", ");
    Err(Error::new(Code::UnsupportedMediaType).with("expected", &expected).with_header(accept, expected))
}

/// The one of the available media types that the client likes best, or 406. A missing or unreadable header accepts
/// anything.
pub fn media_type(http: &HttpRequest, available: &[&'static str]) -> Result<&'static str> {
    let accepted = Accept::parse(http).map(|accept| accept.0).unwrap_or_default();
    if accepted.is_empty() {
        return Ok(available[0]);
    }
    let weight = |media_type: &str| {
        // The most specific range that fits decides.
        let fitting = accepted.iter().filter_map(|range| {
            let (essence, kind) =
                (range.item.essence_str(), media_type.split('/').next().unwrap_or_default());
            let specificity = match essence {
                _ if essence.eq_ignore_ascii_case(media_type) => 2,
                "*/*" => 0,
                _ if essence.strip_suffix("/*").is_some_and(|range| range.eq_ignore_ascii_case(kind)) => 1,
                _ => return None,
            };
            Some((specificity, range.quality))
        });
        fitting.max_by_key(|(specificity, _)| *specificity).map(|(_, quality)| quality)
    };
    let mut best = None;
    for media_type in available {
        let weight = weight(media_type).filter(|weight| *weight > actix_web::http::header::Quality::ZERO);
        if weight > best.map(|(weight, _)| weight) {
            best = weight.map(|weight| (weight, *media_type));
        }
    }
    best.map(|(_, media_type)| media_type)
        .ok_or_else(|| Error::new(Code::NotAcceptable).with("available", available.join(", ")))
}
