//! Conditional requests (RFC 9110, 13): strong ETags, `If-None-Match` for reads, `If-Match` for writes.
//!
//! An ETag is `"<version>-<digest>"` for a record and `"<digest>"` for anything else; a compressed answer's has the
//! coding as a suffix. Writes compare the version alone: any representation of the current version will do.

use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::representation::Resource;
use crate::error::{Code, Error, Reason, Result, Violation};

const CODINGS: [&str; 3] = ["-br", "-gzip", "-zstd"];

/// The ETag of a body, quotes included.
pub fn etag(version: Option<i64>, body: &[u8]) -> String {
    let digest = URL_SAFE_NO_PAD.encode(&Sha256::digest(body)[..12]);
    match version {
        Some(version) => format!("\"{version}-{digest}\""),
        None => format!("\"{digest}\""),
    }
}

/// The ETag of the same representation in a content coding.
pub fn with_coding(etag: &str, coding: &str) -> String {
    format!("{}-{coding}\"", etag.trim_end_matches('"'))
}

/// Begins the answer to a read: with `status`, or 304 when `If-None-Match` names `etag`.
pub(super) fn response(request: &HttpRequest, status: StatusCode, etag: &str) -> HttpResponseBuilder {
    let known = known_tag(request, etag);
    let mut response =
        HttpResponseBuilder::new(if known.is_some() { StatusCode::NOT_MODIFIED } else { status });
    response.insert_header((header::ETAG, known.unwrap_or_else(|| etag.to_owned())));
    response
}

/// Ends the answer to a read: with the body, unless it is a 304.
pub(super) fn finish(
    request: &HttpRequest,
    mut response: HttpResponseBuilder,
    media_type: &'static str,
    etag: &str,
    body: impl MessageBody + 'static,
) -> HttpResponse {
    if knows(request, etag) {
        return response.finish();
    }
    response.content_type(media_type).body(body)
}

/// Whether the client has this representation already.
pub(super) fn knows(request: &HttpRequest, etag: &str) -> bool {
    known_tag(request, etag).is_some()
}

/// The tag of `If-None-Match` that names this representation in any content coding.
fn known_tag(request: &HttpRequest, etag: &str) -> Option<String> {
    let tags = request.headers().get(header::IF_NONE_MATCH)?.to_str().ok()?;
    if tags.trim() == "*" {
        return Some(etag.to_owned());
    }
    let current = etag.trim_matches('"');
    entity_tags(tags)?.into_iter().find_map(|EntityTag { opaque, .. }| {
        let plain = CODINGS.iter().find_map(|coding| opaque.strip_suffix(coding)).unwrap_or(opaque);
        // Weak comparison (RFC 9110, 13.1.2); the tag of the coding that the client has is given back.
        (plain == current || opaque == current).then(|| format!("\"{opaque}\""))
    })
}

/// Which versions of the record the client is ready to change: the `If-Match` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// Whatever is current (`*`).
    Any,
    /// One of these versions.
    Versions(Vec<i64>),
}

impl IfMatch {
    /// Refuses with 412 and the current ETag when the client has not seen the current version of `current`.
    pub fn check(&self, current: &impl Resource) -> Result<()> {
        match self {
            Self::Any => Ok(()),
            Self::Versions(versions) if versions.contains(&current.version()) => Ok(()),
            Self::Versions(_) => Err(stale(current)),
        }
    }

    fn parse(header: &str) -> Option<Self> {
        if header.trim() == "*" {
            return Some(Self::Any);
        }
        let mut versions = Vec::new();
        for EntityTag { weak, opaque } in entity_tags(header)? {
            let version: Option<i64> = opaque.split('-').next().and_then(|version| version.parse().ok());
            // A weak tag is well-formed but never matches strongly (RFC 9110, 8.8.3.2).
            versions.extend(version.filter(|_| !weak));
        }
        Some(Self::Versions(versions))
    }
}

/// An entity tag of a list of them (RFC 9110, 8.8.3).
struct EntityTag<'a> {
    weak: bool,
    opaque: &'a str,
}

/// Reads a list of entity tags; commas may stand within a tag. `None` when it is no such list.
fn entity_tags(header: &str) -> Option<Vec<EntityTag<'_>>> {
    let mut tags = Vec::new();
    let mut rest = header.trim();
    loop {
        let weak = rest.starts_with("W/");
        let (opaque, after) = rest.trim_start_matches("W/").strip_prefix('"')?.split_once('"')?;
        tags.push(EntityTag { weak, opaque });
        rest = after.trim_start();
        if rest.is_empty() {
            return Some(tags);
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
}

/// 412: the record is no longer at the version that the client has seen.
fn stale(current: &impl Resource) -> Error {
    let body = serde_json::to_vec(current).unwrap_or_default();
    Error::new(Code::Stale).with_header("ETag", etag(Some(current.version()), &body))
}

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        let Some(header) = request.headers().get(header::IF_MATCH) else {
            return std::future::ready(Err(Error::new(Code::PreconditionRequired)));
        };
        let parsed = header.to_str().ok().and_then(Self::parse);
        std::future::ready(parsed.ok_or_else(|| {
            Error::new(Code::BadHeader).with_violation(Violation::header("If-Match", Reason::new("etag")))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_reads_the_versions_of_strong_tags() {
        assert_eq!(IfMatch::parse("*"), Some(IfMatch::Any));
        assert_eq!(IfMatch::parse("\"3-abc\", \"12-x-br\""), Some(IfMatch::Versions(vec![3, 12])));
        assert_eq!(IfMatch::parse("W/\"3-abc\""), Some(IfMatch::Versions(vec![])));
        assert_eq!(IfMatch::parse("\"a,b\" , \"4-x\""), Some(IfMatch::Versions(vec![4])));
        assert_eq!(IfMatch::parse("3-abc"), None);
        assert_eq!(IfMatch::parse("\"3-abc\","), None);
    }
}
