//! Conditional requests (RFC 9110, 13): strong ETags, `If-None-Match` and `If-Modified-Since` for reads, `If-Match` for writes.
//!
//! An ETag is `"<version>-<stamp>-<digest>"` for a record and `"<digest>"` for anything else; a compressed answer's has the
//! coding as a suffix. Writes compare the version and its stamp: any representation of the current version will do, and
//! nothing that the service never issued. What only some see of a record is counted apart, so that its changes move nothing
//! that others see.

use std::fmt::{self, Display};

use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::field_lines;
use super::representation::Resource;
use crate::database::types::UtcTime;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};

const CODINGS: [&str; 3] = ["-br", "-gzip", "-zstd"];

/// The version of a record that a representation shows: `3`, or `3.2` for those who see its internal record, too; with the
/// stamp of the record, without which it is none of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Of what everybody sees.
    public: i64,
    /// Of what only some see; 0 when nothing of it is shown, and while there was never anything.
    internal: i64,
    stamp: String,
}

impl Version {
    /// The version that `record` is at, as its audience sees it.
    pub fn of(record: &impl Resource) -> Self {
        Self::new(&record.versioned_path(), record.version(), record.internal_version())
    }

    fn new(path: &str, public: i64, internal: i64) -> Self {
        let digest = Sha256::digest(format!("{path} {public}.{internal}"));
        // Without `-`, which ends it.
        let stamp = digest[..5].iter().map(|byte| format!("{byte:02x}")).collect();
        Self { public, internal, stamp }
    }

    /// Whether who has seen this version of the record at `path` has missed nothing of what is public at `current`, nor of
    /// what is internal if they have seen any.
    fn is_current(&self, path: &str, current: &Self) -> bool {
        let unseen = self.internal == 0 || current.internal == 0;
        let is_issued = *self == Self::new(path, self.public, self.internal);
        is_issued && self.public == current.public && (unseen || self.internal == current.internal)
    }

    /// The version that an entity tag begins with.
    fn read(tag: &str) -> Option<Self> {
        let mut parts = tag.split('-');
        let (version, stamp) = (parts.next()?, parts.next()?.to_owned());
        let (public, internal) = version.split_once('.').unwrap_or((version, "0"));
        Some(Self { public: public.parse().ok()?, internal: internal.parse().ok()?, stamp })
    }
}

impl Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { public, internal, stamp } = self;
        match internal {
            0 => write!(f, "{public}-{stamp}"),
            internal => write!(f, "{public}.{internal}-{stamp}"),
        }
    }
}

/// The ETag of a body, quotes included.
pub fn etag(version: Option<Version>, body: &[u8]) -> String {
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

/// What tells one representation from another (RFC 9110, 8.8).
pub(super) struct Validators<'a> {
    /// Its entity tag, quotes included.
    pub(super) etag: &'a str,
    /// When anything in it changed last, where that is known.
    pub(super) last_modified: Option<UtcTime>,
}

/// Begins the answer to a read: with `status`, or 304 when the client has this representation already.
pub(super) fn response(
    request: &HttpRequest,
    status: StatusCode,
    validators: &Validators<'_>,
) -> HttpResponseBuilder {
    let status = if knows(request, validators) { StatusCode::NOT_MODIFIED } else { status };
    let etag = known_tag(request, validators.etag).unwrap_or_else(|| validators.etag.to_owned());
    let mut response = HttpResponseBuilder::new(status);
    response.insert_header((header::ETAG, etag));
    if let Some(last_modified) = validators.last_modified {
        response.insert_header((header::LAST_MODIFIED, last_modified.http_date()));
    }
    response
}

/// Ends the answer to a read: with the body, unless it is a 304.
pub(super) fn finish(
    request: &HttpRequest,
    mut response: HttpResponseBuilder,
    media_type: &'static str,
    validators: &Validators<'_>,
    body: impl MessageBody + 'static,
) -> HttpResponse {
    if knows(request, validators) {
        return response.finish();
    }
    response.content_type(media_type).body(body)
}

/// Whether the client has this representation already: by `If-None-Match`, or without it by `If-Modified-Since`
/// (RFC 9110, 13.1.3; a date that cannot be read is as none).
pub(super) fn knows(request: &HttpRequest, validators: &Validators<'_>) -> bool {
    if request.headers().contains_key(header::IF_NONE_MATCH) {
        return known_tag(request, validators.etag).is_some();
    }
    let since = request.headers().get(header::IF_MODIFIED_SINCE).and_then(|date| date.to_str().ok());
    match (since.and_then(UtcTime::of_http_date), validators.last_modified) {
        (Some(since), Some(last_modified)) => last_modified.unix_seconds() <= since.unix_seconds(),
        _ => false,
    }
}

/// The tag of `If-None-Match` that names this representation in any content coding.
fn known_tag(request: &HttpRequest, etag: &str) -> Option<String> {
    let tags = field_lines::combined(request.headers(), header::IF_NONE_MATCH)?;
    if tags.trim() == "*" {
        return Some(etag.to_owned());
    }
    let current = etag.trim_matches('"');
    entity_tags(&tags)?.into_iter().find_map(|EntityTag { opaque, .. }| {
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
    Versions(Vec<Version>),
}

impl IfMatch {
    /// Refuses with 412 and the current ETag when the client has not seen the current version of `current`.
    pub fn check(&self, current: &impl Resource) -> Result<()> {
        match self {
            Self::Any => Ok(()),
            Self::Versions(versions) => {
                let (path, now) = (current.versioned_path(), Version::of(current));
                let has_seen = versions.iter().any(|seen| seen.is_current(&path, &now));
                if has_seen { Ok(()) } else { Err(stale(current)) }
            }
        }
    }

    /// As [`IfMatch::check`], for a change of what only some see of the record: a tag of what everybody sees is not enough.
    pub fn check_internal(&self, current: &impl Resource) -> Result<()> {
        match self {
            Self::Any => Ok(()),
            Self::Versions(versions) if versions.contains(&Version::of(current)) => Ok(()),
            Self::Versions(_) => Err(stale(current)),
        }
    }

    /// Reads the header, or what stands in its place.
    ///
    /// # Errors
    /// 428 when there is none, 400 when it is no list of entity tags.
    pub(super) fn read(given: Option<&str>) -> Result<Self> {
        let given = given.ok_or_else(|| Error::new(Code::PreconditionRequired))?;
        Self::parse(given).ok_or_else(|| {
            Error::new(Code::BadHeader)
                .with_violation(Violation::header("If-Match", Reason::new(FieldRule::Etag)))
        })
    }

    fn parse(header: &str) -> Option<Self> {
        if header.trim() == "*" {
            return Some(Self::Any);
        }
        let mut versions = Vec::new();
        for EntityTag { weak, opaque } in entity_tags(header)? {
            // A weak tag is well-formed but never matches strongly (RFC 9110, 8.8.3.2).
            versions.extend(Version::read(opaque).filter(|_| !weak));
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
    // Empty elements mean nothing (RFC 9110, 5.6.1).
    let mut rest = header.trim_matches([' ', '\t', ',']);
    loop {
        let weak = rest.starts_with("W/");
        let (opaque, after) = rest.trim_start_matches("W/").strip_prefix('"')?.split_once('"')?;
        tags.push(EntityTag { weak, opaque });
        rest = after.trim_start();
        if rest.is_empty() {
            return Some(tags);
        }
        rest = rest.strip_prefix(',')?.trim_start_matches([' ', '\t', ',']);
    }
}

/// 412: the record is no longer at the version that the client has seen.
fn stale(current: &impl Resource) -> Error {
    let body = serde_json::to_vec(current).unwrap_or_default();
    Error::new(Code::Stale).with_header("ETag", etag(Some(Version::of(current)), &body))
}

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        let headers = request.headers();
        let given = headers.contains_key(header::IF_MATCH).then(|| {
            // What is no text is no entity tag either.
            field_lines::combined(headers, header::IF_MATCH).unwrap_or_default()
        });
        std::future::ready(Self::read(given.as_deref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/v1/editions/2027";

    fn version(public: i64, internal: i64) -> Version {
        Version::new(PATH, public, internal)
    }

    #[test]
    fn if_match_reads_the_versions_of_strong_tags() {
        let (three, twelve) = (version(3, 0), version(12, 4));
        assert_eq!(IfMatch::parse("*"), Some(IfMatch::Any));
        let several = IfMatch::parse(&format!("\"{three}-abc\", \"{twelve}-x-br\""));
        assert_eq!(several, Some(IfMatch::Versions(vec![three.clone(), twelve])));
        assert_eq!(IfMatch::parse(&format!("W/\"{three}-abc\"")), Some(IfMatch::Versions(vec![])));
        let odd = IfMatch::parse(&format!("\"a,b\" , \"{three}-x\""));
        assert_eq!(odd, Some(IfMatch::Versions(vec![three.clone()])));
        assert_eq!(IfMatch::parse("3-abc"), None);
        // Empty elements of a list mean nothing.
        assert_eq!(IfMatch::parse(&format!(",\"{three}-x\", ,")), IfMatch::parse(&format!("\"{three}-x\"")));
    }

    #[test]
    fn a_version_is_read_as_it_is_written() {
        for version in [version(3, 0), version(3, 2)] {
            assert_eq!(Version::read(&format!("{version}-digest")), Some(version));
        }
        for nothing in ["", "3", "3.-x", ".2-x", "3.2.1-x", "three-x"] {
            assert_eq!(Version::read(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_tag_is_current_as_far_as_it_tells() {
        for (seen, current, expected) in [
            (version(3, 0), version(3, 0), true),
            (version(3, 0), version(3, 2), true),
            (version(3, 2), version(3, 0), true),
            (version(3, 2), version(3, 2), true),
            (version(3, 1), version(3, 2), false),
            (version(2, 2), version(3, 2), false),
            (Version::new("/v1/editions/2028", 3, 0), version(3, 0), false),
            (Version { stamp: "made up".to_owned(), ..version(3, 0) }, version(3, 0), false),
            (Version { internal: 0, ..version(3, 2) }, version(3, 2), false),
        ] {
            assert_eq!(seen.is_current(PATH, &current), expected, "{seen} of {current}");
        }
    }
}
