//! Where the bytes of files are kept, by keys: a directory, or a bucket of a service that speaks the protocol of S3. What
//! the files are stands in the database.

mod connector;
mod settings;

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use hyper::body::Bytes;
use object_store::WriteMultipart;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt as _};
use tokio::sync::Semaphore;

use crate::database::types::UtcTime;
use crate::error::{Error, Result};

/// The longest that an object may be on its way, or that the next piece of one may take, retries included.
const TIME_FOR_AN_OBJECT: Duration = Duration::from_secs(30);

/// How many parts of a file are on their way at a time.
const PARTS_AT_A_TIME: usize = 2;

/// How many files are put at a time: each has a part or two in memory while it is.
const PUT_AT_A_TIME: usize = 2;

/// The store of objects, shared by all who read and write them. A store that does not answer makes a request a 503.
#[derive(Debug, Clone)]
pub struct ObjectStorage {
    store: Arc<dyn ObjectStore>,
    /// Larger files are put in parts of so many bytes.
    part: usize,
    putting: Arc<Semaphore>,
}

/// The bytes of an object, piece by piece.
pub type Pieces = BoxStream<'static, Result<Bytes>>;

impl ObjectStorage {
    fn new(store: Arc<dyn ObjectStore>, part: usize) -> Self {
        Self { store, part, putting: Arc::new(Semaphore::new(PUT_AT_A_TIME)) }
    }

    /// Keeps what is in `file` under `key`. Once it returns it is durable.
    pub async fn put_file(&self, key: &str, file: File) -> Result<()> {
        let waiting = async { self.putting.acquire().await.map_err(Error::internal) };
        let _turn = in_time(waiting).await?;
        let rewound = |mut file: File| file.rewind().and_then(|()| Ok((file.metadata()?.len(), file)));
        let (size, file) = rewound(file).map_err(Error::unavailable)?;
        if size <= self.part as u64 {
            let (_, bytes) = next_part(file, self.part).await?;
            return self.put(key, bytes).await;
        }
        // On a task of its own: a caller that hangs up leaves no half of an object.
        let putting = put_in_parts(self.store.clone(), Path::from(key), file, self.part);
        tokio::spawn(putting).await.map_err(Error::internal)?
    }

    /// Keeps `bytes` under `key`. Once it returns they are durable.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<()> {
        let (store, key) = (self.store.clone(), Path::from(key));
        // On a task of its own: a caller that hangs up leaves no half of an object.
        let put = tokio::spawn(async move { store.put(&key, bytes.into()).await.map(drop) });
        in_time(async { put.await.map_err(Error::internal)?.map_err(Error::unavailable) }).await
    }

    /// The bytes in `range` of what was put under `key`, as they come; none when there is no such object, or its size
    /// is not `size`.
    pub async fn open(&self, key: &str, size: u64, range: Range<u64>) -> Result<Option<Pieces>> {
        let range = (range != (0..size)).then_some(GetRange::Bounded(range));
        in_time(async {
            match self.store.get_opts(&Path::from(key), GetOptions { range, ..GetOptions::default() }).await {
                Ok(object) if object.meta.size == size => Ok(Some(in_pieces(object.into_stream()))),
                Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(cause) => Err(Error::unavailable(cause)),
            }
        })
        .await
    }

    /// All bytes of what was put under `key`, as they come; none when there is no such object.
    pub async fn pieces(&self, key: &str) -> Result<Option<Pieces>> {
        in_time(async {
            match self.store.get(&Path::from(key)).await {
                Ok(object) => Ok(Some(in_pieces(object.into_stream()))),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(cause) => Err(Error::unavailable(cause)),
            }
        })
        .await
    }

    /// Deletes the object under `key`, if there is one.
    pub async fn delete(&self, key: &str) -> Result<()> {
        in_time(async {
            match self.store.delete(&Path::from(key)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(cause) => Err(Error::unavailable(cause)),
            }
        })
        .await
    }

    /// The keys below `folder` of what was put before `time`, `at_a_time` each.
    pub fn put_before(
        &self,
        folder: &str,
        time: UtcTime,
        at_a_time: usize,
    ) -> impl Stream<Item = Result<Vec<String>>> + use<> {
        let objects = self.store.list(Some(&Path::from(folder)));
        objects
            .try_filter_map(move |object| async move {
                let old = UtcTime::from(object.last_modified) < time;
                Ok(old.then(|| object.location.to_string()))
            })
            .try_chunks(at_a_time)
            .map(|keys| keys.map_err(|failed| Error::unavailable(failed.1)))
    }
}

async fn put_in_parts(store: Arc<dyn ObjectStore>, key: Path, mut file: File, size: usize) -> Result<()> {
    let upload = in_time(async { store.put_multipart(&key).await.map_err(Error::unavailable) }).await?;
    let mut upload = WriteMultipart::new_with_chunk_size(upload, size);
    loop {
        let part;
        (file, part) = next_part(file, size).await?;
        if part.is_empty() {
            break;
        }
        in_time(async { upload.wait_for_capacity(PARTS_AT_A_TIME).await.map_err(Error::unavailable) })
            .await?;
        upload.put(part);
    }
    in_time(async { upload.finish().await.map(drop).map_err(Error::unavailable) }).await
}

/// Reads what comes next of a file, at most so many bytes; nothing at its end.
async fn next_part(file: File, most: usize) -> Result<(File, Bytes)> {
    let read = move || {
        let left = file.metadata()?.len().saturating_sub((&file).stream_position()?);
        let mut part = Vec::with_capacity(most.min(usize::try_from(left).unwrap_or(most)));
        (&file).take(most as u64).read_to_end(&mut part)?;
        Ok::<_, std::io::Error>((file, Bytes::from(part)))
    };
    tokio::task::spawn_blocking(read).await.map_err(Error::internal)?.map_err(Error::unavailable)
}

/// The pieces of an object, each of which has its time.
fn in_pieces(pieces: BoxStream<'static, object_store::Result<Bytes>>) -> Pieces {
    let next = |mut pieces: BoxStream<'static, object_store::Result<Bytes>>| async move {
        let piece = in_time(async { pieces.try_next().await.map_err(Error::unavailable) }).await?;
        Ok(piece.map(|piece| (piece, pieces)))
    };
    stream::try_unfold(pieces, next).boxed()
}

async fn in_time<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let late = |_| Error::unavailable("the object store has not answered in time");
    tokio::time::timeout(TIME_FOR_AN_OBJECT, work).await.map_err(late)?
}
