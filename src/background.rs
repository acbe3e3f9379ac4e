//! What the service does beside answering requests, each task at a pace of its own, for as long as it runs.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use prometheus::{CounterVec, GaugeVec, IntCounterVec, Opts};
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
use crate::imports::{self, Imports};
use crate::measurements::{Measurement, counters};
use crate::nominations::documents::sweeping;
use crate::object_storage::ObjectStorage;
use crate::operations::metrics::Metrics;
use crate::search::Vocabularies;

/// How soon an instance knows what others have written.
const SOON: Duration = Duration::from_secs(5);

/// How soon an import begins.
const A_MOMENT: Duration = Duration::from_millis(500);

const SECONDS_OF_A_DAY: i64 = 24 * 60 * 60;

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

/// The tasks of a service, and what is measured of them.
pub(crate) struct Background {
    runs: IntCounterVec,
    seconds: CounterVec,
    last_success: GaugeVec,
}

/// Something that is done again and again.
struct Task {
    /// What it is called in measurements.
    name: &'static str,
    /// What is told when it fails.
    failure: &'static str,
    /// When it is done for the first time after the start.
    delay: Duration,
    /// How long after that it is done again.
    pause: Duration,
}

impl Background {
    /// No task has begun.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self {
            runs: counters(
                "nasij_background_runs_total",
                "What the service has done beside answering requests, by task and outcome.",
                &["task", "outcome"],
            )?,
            seconds: CounterVec::new(
                Opts::new("nasij_background_run_seconds_total", "Time that a task has taken."),
                &["task"],
            )
            .map_err(Error::internal)?,
            last_success: GaugeVec::new(
                Opts::new("nasij_background_last_success_timestamp_seconds", "When a task was done last."),
                &["task"],
            )
            .map_err(Error::internal)?,
        })
    }

    /// What is measured of the tasks.
    pub(crate) fn measurements(&self) -> Vec<Measurement> {
        vec![Box::new(self.runs.clone()), Box::new(self.seconds.clone()), Box::new(self.last_success.clone())]
    }

    /// Looks at what only the database knows of itself.
    pub(crate) fn measure(&self, database: &Database, metrics: &Arc<Metrics>) {
        let (database, metrics) = (database.clone(), metrics.clone());
        let task = Task {
            name: "measuring",
            failure: "the database could not be measured",
            delay: Duration::ZERO,
            pause: MINUTE,
        };
        self.run(task, move || {
            let (database, metrics) = (database.clone(), metrics.clone());
            async move { metrics.look_at(&database).await }
        });
    }

    /// Makes the daily backup.
    pub(crate) fn back_up(&self, config: &Config) {
        if config.backup_directory.is_none() {
            return;
        }
        let config = config.clone();
        let task = Task {
            name: "daily_backup",
            failure: "the daily backup could not be made",
            delay: SOON,
            pause: HOUR,
        };
        self.run(task, move || {
            let config = config.clone();
            // On a thread of its own: digests of a large database take a while.
            let runtime = Handle::current();
            let made = tokio::task::spawn_blocking(move || runtime.block_on(daily::make_when_due(&config)));
            async move { made.await.map_err(Error::internal)? }
        });
    }

    /// Learns which signing keys the operator has rotated or revoked.
    pub(crate) fn keep_signing_keys_fresh(&self, database: &Database, keys: &Arc<SigningKeys>) {
        let (database, keys) = (database.clone(), keys.clone());
        let task = Task {
            name: "signing_keys",
            failure: "the signing keys could not be read again",
            delay: SOON,
            pause: SOON,
        };
        self.run(task, move || {
            let (database, keys) = (database.clone(), keys.clone());
            async move { keys.reload(&database).await }
        });
    }

    /// Fetches the keys of the identity providers.
    pub(crate) fn keep_provider_keys_fresh(&self, database: &Database, providers: &Arc<IdentityProviders>) {
        let (database, providers) = (database.clone(), providers.clone());
        let task = Task {
            name: "provider_keys",
            failure: "the keys of the identity providers could not be fetched",
            delay: Duration::ZERO,
            pause: MINUTE,
        };
        self.run(task, move || {
            let (database, providers) = (database.clone(), providers.clone());
            async move { providers.keep_fresh(&database).await }
        });
    }

    /// Learns with `refresh` the names that are there, and those that other instances write. Whoever searches before has them
    /// read at once.
    pub(crate) fn keep_vocabularies_fresh(
        &self,
        database: &Database,
        vocabularies: &Arc<Vocabularies>,
        refresh: fn(&mut Connection, &Vocabularies) -> Result<()>,
    ) {
        let (database, vocabularies) = (database.clone(), vocabularies.clone());
        let task = Task {
            name: "vocabularies",
            failure: "the search vocabularies could not be refreshed",
            delay: SOON,
            pause: SOON,
        };
        self.run(task, move || {
            let (database, vocabularies) = (database.clone(), vocabularies.clone());
            async move { database.read(move |connection| refresh(connection, &vocabularies)).await }
        });
    }

    /// Seals what the audit trail has recorded.
    pub(crate) fn seal_audit_trail(&self, database: &Database) {
        let database = database.clone();
        let task = Task {
            name: "audit_sealing",
            failure: "the audit trail could not be sealed",
            delay: Duration::ZERO,
            pause: sealing::PAUSE,
        };
        self.run(task, move || {
            let database = database.clone();
            async move { sealing::seal_pending(&database).await }
        });
    }

    /// Forgets retired signing keys whose last token is dead, answers that were kept for retries, and revoked tokens and
    /// used assertions that have expired: one after the other, and not while the first requests wait for their connections.
    pub(crate) fn forget_what_is_over(&self, database: &Database) {
        let database = database.clone();
        let task = Task {
            name: "forgetting",
            failure: "what is over could not be forgotten",
            delay: SOON,
            pause: NOW_AND_THEN,
        };
        self.run(task, move || {
            let database = database.clone();
            async move {
                let mut outcome = Ok(());
                for (failure, forget) in OVER {
                    if let Err(error) = database.write(Outcome::Keep, forget).await {
                        log::error!("{failure}");
                        outcome = Err(error);
                    }
                }
                outcome
            }
        });
    }

    /// Deletes the files of documents that there are no more.
    pub(crate) fn sweep_documents(&self, database: &Database, storage: &ObjectStorage) {
        let (database, storage) = (database.clone(), storage.clone());
        let task = Task {
            name: "document_sweep",
            failure: "the files of deleted documents could not be deleted",
            delay: SOON,
            pause: HOUR,
        };
        self.run(task, move || {
            let (database, storage) = (database.clone(), storage.clone());
            async move { sweeping::sweep(&database, &storage).await }
        });
    }

    /// Writes the rows of imports, and forgets those that are long over.
    pub(crate) fn write_imports(&self, imports: &Arc<Imports>, database: &Database, days: u16) {
        let writing = imports.clone();
        let task = Task {
            name: "imports",
            failure: "an import could not be written",
            delay: Duration::ZERO,
            pause: A_MOMENT,
        };
        self.run(task, move || writing.clone().write_next());
        let (imports, database) = (imports.clone(), database.clone());
        let task = Task {
            name: "import_sweep",
            failure: "what is left of imports could not be deleted",
            delay: SOON,
            pause: HOUR,
        };
        self.run(task, move || {
            let (imports, database) = (imports.clone(), database.clone());
            async move {
                let time = UtcTime::now().plus_seconds(-i64::from(days) * SECONDS_OF_A_DAY);
                let forget = move |connection: &mut Connection| imports::queries::forget(connection, time);
                database.write(Outcome::Keep, forget).await?;
                imports.sweep().await
            }
        });
    }

    /// Forgets the clients that have not asked for a while.
    pub(crate) fn forget_idle_clients(&self, limits: &Arc<Limits>) {
        let limits = limits.clone();
        let task = Task {
            name: "idle_clients",
            failure: "idle clients could not be forgotten",
            delay: Duration::ZERO,
            pause: MINUTE,
        };
        self.run(task, move || {
            let limits = limits.clone();
            async move {
                limits.forget_idle();
                Ok(())
            }
        });
    }

    /// Does `work` again and again. What fails is logged, a panic as well, and tried again.
    fn run<Done>(&self, task: Task, work: impl Fn() -> Done + Send + 'static)
    where
        Done: Future<Output = Result<()>> + Send + 'static,
    {
        let Task { name, failure, delay, pause } = task;
        let [done, failed] = ["done", "failed"].map(|outcome| self.runs.with_label_values(&[name, outcome]));
        let (seconds, last_success) =
            (self.seconds.with_label_values(&[name]), self.last_success.with_label_values(&[name]));
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            loop {
                let begun = Instant::now();
                let outcome = AssertUnwindSafe(work()).catch_unwind().await;
                seconds.inc_by(begun.elapsed().as_secs_f64());
                match outcome {
                    Ok(Ok(())) => {
                        done.inc();
                        last_success.set(UtcTime::now().unix_seconds() as f64);
                    }
                    Ok(Err(error)) => {
                        failed.inc();
                        log::error!("{failure}: {error}");
                    }
                    Err(_) => {
                        failed.inc();
                        log::error!("{failure}: a panic");
                    }
                }
                tokio::time::sleep(pause).await;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn neither_a_failure_nor_a_panic_ends_a_task() {
        let done = Arc::new(AtomicUsize::new(0));
        let counted = done.clone();
        let pause = Duration::from_millis(1);
        let task = Task { name: "test", failure: "the test", delay: Duration::ZERO, pause };
        let background = Background::new().expect("measurements");
        background.run(task, move || {
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
        let runs = |outcome| background.runs.with_label_values(&["test", outcome]).get();
        assert_eq!(runs("failed"), 2);
        assert!(runs("done") >= 1);
    }
}
