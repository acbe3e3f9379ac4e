//! Downloads: a file is given back as a stream, whole or a range of it, and no piece that does not fit its digest is the
//! last one.

use std::ops::Range;

use actix_web::body::{BodySize, MessageBody, SizedStream};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use sha2::{Digest as _, Sha256};
use tokio::time::{Duration, Instant};

use super::name::disposition;
use super::{range, time_for};
use crate::database::types::{Id, UtcTime};
use crate::error::{Error, Result};
use crate::http::conditional::{self, Validators};
use crate::http::middleware::HeadOnly;
use crate::http::negotiation;
use crate::http::parameters::Parameters;
use crate::http::representation::View;
use crate::http::transfers::Transfer;
use crate::object_storage::Pieces;

/// A client has this much more time than a slow line needs.
const GRACE: Duration = Duration::from_secs(30);

/// What is known of a file before its bytes are fetched.
#[derive(Debug, Clone)]
pub struct FileHead {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its size in bytes.
    pub size: u64,
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
    /// Answers with the file, to be saved and never to be shown in place: whole, or the range that is asked for (206).
    /// With 304 when the client has it already. Only where bytes are sent is the file opened by `open`, which is given
    /// the range.
    pub async fn answer<Opened>(
        &self,
        head: &FileHead,
        open: impl FnOnce(Range<u64>) -> Opened,
    ) -> Result<HttpResponse>
    where
        Opened: Future<Output = Result<(Transfer<Id>, Pieces)>>,
    {
        negotiation::media_type(&self.http, &[head.media_type])?;
        let etag = format!("\"{}\"", head.sha256);
        let validators = Validators { etag: &etag, last_modified: Some(head.created_at) };
        if conditional::knows(&self.http, &validators) {
            let mut response = self.begin(head, StatusCode::NOT_MODIFIED, &validators)?;
            return Ok(response.finish());
        }
        // A range is of a GET alone (RFC 9110, 14.2): whoever asks for the head gets that of the whole file.
        let part = match HeadOnly::is_asked(&self.http) {
            true => None,
            false => range::asked(&self.http, head.size, &etag, &head.created_at.http_date())?,
        };
        let status = if part.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
        let mut response = self.begin(head, status, &validators)?;
        if let Some(part) = &part {
            let last = part.end - 1;
            let told = format!("bytes {}-{last}/{}", part.start, head.size);
            response.insert_header((header::CONTENT_RANGE, told));
        }
        let bytes = part.clone().unwrap_or(0..head.size);
        response.content_type(head.media_type);
        if HeadOnly::is_asked(&self.http) {
            return Ok(response.body(Unsent(bytes.end - bytes.start)));
        }
        let size = bytes.end - bytes.start;
        let (transfer, pieces) = open(bytes).await?;
        let digest = part.is_none().then(|| head.sha256.clone());
        let sending = Sending {
            pieces: Some(pieces),
            waiting: None,
            digest: digest.map(|expected| (Sha256::new(), expected)),
            begun: Instant::now(),
            sent: 0,
            _transfer: transfer,
        };
        Ok(response.body(SizedStream::new(size, sending.into_stream().boxed_local())))
    }

    fn begin(
        &self,
        head: &FileHead,
        status: StatusCode,
        validators: &Validators<'_>,
    ) -> Result<actix_web::HttpResponseBuilder> {
        let mut response = conditional::response(&self.http, status, validators);
        View::default().headers(&mut response);
        response
            .insert_header((header::ACCEPT_RANGES, "bytes"))
            .insert_header((header::CONTENT_DISPOSITION, disposition(&head.name)))
            .insert_header(("Repr-Digest", representation_digest(&head.sha256)?))
            // Never packed: the digest, the ETag and the ranges are those of the file itself.
            .insert_header(ContentEncoding::Identity);
        Ok(response)
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

/// The bytes of a file on their way to a client. The transfer ends when this is dropped.
struct Sending {
    pieces: Option<Pieces>,
    /// The latest piece: it is sent when another one comes, or when the digest of all is right.
    waiting: Option<Bytes>,
    /// The digest so far and the one that it has to be; none for a part of the file.
    digest: Option<(Sha256, String)>,
    begun: Instant,
    /// How many bytes were handed over so far.
    sent: u64,
    _transfer: Transfer<Id>,
}

impl Sending {
    fn into_stream(self) -> impl Stream<Item = Result<Bytes>> {
        stream::try_unfold(self, Self::next)
    }

    async fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        while let Some(pieces) = &mut self.pieces {
            if self.begun.elapsed() > GRACE + time_for(self.sent) {
                return Err(Error::unavailable("a client takes a file too slowly"));
            }
            match pieces.try_next().await.inspect_err(|cause| log::error!("a file broke off: {cause}"))? {
                Some(piece) => {
                    if let Some((digest, _)) = &mut self.digest {
                        digest.update(&piece);
                    }
                    if let Some(ready) = self.waiting.replace(piece) {
                        self.sent += ready.len() as u64;
                        return Ok(Some((ready, self)));
                    }
                }
                None => {
                    self.pieces = None;
                    self.check()?;
                }
            }
        }
        Ok(self.waiting.take().map(|last| (last, self)))
    }

    /// Breaks off before the last piece when the file is another one than was put into the store.
    fn check(&mut self) -> Result<()> {
        let Some((digest, expected)) = self.digest.take() else { return Ok(()) };
        if format!("{:x}", digest.finalize()) == expected {
            return Ok(());
        }
        log::error!("the file {expected} is not in the object store as it was put");
        Err(Error::internal("a file was altered in the object store"))
    }
}

/// The body of an answer to `HEAD`: its size, and no byte.
struct Unsent(u64);

impl MessageBody for Unsent {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.0)
    }

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Bytes, Self::Error>>> {
        std::task::Poll::Ready(None)
    }
}

/// The `Repr-Digest` (RFC 9530) of what has this SHA-256 in hexadecimal digits.
fn representation_digest(sha256: &str) -> Result<String> {
    let pairs = (0..sha256.len()).step_by(2);
    let bytes: Option<Vec<u8>> =
        pairs.map(|place| u8::from_str_radix(sha256.get(place..place + 2)?, 16).ok()).collect();
    let bytes = bytes.ok_or_else(|| Error::internal("a digest is not in hexadecimal digits"))?;
    Ok(format!("sha-256=:{}:", STANDARD.encode(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

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
