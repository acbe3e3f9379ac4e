//! Deletes from the object store what no document speaks of: the bytes of deleted documents, and of uploads that were not
//! finished.

use std::pin::pin;

use futures_util::TryStreamExt as _;

use super::{queries, rules};
use crate::database::Database;
use crate::database::types::UtcTime;
use crate::error::Result;
use crate::object_storage::ObjectStorage;

/// For so long whatever is stored may still be waiting for its record: much longer than any upload takes, and than the
/// clocks of the instances and of the store differ.
const SECONDS_TO_WAIT: i64 = 60 * 60;

const AT_A_TIME: usize = 200;

/// Deletes what has waited long enough. Several instances may do so at once.
pub async fn sweep(database: &Database, storage: &ObjectStorage) -> Result<()> {
    sweep_before(database, storage, UtcTime::now().plus_seconds(-SECONDS_TO_WAIT)).await
}

/// Deletes what was stored before `time` and has no document. A key is used once, so what has none by then never gets
/// one.
pub async fn sweep_before(database: &Database, storage: &ObjectStorage, time: UtcTime) -> Result<()> {
    let mut stored = pin!(storage.put_before(rules::FOLDER, time, AT_A_TIME));
    while let Some(keys) = stored.try_next().await? {
        let ours: Vec<String> = keys.into_iter().filter(|key| rules::is_object_key(key)).collect();
        let without = database.read(move |connection| queries::without_document(connection, &ours)).await?;
        for key in without {
            storage.delete(&key).await?;
        }
    }
    Ok(())
}
