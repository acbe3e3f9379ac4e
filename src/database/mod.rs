//! The one door to both databases: reads through a pool, writes through [`Database::write`].
//!
//! SQLite and PostgreSQL are both compiled in; the URL's scheme chooses at run time.

mod compact;
mod connection;
pub mod copying;
pub mod fragment;
mod functions;
mod instant;
pub mod listing;
mod measured;
pub mod migrations;
mod packed;
mod pool;
pub mod schema;
pub mod server;
mod sqlite_file;
pub mod turns;
pub mod types;
mod writer;
mod written;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use diesel::Connection as _;
use tokio::sync::oneshot;

pub use connection::{AnyConnection as Connection, Backend, Location, MultiBackend};
pub(crate) use written::{ROWS_OF_A_STATEMENT, insert_all};
pub use written::{deleted, stored};

use crate::error::Error;
use measured::{Measured, MeasuredWriter};
use pool::{Done, Loan, Pool};
use sqlite_file::SqliteFile;
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
pub struct Database {
    shared: Arc<Shared>,
    /// How long a job may take.
    deadline: Duration,
}

struct Shared {
    location: Location,
    pool: Pool,
    sqlite: Option<Sqlite>,
    measured: Measured,
}

/// What SQLite alone needs.
struct Sqlite {
    writer: SyncSender<Job>,
    file: SqliteFile,
}

/// How often a transaction is tried that another one got in the way of.
const TRIES: usize = 5;
/// How long a job may take unless it is said otherwise.
const DEADLINE: Duration = Duration::from_secs(15);

impl Database {
    /// Opens the database that `url` names, with at most `connections` in the pool.
    pub fn open(url: &str, connections: u32) -> Result<Self, Error> {
        let location = Location::parse(url).map_err(Error::configuration)?;
        // The first is opened by hand: whoever starts the service is told what is wrong.
        let mut first =
            location.make().map_err(|cause| Error::configuration(open_failure(&location, &cause)))?;
        first.check_encoding()?;
        copying::check_restored(&mut first)?;
        let measured = Measured::new()?;
        let sqlite = match &location {
            Location::Sqlite(path) => {
                let file = SqliteFile::at(path)?;
                Some(Sqlite {
                    writer: writer::start(&location, file.clone(), measured.writer.clone())?,
                    file,
                })
            }
            Location::Postgresql(_) => None,
        };
        let file = sqlite.as_ref().map(|sqlite| sqlite.file.clone());
        let pool = Pool::new((location.clone(), file), first, connections, &measured)?;
        Ok(Self { shared: Arc::new(Shared { location, pool, sqlite, measured }), deadline: DEADLINE })
    }

    /// The same database, in which nobody waits for a job longer than this: a database may hang.
    #[must_use]
    pub fn within(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// A connection of its own, outside the pool.
    pub fn dedicated_connection(&self) -> Result<Connection, Error> {
        let file = self.shared.sqlite.as_ref().map(|sqlite| &sqlite.file);
        pool::open(&self.shared.location, file).map_err(Error::unavailable)
    }

    /// Runs `job` on a pooled connection, away from the threads that serve requests. `job` runs once more when the
    /// connection turns out to be dead.
    pub async fn read<T, F>(&self, job: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&mut Connection) -> Result<T, Error> + Send + 'static,
    {
        self.with_loan(move |loan, pool| read_on(loan, pool, job)).await
    }

    /// Runs `job` on this thread and a connection of its own, which sees one state of the database all the while. As long as
    /// it runs, SQLite's log cannot be emptied.
    pub fn read_one_state<T>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut connection = self.dedicated_connection()?;
        connection.begin_one_state()?;
        job(&mut connection)
    }

    /// As [`Database::read`], on this thread and once.
    pub fn read_blocking<T>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.shared.pool.lend_blocking()?.run(job).into_result()
    }

    /// Runs `job` in one write transaction and returns after its commit is durable. `job` may run more than once
    /// (PostgreSQL may ask for a repetition), so it only speaks to the connection.
    pub async fn write<T, F>(&self, outcome: Outcome, job: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&mut Connection) -> Result<T, Error> + Send + 'static,
    {
        match &self.shared.sqlite {
            Some(sqlite) => {
                let measured = &self.shared.measured.writer;
                self.in_time(write_sqlite(&sqlite.writer, measured, outcome, job)).await
            }
            None => self.with_loan(move |loan, pool| write_postgresql(loan, pool, outcome, &job)).await,
        }
    }

    /// As [`Database::write`], on this thread and beside the writer: for the command line, the start and what is done in the
    /// background.
    pub fn write_blocking<T>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.shared.pool.lend_blocking()?.run(|connection| write_on(connection, job)).into_result()
    }

    /// As [`Database::write_blocking`], on a connection of its own: what a large job has read and prepared does not stay in
    /// memory.
    pub fn write_apart<T>(&self, job: impl FnOnce(&mut Connection) -> Result<T, Error>) -> Result<T, Error> {
        write_on(&mut self.dedicated_connection()?, job)
    }

    /// Whether no other service has this database (SQLite).
    pub fn is_of_one_service(&self) -> bool {
        self.shared.sqlite.is_some()
    }

    /// Whether what is written would be kept. PostgreSQL tells that by itself.
    ///
    /// # Errors
    /// 503 when the file of a SQLite database is gone, or there is no room beside it.
    pub fn check_writable(&self) -> Result<(), Error> {
        let Some(Sqlite { file, .. }) = &self.shared.sqlite else { return Ok(()) };
        file.check_identity()?;
        file.check_room()
    }

    /// Runs `job` on a thread of its own as soon as there is a connection; nobody has a thread, which has a heap, before.
    async fn with_loan<T: Send + 'static>(
        &self,
        job: impl FnOnce(Loan, &Pool) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let shared = self.shared.clone();
        let done = async {
            let loan = shared.pool.lend().await?;
            let shared = shared.clone();
            tokio::task::spawn_blocking(move || job(loan, &shared.pool)).await.map_err(Error::internal)?
        };
        self.in_time(done).await
    }

    /// What is not done in time goes on, but nobody waits for it.
    async fn in_time<T>(&self, job: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let late = |_| Error::unavailable("the database has not answered in time");
        tokio::time::timeout(self.deadline, job).await.map_err(late)?
    }
}

fn write_on<T>(
    connection: &mut Connection,
    job: impl FnOnce(&mut Connection) -> Result<T, Error>,
) -> Result<T, Error> {
    connection.begin_write()?;
    let result = job(connection);
    match &result {
        Ok(_) => connection.commit_write()?,
        Err(_) => connection.rollback_write()?,
    }
    result
}

fn read_on<T>(
    mut loan: Loan,
    pool: &Pool,
    job: impl Fn(&mut Connection) -> Result<T, Error>,
) -> Result<T, Error> {
    match loan.run(&job) {
        Done::With(result) => result,
        Done::Lost(_) => {
            drop(loan);
            pool.lend_blocking()?.run(job).into_result()
        }
    }
}

fn open_failure(location: &Location, cause: &diesel::ConnectionError) -> String {
    match location {
        Location::Postgresql(_) if cause.to_string().contains("SSL support is not compiled in") => {
            "DATABASE_URL demands TLS, and this program was built without: cargo build --release --features postgresql-tls \
             (docs/operations.md)"
                .to_owned()
        }
        // The URL carries a password: it is not repeated.
        Location::Postgresql(_) => {
            format!("cannot connect to the PostgreSQL that DATABASE_URL names: {cause}")
        }
        Location::Sqlite(path) if is_damage(cause) => format!(
            "the SQLite database {path} is damaged ({cause}): keep the file for whoever looks into it, and restore a \
             backup (docs/operations.md)"
        ),
        Location::Sqlite(path) => format!("cannot open the SQLite database {path}: {cause}"),
    }
}

fn is_damage(cause: &diesel::ConnectionError) -> bool {
    let told = cause.to_string();
    ["malformed", "not a database"].iter().any(|sign| told.contains(sign))
}

async fn write_sqlite<T, F>(
    writer: &SyncSender<Job>,
    measured: &MeasuredWriter,
    outcome: Outcome,
    job: F,
) -> Result<T, Error>
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
    measured.waiting.inc();
    writer.try_send(job).map_err(|_| {
        measured.waiting.dec();
        Error::unavailable("the queue of the SQLite writer is full")
    })?;
    receiver.await.map_err(Error::unavailable)?
}

fn write_postgresql<T, F>(mut loan: Loan, pool: &Pool, outcome: Outcome, job: &F) -> Result<T, Error>
where
    F: Fn(&mut Connection) -> Result<T, Error>,
{
    for _ in 1..TRIES {
        let begun = Cell::new(false);
        let noting = |connection: &mut Connection| {
            begun.set(true);
            job(connection)
        };
        match loan.run(|connection| in_savepoint(connection, outcome, &noting)) {
            Done::With(Err(error)) if error.is_serialisation_failure() => {}
            // Nothing can have been written.
            Done::Lost(_) if !begun.get() => loan = pool.lend_blocking()?,
            done => return done.into_result(),
        }
    }
    loan.run(|connection| in_savepoint(connection, outcome, job)).into_result()
}

/// Why a transaction was taken back: because of an error, or because nothing of it was to stay.
enum Rollback<T> {
    Failed(Error),
    Discarded(T),
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
    savepoint(connection, |connection| Ok((outcome, job(connection)?)))
}

/// Runs `job` in a savepoint of the transaction that is open, which can go on afterwards. What `job` leaves behind it says
/// itself, when it is done.
///
/// # Errors
/// Those of `job`, of which nothing stays either.
pub fn savepoint<T>(
    connection: &mut Connection,
    job: impl FnOnce(&mut Connection) -> Result<(Outcome, T), Error>,
) -> Result<T, Error> {
    let result = connection.transaction(|connection| match job(connection).map_err(Rollback::Failed)? {
        (Outcome::Keep, value) => Ok(value),
        (Outcome::Discard, value) => Err(Rollback::Discarded(value)),
    });
    match result {
        Ok(value) | Err(Rollback::Discarded(value)) => Ok(value),
        Err(Rollback::Failed(error)) => Err(error),
    }
}
