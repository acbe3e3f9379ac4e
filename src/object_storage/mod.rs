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

/// The size of a part of a large file, in bytes, and how many are on their way at a time. S3 wants 5 MiB or more.
const PART: usize = 8 * 1024 * 1024;
const PARTS_AT_A_TIME: usize = 2;

/// How many files are put at a time: each is in memory as a whole while it is.
const PUT_AT_A_TIME: usize = 2;

/// The store of objects, shared by all who read and write them. A store that does not answer makes a request a 503.
#[derive(Debug, Clone)]
pub struct ObjectStorage {
    store: Arc<dyn ObjectStore>,
    putting: Arc<Semaphore>,
}

/// The bytes of an object, piece by piece.
pub type Pieces = BoxStream<'static, Result<Bytes>>;

impl ObjectStorage {
    fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, putting: Arc::new(Semaphore::new(PUT_AT_A_TIME)) }
    }

    /// Keeps what is in `file` under `key`. Once it returns it is durable.
    pub async fn put_file(&self, key: &str, mut file: File) -> Result<()> {
        let waiting = async { self.putting.acquire().await.map_err(Error::internal) };
        let _turn = in_time(waiting).await?;
        let read = move || {
            let mut bytes = Vec::with_capacity(usize::try_from(file.metadata()?.len()).unwrap_or_default());
            file.rewind()?;
            file.read_to_end(&mut bytes).map(|_| bytes)
        };
        let bytes = tokio::task::spawn_blocking(read).await.map_err(Error::internal)?;
        self.put(key, bytes.map_err(Error::unavailable)?.into()).await
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

    /// Keeps what is in `file`, however large, under `key`, in parts; `told` is called with the size of each. Once it returns it is
    /// durable.
    pub async fn put_in_parts(&self, key: &str, mut file: File, told: impl Fn(u64)) -> Result<()> {
        let upload = self.store.put_multipart(&Path::from(key)).await.map_err(Error::unavailable)?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART);
        loop {
            let mut part = vec![0; PART];
            let (back, read) = tokio::task::spawn_blocking(move || {
                let read = file.read(&mut part)?;
                part.truncate(read);
                Ok::<_, std::io::Error>((file, part))
            })
            .await
            .map_err(Error::internal)?
            .map_err(Error::unavailable)?;
            if read.is_empty() {
                break;
            }
            file = back;
            upload.wait_for_capacity(PARTS_AT_A_TIME).await.map_err(Error::unavailable)?;
            told(read.len() as u64);
            upload.put(read.into());
        }
        upload.finish().await.map(drop).map_err(Error::unavailable)
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
