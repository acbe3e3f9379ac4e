//! Uploads: the body is the file. It is read when the handler has let it in, piece by piece into a file without a name,
//! which the system erases whatever happens to the service.

use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::marker::PhantomData;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{self, BytesMut};
use actix_web::{FromRequest, HttpRequest, dev};
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::name::FileName;
use super::time_for;
use crate::config::Config;
use crate::error::{Code, Error, FieldRule, Reason, Result};
use crate::examination::MediaType;
use crate::http::negotiation;
use crate::http::parameters::Parameters;
use crate::http::write::WriteParameters;

/// So much of a file is in memory at a time, in bytes.
const PIECE: usize = 64 * 1024;

/// What may be uploaded.
pub trait Uploadable: 'static {
    /// The media types that are taken.
    const MEDIA_TYPES: &'static [&'static str];
    /// The largest file, in bytes.
    const LARGEST: u64;
}

/// A body that is a file. Not a byte of it has been read.
pub struct IncomingFile<T = ()> {
    request: HttpRequest,
    payload: dev::Payload,
    of: PhantomData<T>,
}

impl<T: 'static> FromRequest for IncomingFile<T> {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        std::future::ready(Ok(Self { request, payload, of: PhantomData }))
    }
}

/// A file that has come in.
#[derive(Debug)]
pub struct Upload {
    /// The file, at its beginning.
    pub file: File,
    /// Its media type, by its first bytes.
    pub media_type: MediaType,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

impl<T: Uploadable> IncomingFile<T> {
    /// Reads the file.
    ///
    /// # Errors
    /// 415 for a media type that is not taken, 413 for a file that is too large, 408 for one that does not come, 422 for
    /// one that is empty or of another type than the request says.
    pub async fn receive(self) -> Result<Upload> {
        let Self { request, payload, .. } = self;
        let declared = negotiation::content_type(&request, T::MEDIA_TYPES)?;
        let spool = spooled(&request, payload, T::LARGEST).await?;
        let media_type = MediaType::of_file(&spool.beginning).filter(|found| found.name() == declared);
        let other = || Error::invalid_field("", Reason::new(FieldRule::OtherFile).with("expected", declared));
        spool.finish(media_type.ok_or_else(other)?)
    }
}

impl IncomingFile {
    /// Reads a file of at most `largest` bytes, whatever it is; with which of `media_types` the request says that it has.
    ///
    /// # Errors
    /// As [`IncomingFile::receive`], but for what only a look into the file tells.
    pub async fn receive_any(
        self,
        media_types: &[&'static str],
        largest: u64,
    ) -> Result<(&'static str, Received)> {
        let declared = negotiation::content_type(&self.request, media_types)?;
        let Spool { mut file, sha256, size, .. } = spooled(&self.request, self.payload, largest).await?;
        file.rewind().map_err(Error::unavailable)?;
        Ok((declared, Received { file, size, sha256: format!("{:x}", sha256.finalize()) }))
    }
}

/// A file that has come in, whatever it is.
#[derive(Debug)]
pub struct Received {
    /// The file.
    pub file: File,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// Reads a body of at most `largest` bytes, and at least one.
async fn spooled(request: &HttpRequest, payload: dev::Payload, largest: u64) -> Result<Spool> {
    if announced(request).is_some_and(|length| length > largest) {
        return Err(Error::new(Code::PayloadTooLarge));
    }
    let config = request.app_data::<web::Data<Config>>();
    let config = config.ok_or_else(|| Error::internal("there is no configuration"))?;
    let pause = Duration::from_secs(config.stall_seconds);
    let spool = receive(payload, pause, Spool::new(config)?, largest).await?;
    if spool.size == 0 {
        return Err(Error::invalid_field("", Reason::new(FieldRule::EmptyFile)));
    }
    Ok(spool)
}

/// The length that the request announces, in bytes.
fn announced(request: &HttpRequest) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads a body of at most `largest` bytes into `spool`. Neither two of its pieces nor the whole so far and a file that comes
/// slowly are further apart than `pause`.
async fn receive(
    mut payload: dev::Payload,
    pause: Duration,
    mut spool: Spool,
    largest: u64,
) -> Result<Spool> {
    let begun = Instant::now();
    let mut piece = BytesMut::new();
    loop {
        let late = begun + pause + time_for(spool.size + piece.len() as u64);
        let until = late.min(Instant::now() + pause);
        let Some(chunk) = before(until, payload.next()).await? else { break };
        let chunk = chunk.map_err(|cause| Error::new(Code::BadRequest).caused_by(cause))?;
        if spool.size + (piece.len() + chunk.len()) as u64 > largest {
            return Err(Error::new(Code::PayloadTooLarge));
        }
        piece.extend_from_slice(&chunk);
        if piece.len() >= PIECE {
            spool = spool.add(piece.split()).await?;
        }
    }
    spool.add(piece).await
}

async fn before<T>(until: Instant, work: impl Future<Output = T>) -> Result<T> {
    let late = |_| Error::new(Code::RequestTimeout).with_header("Connection", "close");
    tokio::time::timeout_at(until, work).await.map_err(late)
}

/// What has come of a file so far.
struct Spool {
    file: File,
    sha256: Sha256,
    size: u64,
    beginning: Vec<u8>,
}

impl Spool {
    fn new(config: &Config) -> Result<Self> {
        let file = tempfile::tempfile_in(&config.data_dir).map_err(Error::unavailable)?;
        Ok(Self { file, sha256: Sha256::new(), size: 0, beginning: Vec::new() })
    }

    /// Adds a piece, away from the threads that serve requests.
    async fn add(mut self, piece: BytesMut) -> Result<Self> {
        let adding = move || {
            let missing = MediaType::LONGEST_SIGNATURE - self.beginning.len();
            self.beginning.extend(piece.iter().take(missing));
            self.sha256.update(&piece);
            self.size += piece.len() as u64;
            self.file.write_all(&piece).map_err(Error::unavailable)?;
            Ok(self)
        };
        tokio::task::spawn_blocking(adding).await.map_err(Error::internal)?
    }

    fn finish(mut self, media_type: MediaType) -> Result<Upload> {
        self.file.rewind().map_err(Error::unavailable)?;
        let sha256 = format!("{:x}", self.sha256.finalize());
        Ok(Upload { file: self.file, media_type, size: self.size, sha256 })
    }
}

impl WriteParameters for FileName {
    const NAMES: &'static [&'static str] = &["name"];

    /// The name of the file.
    fn take(parameters: &mut Parameters) -> Option<Self> {
        let name = Self::given(parameters.take("name").as_deref());
        name.map_err(|reason| parameters.refuse("name", reason)).ok()
    }
}
