//! SQLite's one writer: a thread that runs write jobs one after the other and commits all that wait together
//! (group commit), so that a durable commit's price is shared.

use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;

use super::Connection;
use super::connection::Location;
use super::measured::MeasuredWriter;
use super::sqlite_file::SqliteFile;
use crate::error::Error;

/// What a job does once it is known whether its commit succeeded.
pub(super) type Deliver = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// A write job: runs inside the open transaction and returns how to deliver its result.
pub(super) type Job = Box<dyn FnOnce(&mut Connection) -> Deliver + Send>;

const WAITING_JOBS: usize = 1024;
const JOBS_PER_COMMIT: usize = 128;

/// From this size on the log is emptied into the file after a commit, in bytes. SQLite itself does so only while nobody
/// reads what the log holds.
const LARGE_LOG: u64 = 64 * 1024 * 1024;
/// A reader that stays (a backup, a shell) keeps the log from being emptied. Beyond this size nothing is written until it has
/// gone: a full disk would stop more than that.
const LARGEST_LOG: u64 = 1024 * 1024 * 1024;
/// How long writers wait for readers then, and how long the next try waits.
const LOG_PATIENCE: Duration = Duration::from_millis(200);
const LOG_PAUSE: Duration = Duration::from_secs(2);

/// Starts the writer of `file` and returns the queue that feeds it. The thread ends when the last sender is gone.
pub(super) fn start(
    location: &Location,
    file: SqliteFile,
    measured: MeasuredWriter,
) -> Result<SyncSender<Job>, Error> {
    let mut connection = location.open().map_err(Error::unavailable)?;
    let (sender, receiver) = sync_channel(WAITING_JOBS);
    let mut log = Log { file, emptied_at: None };
    std::thread::Builder::new()
        .name("sqlite-writer".to_owned())
        .spawn(move || while write_group(&mut connection, &mut log, &measured, &receiver) {})
        .map_err(Error::internal)?;
    Ok(sender)
}

/// The write-ahead log, which holds what is not yet in the file.
struct Log {
    file: SqliteFile,
    emptied_at: Option<Instant>,
}

impl Log {
    /// Empties the log when it has become large.
    ///
    /// # Errors
    /// 503 when it is too large and a reader keeps it from being emptied.
    fn keep_small(&mut self, connection: &mut Connection) -> Result<(), Error> {
        if self.file.log_size() < LARGE_LOG {
            return Ok(());
        }
        if self.emptied_at.is_none_or(|at| at.elapsed() > LOG_PAUSE) {
            self.emptied_at = Some(Instant::now());
            let patience = LOG_PATIENCE.as_millis();
            let _ = connection.batch_execute(&format!(
                "PRAGMA busy_timeout = {patience}; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000"
            ));
        }
        if self.file.log_size() < LARGEST_LOG {
            return Ok(());
        }
        Err(Error::unavailable("a reader keeps the write-ahead log of SQLite from being emptied; it is full"))
    }
}

/// Waits for a job, runs it and all that wait behind it, commits once. False when no job can come any more.
fn write_group(
    connection: &mut Connection,
    log: &mut Log,
    measured: &MeasuredWriter,
    receiver: &Receiver<Job>,
) -> bool {
    let Ok(first) = receiver.recv() else { return false };
    measured.waiting.dec();
    let ready = log.file.check_identity().and_then(|()| log.keep_small(connection));
    if let Err(error) = ready.and_then(|()| connection.begin_write().map_err(Error::from)) {
        // The job never ran: dropping it tells its caller that the database is not available.
        log::error!("nothing can be written: {error}");
        return true;
    }
    let mut deliveries = vec![first(connection)];
    while deliveries.len() < JOBS_PER_COMMIT {
        match receiver.try_recv() {
            Ok(job) => {
                measured.waiting.dec();
                deliveries.push(job(connection));
            }
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
        }
    }
    let timer = measured.seconds.start_timer();
    let committed = connection.commit_write();
    timer.observe_duration();
    if committed.is_ok() {
        measured.commits.inc();
        measured.jobs.inc_by(deliveries.len() as u64);
    } else {
        let _ = connection.rollback_write();
    }
    for deliver in deliveries {
        deliver(committed.as_ref().copied().map_err(Error::unavailable));
    }
    true
}
