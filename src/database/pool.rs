//! Connections that are kept open between jobs. After an error of the database a connection is looked at before it is used
//! again; when it is dead, the database has gone away (a restart, a failover), and none of those from before is used.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deadpool::Status;
use deadpool::managed::{self, Metrics, Object, QueueMode, RecycleError, RecycleResult};
use diesel::ConnectionError;
use prometheus::{Histogram, IntCounter};
use tokio::runtime::Handle;

use super::measured::Measured;
use super::sqlite_file::SqliteFile;
use super::{Connection, Location};
use crate::error::{Error, Result};

/// How long somebody waits for a connection.
const WAIT: Duration = Duration::from_secs(5);

/// All connections that jobs share.
pub(super) struct Pool {
    connections: managed::Pool<Manager>,
    waits: Histogram,
}

impl Pool {
    /// A pool of at most `size` connections to `location`, which begins with this one.
    pub(super) fn new(
        (location, file): (Location, Option<SqliteFile>),
        first: Connection,
        size: u32,
        measured: &Measured,
    ) -> Result<Self> {
        let first = Mutex::new(Some(first));
        let manager =
            Manager { location, file, first, lost: AtomicU64::new(0), losses: measured.losses.clone() };
        // The one that was used last is the warmest; the others rest.
        let pool =
            managed::Pool::builder(manager).max_size(size as usize).queue_mode(QueueMode::Lifo).build();
        let connections = pool.map_err(Error::internal)?;
        Ok(Self { connections, waits: measured.waits.clone() })
    }

    /// A connection for one job.
    ///
    /// # Errors
    /// 503 when the database cannot be reached, or all connections are busy for too long.
    pub(super) async fn lend(&self) -> Result<Loan> {
        let _timer = self.waits.start_timer();
        let waited = match Handle::try_current() {
            Ok(_) => tokio::time::timeout(WAIT, self.connections.get()).await.map_err(Error::unavailable)?,
            // A command has the pool to itself.
            Err(_) => self.connections.get().await,
        };
        waited.map(Loan).map_err(Error::unavailable)
    }

    /// How many connections there are, and how many wait for one.
    pub(super) fn status(&self) -> Status {
        self.connections.status()
    }

    /// As [`Pool::lend`], for a thread that may wait.
    pub(super) fn lend_blocking(&self) -> Result<Loan> {
        futures_executor::block_on(self.lend())
    }
}

/// A connection of the pool, which goes back on drop.
pub(super) struct Loan(Object<Manager>);

/// What became of a job.
pub(super) enum Done<T> {
    /// It has a result.
    With(Result<T>),
    /// It failed because the connection was dead.
    Lost(Error),
}

impl<T> Done<T> {
    /// The result, for whoever does not try again.
    pub(super) fn into_result(self) -> Result<T> {
        match self {
            Self::With(result) => result,
            Self::Lost(error) => Err(error),
        }
    }
}

impl Loan {
    /// Runs `job`. When it fails because of the database the connection is looked at.
    pub(super) fn run<T>(&mut self, job: impl FnOnce(&mut Connection) -> Result<T>) -> Done<T> {
        let kept = &mut *self.0;
        kept.sound = false;
        let result = job(&mut kept.connection);
        kept.sound = match &result {
            Err(error) if error.is_of_the_service() => kept.lives(),
            _ => !kept.is_within_transaction(),
        };
        match result {
            Err(error) if !kept.sound => {
                let seen_lost = kept.seen_lost;
                Object::pool(&self.0).inspect(|pool| pool.manager().lose(seen_lost));
                Done::Lost(Error::unavailable(error))
            }
            result => Done::With(result),
        }
    }
}

/// A connection as the pool keeps it.
struct Kept {
    connection: Connection,
    /// How often the database had been lost when this was opened.
    seen_lost: u64,
    /// Whether another job may have it: not while one runs, which may panic.
    sound: bool,
}

impl Kept {
    fn lives(&mut self) -> bool {
        !self.is_within_transaction() && self.connection.answers()
    }

    fn is_within_transaction(&mut self) -> bool {
        self.connection.transaction_depth() != Some(0)
    }
}

/// Opens connections, and knows which are good.
struct Manager {
    location: Location,
    /// That of SQLite, which must still be the one that was opened first.
    file: Option<SqliteFile>,
    /// Opened before there was a pool.
    first: Mutex<Option<Connection>>,
    /// How often the database was lost.
    lost: AtomicU64,
    losses: IntCounter,
}

impl Manager {
    /// Notes that a connection died which was opened when the database had been lost so often.
    fn lose(&self, seen_lost: u64) {
        let next = seen_lost + 1;
        if self.lost.compare_exchange(seen_lost, next, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.losses.inc();
        }
    }
}

/// Opens a connection; of SQLite one to the file that was opened first, or none.
pub(super) fn open(location: &Location, file: Option<&SqliteFile>) -> Result<Connection, ConnectionError> {
    let check = || {
        let checked = file.map_or(Ok(()), SqliteFile::check_identity);
        checked.map_err(|cause| ConnectionError::BadConnection(cause.to_string()))
    };
    check()?;
    let connection = location.open()?;
    check()?;
    Ok(connection)
}

impl managed::Manager for Manager {
    type Type = Kept;
    type Error = ConnectionError;

    async fn create(&self) -> Result<Kept, ConnectionError> {
        let seen_lost = self.lost.load(Ordering::Relaxed);
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        let connection = match (first, Handle::try_current()) {
            (Some(first), _) => first,
            (None, Err(_)) => open(&self.location, self.file.as_ref())?,
            (None, Ok(runtime)) => {
                let (location, file) = (self.location.clone(), self.file.clone());
                let opened = runtime.spawn_blocking(move || open(&location, file.as_ref())).await;
                opened.map_err(|cause| ConnectionError::BadConnection(cause.to_string()))??
            }
        };
        Ok(Kept { connection, seen_lost, sound: true })
    }

    async fn recycle(&self, kept: &mut Kept, _: &Metrics) -> RecycleResult<ConnectionError> {
        if kept.sound && kept.seen_lost == self.lost.load(Ordering::Relaxed) {
            Ok(())
        } else {
            Err(RecycleError::message("the connection is not good any more"))
        }
    }
}
