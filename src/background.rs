//! What the service does beside answering requests, each task at a pace of its own, for as long as it runs.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};

use crate::access::{self, IdentityProviders, SigningKeys, keys};
use crate::audit::Actor;
use crate::audit::chain::sealing;
use crate::backup::daily;
use crate::config::Config;
use crate::database::types::UtcTime;
use crate::database::{Connection, Database, Outcome};
use crate::error::{Error, Result};
use crate::http::idempotency;
use crate::http::limits::Limits;
use crate::nominations::documents::sweeping;
use crate::object_storage::ObjectStorage;
use crate::search::Vocabularies;

/// How soon an instance knows what others have written.
const SOON: Duration = Duration::from_secs(5);

const MINUTE: Duration = Duration::from_secs(60);

const HOUR: Duration = Duration::from_secs(60 * 60);

/// How often it is looked for what can be forgotten.
const NOW_AND_THEN: Duration = Duration::from_secs(10 * 60);

/// Takes SIGHUP, which would end the process: whoever sends it wants files to be read again, and those that can be are looked
/// at by themselves.
pub(crate) fn survive_hangups() {
    let Ok(mut hangups) = signal(SignalKind::hangup()) else { return };
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            log::info!(
                "SIGHUP: the TLS certificate is read again within a minute, all else at the next start"
            );
        }
    });
}

/// Makes the daily backup.
pub(crate) fn back_up(config: &Config) {
    if config.backup_directory.is_none() {
        return;
    }
    let config = config.clone();
    begin(SOON, HOUR, "the daily backup could not be made", move || {
        let config = config.clone();
        // On a thread of its own: digests of a large database take a while.
        let runtime = Handle::current();
        let made = tokio::task::spawn_blocking(move || runtime.block_on(daily::make_when_due(&config)));
        async move { made.await.map_err(Error::internal)? }
    });
}

/// Learns which signing keys the operator has rotated or revoked.
pub(crate) fn keep_signing_keys_fresh(database: &Database, keys: &Arc<SigningKeys>) {
    let (database, keys) = (database.clone(), keys.clone());
    again_every(SOON, "the signing keys could not be read again", move || {
        let (database, keys) = (database.clone(), keys.clone());
        async move { keys.reload(&database).await }
    });
}

/// Fetches the keys of the identity providers.
pub(crate) fn keep_provider_keys_fresh(database: &Database, providers: &Arc<IdentityProviders>) {
    let (database, providers) = (database.clone(), providers.clone());
    every(MINUTE, "the keys of the identity providers could not be fetched", move || {
        let (database, providers) = (database.clone(), providers.clone());
        async move {
            providers.keep_fresh(&database).await;
            Ok(())
        }
    });
}

/// Learns with `refresh` the names that are there, and those that other instances write. Whoever searches before has them
/// read at once.
pub(crate) fn keep_vocabularies_fresh(
    database: &Database,
    vocabularies: &Arc<Vocabularies>,
    refresh: fn(&mut Connection, &Vocabularies) -> Result<()>,
) {
    let (database, vocabularies) = (database.clone(), vocabularies.clone());
    again_every(SOON, "the search vocabularies could not be refreshed", move || {
        let (database, vocabularies) = (database.clone(), vocabularies.clone());
        async move { database.read(move |connection| refresh(connection, &vocabularies)).await }
    });
}

/// Seals what the audit trail has recorded.
pub(crate) fn seal_audit_trail(database: &Database) {
    let database = database.clone();
    every(sealing::PAUSE, "the audit trail could not be sealed", move || {
        let database = database.clone();
        async move { sealing::seal_pending(&database).await }
    });
}

/// Deletes what is over.
type Forget = fn(&mut Connection) -> Result<()>;

/// What is forgotten once it is over, with what is told when that fails.
const OVER: [(&str, Forget); 4] = [
    ("retired signing keys could not be forgotten", |connection| {
        keys::delete_dead(connection, &Actor::service(), UtcTime::now())
    }),
    ("old retries could not be forgotten", idempotency::forget_old),
    ("revoked tokens could not be forgotten", |connection| {
        access::forget_expired_revocations(connection, UtcTime::now())
    }),
    ("used assertions could not be forgotten", |connection| {
        access::forget_expired_assertions(connection, UtcTime::now())
    }),
];

/// Forgets retired signing keys whose last token is dead, answers that were kept for retries, and revoked tokens and
/// used assertions that have expired: one after the other, and not while the first requests wait for their connections.
pub(crate) fn forget_what_is_over(database: &Database) {
    let database = database.clone();
    begin(SOON, NOW_AND_THEN, "what is over could not be forgotten", move || {
        let database = database.clone();
        async move {
            for (failure, forget) in OVER {
                if let Err(error) = database.write(Outcome::Keep, forget).await {
                    log::error!("{failure}: {error}");
                }
            }
            Ok(())
        }
    });
}

/// Deletes the files of documents that there are no more.
pub(crate) fn sweep_documents(database: &Database, storage: &ObjectStorage) {
    let (database, storage) = (database.clone(), storage.clone());
    begin(SOON, HOUR, "the files of deleted documents could not be deleted", move || {
        let (database, storage) = (database.clone(), storage.clone());
        async move { sweeping::sweep(&database, &storage).await }
    });
}

/// Forgets the clients that have not asked for a while.
pub(crate) fn forget_idle_clients(limits: &Arc<Limits>) {
    let limits = limits.clone();
    every(MINUTE, "idle clients could not be forgotten", move || {
        let limits = limits.clone();
        async move {
            limits.forget_idle();
            Ok(())
        }
    });
}

/// Does `work` at once and again after each `pause`. What fails is logged, a panic as well, and tried again.
fn every<Done>(pause: Duration, failure: &'static str, work: impl Fn() -> Done + Send + 'static)
where
    Done: Future<Output = Result<()>> + Send + 'static,
{
    begin(Duration::ZERO, pause, failure, work);
}

/// As [`every`], but first after a `pause`: the start has done it already.
fn again_every<Done>(pause: Duration, failure: &'static str, work: impl Fn() -> Done + Send + 'static)
where
    Done: Future<Output = Result<()>> + Send + 'static,
{
    begin(pause, pause, failure, work);
}

fn begin<Done>(
    delay: Duration,
    pause: Duration,
    failure: &'static str,
    work: impl Fn() -> Done + Send + 'static,
) where
    Done: Future<Output = Result<()>> + Send + 'static,
{
    tokio::spawn(async move {
        tokio::time::sleep(delay).await;
        loop {
            match AssertUnwindSafe(work()).catch_unwind().await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => log::error!("{failure}: {error}"),
                Err(_) => log::error!("{failure}: a panic"),
            }
            tokio::time::sleep(pause).await;
        }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn neither_a_failure_nor_a_panic_ends_a_task() {
        let done = Arc::new(AtomicUsize::new(0));
        let counted = done.clone();
        every(Duration::from_millis(1), "the test", move || {
            let turn = counted.fetch_add(1, Ordering::SeqCst);
            async move {
                assert!(turn != 0, "a panic, as a defect would");
                if turn == 1 { Err(Error::internal("a failure")) } else { Ok(()) }
            }
        });
        let more = async {
            while done.load(Ordering::SeqCst) < 4 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), more).await.expect("it goes on");
    }
}
