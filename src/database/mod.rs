//! The one door to both databases: reads through a pool, writes through [`Database::write`].
//!
//! SQLite and PostgreSQL are both compiled in; the URL's scheme chooses at run time.

mod connection;
pub mod fragment;
mod instant;
pub mod listing;
pub mod migrations;
pub mod schema;
pub mod turns;
pub mod types;
mod writer;
mod written;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use diesel::Connection as _;
use diesel::r2d2::Pool;
use tokio::sync::{Semaphore, oneshot};

pub use connection::{AnyConnection as Connection, Backend, Location, MultiBackend};
pub use written::{deleted, stored};

use crate::error::Error;
use connection::Manager;
use writer::{Deliver, Job};

/// What a write leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The changes stay.
    Keep,
    /// Everything is checked, nothing stays (`dry_run=true`).
    Discard,
}

/// The database, shared by all who read and write.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    location: Location,
    pool: Pool<Manager>,
    /// One for each connection of the pool: whoever waits for one does so without a thread, which has a heap of its own.
    permits: Semaphore,
    sqlite_writer: Option<SyncSender<Job>>,
}

const SERIALISATION_TRIES: usize = 5;
/// How long somebody waits for a connection.
const WAIT: Duration = Duration::from_secs(5);

impl Database {
    /// Opens the database that `url` names, with at most `connections` in the pool.
    pub fn open(url: &str, connections: u32) -> Result<Self, Error> {
        let location = Location::parse(url).map_err(Error::configuration)?;
        // The first is opened by hand: the pool would only say that it waited in vain.
        let first = location.open().map_err(|cause| Error::configuration(open_failure(&location, &cause)))?;
        let pool = Pool::builder()
            .max_size(connections)
            // None is opened before it is needed: each costs PostgreSQL a process.
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(WAIT)
            .build(Manager::new(location.clone(), first))
            .map_err(Error::unavailable)?;
        let sqlite_writer = match &location {
            Location::Sqlite(_) => Some(writer::start(&location)?),
            Location::Postgresql(_) => None,
        };
        let permits = Semaphore::new(connections as usize);
        Ok(Self(Arc::new(Inner { location, pool, permits, sqlite_writer })))
    }

    /// A connection of its own, outside the pool, for migrations.
    pub fn dedicated_connection(&self) -> Result<Connection, Error> {
        self.0.location.open().map_err(Error::unavailable)
    }

    /// Runs `job` on a pooled connection, away from the threads that serve requests.
    pub async fn read<T, F>(&self, job: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    {
        self.with_permit(move |database| database.read_blocking(job)).await
    }

    /// Runs `job`, which takes one connection of the pool, on a thread of its own as soon as there may be one.
    async fn with_permit<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Self) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = tokio::time::timeout(WAIT, self.0.permits.acquire()).await;
        let _permit = permit.map_err(Error::unavailable)?.map_err(Error::internal)?;
        let database = self.clone();
        tokio::task::spawn_blocking(move || job(&database)).await.map_err(Error::internal)?
    }

    /// As [`Database::read`], on this thread.
    pub fn read_blocking<T>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut connection = self.0.pool.get().map_err(Error::unavailable)?;
        job(&mut connection)
    }

    /// Runs `job` in one write transaction and returns after its commit is durable. `job` may run more than once
    /// (PostgreSQL may ask for a repetition), so it only speaks to the connection.
    pub async fn write<T, F>(&self, outcome: Outcome, job: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&mut Connection) -> Result<T, Error> + Send + 'static,
    {
        match &self.0.sqlite_writer {
            Some(writer) => write_sqlite(writer, outcome, job).await,
            None => self.with_permit(move |database| write_postgresql(&database.0.pool, outcome, job)).await,
        }
    }

    /// As [`Database::write`], on this thread and beside the writer: for the command line, the start and what is done in the
    /// background.
    pub fn write_blocking<T>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut connection = self.0.pool.get().map_err(Error::unavailable)?;
        connection.begin_write()?;
        let result = job(&mut connection);
        match &result {
            Ok(_) => connection.commit_write()?,
            Err(_) => connection.rollback_write()?,
        }
        result
    }
}

fn open_failure(location: &Location, cause: &diesel::ConnectionError) -> String {
    match location {
        // The URL carries a password: it is not repeated.
        Location::Postgresql(_) => {
            format!("cannot connect to the PostgreSQL that DATABASE_URL names: {cause}")
        }
        Location::Sqlite(path) => format!("cannot open the SQLite database {path}: {cause}"),
    }
}

async fn write_sqlite<T, F>(writer: &SyncSender<Job>, outcome: Outcome, job: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: Fn(&mut Connection) -> Result<T, Error> + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    let job: Job = Box::new(move |connection| {
        let result = catch_unwind(AssertUnwindSafe(|| in_savepoint(connection, outcome, &job)))
            .unwrap_or_else(|_| {
                connection.roll_back_savepoints();
                Err(Error::internal("a write job panicked"))
            });
        let deliver: Deliver = Box::new(move |committed| {
            // Whoever asked may have hung up: the write stands all the same.
            let _ = sender.send(committed.and(result));
        });
        deliver
    });
    writer.try_send(job).map_err(|_| Error::unavailable("the queue of the SQLite writer is full"))?;
    receiver.await.map_err(Error::unavailable)?
}

fn write_postgresql<T, F>(pool: &Pool<Manager>, outcome: Outcome, job: F) -> Result<T, Error>
where
    F: Fn(&mut Connection) -> Result<T, Error>,
{
    let mut connection = pool.get().map_err(Error::unavailable)?;
    for _ in 1..SERIALISATION_TRIES {
        match in_savepoint(&mut connection, outcome, &job) {
            Err(error) if error.is_serialisation_failure() => {}
            result => return result,
        }
    }
    in_savepoint(&mut connection, outcome, &job)
}

/// Why a transaction was taken back: because of an error, or because it was only a rehearsal.
enum Rollback<T> {
    Failed(Error),
    Rehearsed(T),
}

impl<T> From<diesel::result::Error> for Rollback<T> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Runs `job` in a transaction, or in a savepoint when one is open already.
fn in_savepoint<T>(
    connection: &mut Connection,
    outcome: Outcome,
    job: &impl Fn(&mut Connection) -> Result<T, Error>,
) -> Result<T, Error> {
    let result = connection.transaction(|connection| {
        let value = job(connection).map_err(Rollback::Failed)?;
        match outcome {
            Outcome::Keep => Ok(value),
            Outcome::Discard => Err(Rollback::Rehearsed(value)),
        }
    });
    match result {
        Ok(value) | Err(Rollback::Rehearsed(value)) => Ok(value),
        Err(Rollback::Failed(error)) => Err(error),
    }
}
