//! Files as they are: uploads whose body is the file, and the answers that give one back.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::LocalBoxFuture;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::body;
use super::conditional;
use super::negotiation;
use super::parameters::Parameters;
use super::representation::View;
use super::write::{self, WriteRequest};
use crate::database::types::UtcTime;
use crate::error::{Error, Reason, Result};
use crate::validation::single_line;

/// Longer than for JSON: a file may come over a slow line.
const TIME_TO_ARRIVE: Duration = Duration::from_secs(60);

/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 200;

/// What may be uploaded.
pub trait Uploadable: 'static {
    /// The media types that are taken.
    const MEDIA_TYPES: &'static [&'static str];
    /// The largest file, in bytes.
    const LARGEST: usize;

    /// The media type of a file that begins with `bytes`; none when it is no file of a type that is taken.
    fn media_type_of(bytes: &[u8]) -> Option<&'static str>;
}

/// The body of an upload: a file whose bytes are what its `Content-Type` says.
#[derive(Debug, Clone)]
pub struct Upload<T> {
    /// The file.
    pub bytes: Bytes,
    /// Its media type, one of [`Uploadable::MEDIA_TYPES`].
    pub media_type: &'static str,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
    of: PhantomData<T>,
}

impl<T: Uploadable> FromRequest for Upload<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let declared = negotiation::content_type(&request, T::MEDIA_TYPES)?;
            let bytes = body::receive(&request, payload, T::LARGEST, TIME_TO_ARRIVE).await?.freeze();
            if bytes.is_empty() {
                return Err(Error::invalid_field("", Reason::new("empty_file")));
            }
            if T::media_type_of(&bytes) != Some(declared) {
                let reason = Reason::new("other_file").with("expected", declared);
                return Err(Error::invalid_field("", reason));
            }
            let (bytes, sha256) = digested(bytes).await?;
            Ok(Self { bytes, media_type: declared, sha256, of: PhantomData })
        })
    }
}

/// The bytes with their SHA-256 in hexadecimal digits, reckoned away from the threads that serve requests.
pub async fn digested(bytes: Bytes) -> Result<(Bytes, String)> {
    let digest = move || {
        let digest = format!("{:x}", Sha256::digest(&bytes));
        (bytes, digest)
    };
    tokio::task::spawn_blocking(digest).await.map_err(Error::internal)
}

/// What an upload asks for beside its body: as any write, and the file's `name`.
#[derive(Clone)]
pub struct UploadRequest {
    /// The name of the file.
    pub name: String,
    /// The write.
    pub write: WriteRequest,
}

impl FromRequest for UploadRequest {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let mut parameters = Parameters::of(request);
        let given = parameters.take("name");
        if let Err(reason) = check_name(given.as_deref()) {
            parameters.refuse("name", reason);
        }
        let write = write::read(request, parameters, &["name"]);
        std::future::ready(write.map(|write| Self { name: given.unwrap_or_default(), write }))
    }
}

/// A name is one line that says something.
fn check_name(name: Option<&str>) -> Result<(), Reason> {
    let name = name.ok_or(Reason::new("required"))?;
    if name.chars().count() > LONGEST_NAME {
        return Err(Reason::new("length").with("min", 1).with("max", LONGEST_NAME));
    }
    if name.chars().any(body::is_forbidden) {
        return Err(Reason::new("characters"));
    }
    single_line(name).map_err(|fault| match fault.code.as_ref() {
        "blank" => Reason::new("blank"),
        _ => Reason::new("characters"),
    })
}

/// What is known of a file before its bytes are fetched.
#[derive(Debug, Clone)]
pub struct FileHead {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// When it was made.
    pub created_at: UtcTime,
}

/// The query of a read of a file.
pub struct FileQuery {
    http: HttpRequest,
}

impl FileQuery {
    /// Answers with the file, to be saved and never to be shown in place (RFC 6266); with 304 when the client has it
    /// already, without asking for its bytes.
    pub async fn answer(
        &self,
        head: &FileHead,
        bytes: impl Future<Output = Result<Bytes>>,
    ) -> Result<HttpResponse> {
        negotiation::media_type(&self.http, &[head.media_type])?;
        let etag = format!("\"{}\"", head.sha256);
        let known = conditional::knows(&self.http, &etag);
        let bytes = if known { Bytes::new() } else { bytes.await? };
        let mut response = conditional::response(&self.http, StatusCode::OK, &etag);
        View::default().headers(&mut response);
        response
            .insert_header((header::LAST_MODIFIED, head.created_at.http_date()))
            .insert_header((header::CONTENT_DISPOSITION, disposition(&head.name)))
            .insert_header(("Repr-Digest", representation_digest(&head.sha256)?))
            // Never packed: the digest and the ETag are those of the file itself.
            .insert_header(ContentEncoding::Identity);
        Ok(conditional::finish(&self.http, response, head.media_type, &etag, bytes))
    }
}

impl FromRequest for FileQuery {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(http: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let mut parameters = Parameters::of(http);
        parameters.take_language(http);
        let read = parameters.finish(&["lang".to_owned()]);
        std::future::ready(read.map(|()| Self { http: http.clone() }))
    }
}

/// The name in the characters that RFC 8187 leaves as they are.
fn disposition(name: &str) -> String {
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    format!("attachment; filename*=UTF-8''{}", utf8_percent_encode(name, ENCODED))
}

/// The `Repr-Digest` (RFC 9530) of what has this SHA-256 in hexadecimal digits.
fn representation_digest(sha256: &str) -> Result<String> {
    let pairs = (0..sha256.len()).step_by(2);
    let bytes: Option<Vec<u8>> =
        pairs.map(|place| u8::from_str_radix(sha256.get(place..place + 2)?, 16).ok()).collect();
    let bytes = bytes.ok_or_else(|| Error::internal("a digest is not in hexadecimal digits"))?;
    Ok(format!("sha-256=:{}:", STANDARD.encode(bytes)))
}

/// The bytes of a file, as OpenAPI describes them.
#[derive(Debug)]
pub struct File;

impl PartialSchema for File {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .description(Some("The bytes of a file."))
            .into()
    }
}

impl ToSchema for File {
    fn name() -> Cow<'static, str> {
        "DocumentFile".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_that_says_something() {
        assert!(check_name(Some("تقرير 2026 (final).pdf")).is_ok());
        assert!(check_name(Some(&"é".repeat(200))).is_ok());
        let (long, code) = ("x".repeat(201), |name| check_name(name).unwrap_err().code);
        assert_eq!(code(None), "required");
        assert_eq!(code(Some("")), "blank");
        assert_eq!(code(Some("  ")), "blank");
        assert_eq!(code(Some(&long)), "length");
        for name in ["a\nb", "a\tb", "a\r\nX-Evil: 1", "a\u{0}b", "fdp.\u{202e}exe"] {
            assert_eq!(code(Some(name)), "characters", "{name:?}");
        }
    }

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(disposition("a\"; b=c\r\n.pdf"), "attachment; filename*=UTF-8''a%22%3B%20b%3Dc%0D%0A.pdf");
        assert_eq!(disposition("é'.png"), "attachment; filename*=UTF-8''%C3%A9%27.png");
    }

    #[test]
    fn the_digest_is_told_as_rfc_9530_has_it() {
        let empty = format!("{:x}", Sha256::digest(b""));
        assert_eq!(
            representation_digest(&empty).unwrap(),
            "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
        );
        assert!(representation_digest("xyz").is_err());
    }
}
