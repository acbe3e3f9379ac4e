//! Where the bytes of files are kept, by keys: a directory, or a bucket of a service that speaks the protocol of S3. What
//! the files are stands in the database.

mod connector;
mod settings;

use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use hyper::body::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};

use crate::database::types::UtcTime;
use crate::error::{Error, Result};

/// The longest that an object may be on its way, retries included.
const TIME_FOR_AN_OBJECT: Duration = Duration::from_secs(30);

/// The store of objects, shared by all who read and write them. A store that does not answer makes a request a 503.
#[derive(Debug, Clone)]
pub struct ObjectStorage(Arc<dyn ObjectStore>);

impl ObjectStorage {
    /// Keeps `bytes` under `key`. Once it returns they are durable.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<()> {
        let (store, key) = (self.0.clone(), Path::from(key));
        // On a task of its own: a caller that hangs up leaves no half of an object.
        let put = tokio::spawn(async move { store.put(&key, bytes.into()).await.map(drop) });
        in_time(async { put.await.map_err(Error::internal)?.map_err(Error::unavailable) }).await
    }

    /// The bytes that were put under `key`; none when there is no such object, or it is longer than `longest`.
    pub async fn get(&self, key: &str, longest: u64) -> Result<Option<Bytes>> {
        in_time(async {
            match self.0.get(&Path::from(key)).await {
                Ok(object) if object.meta.size <= longest => {
                    Ok(Some(object.bytes().await.map_err(Error::unavailable)?))
                }
                Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(cause) => Err(Error::unavailable(cause)),
            }
        })
        .await
    }

    /// Deletes the object under `key`, if there is one.
    pub async fn delete(&self, key: &str) -> Result<()> {
        in_time(async {
            match self.0.delete(&Path::from(key)).await {
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
        let objects = self.0.list(Some(&Path::from(folder)));
        objects
            .try_filter_map(move |object| async move {
                let old = UtcTime::from(object.last_modified) < time;
                Ok(old.then(|| object.location.to_string()))
            })
            .try_chunks(at_a_time)
            .map(|keys| keys.map_err(|failed| Error::unavailable(failed.1)))
    }
}

async fn in_time<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let late = |_| Error::unavailable("the object store has not answered in time");
    tokio::time::timeout(TIME_FOR_AN_OBJECT, work).await.map_err(late)?
}
