//! SQLite's one writer: a thread that runs write jobs one after the other and commits all that wait together
//! (group commit), so that a durable commit's price is shared.

use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};

use super::Connection;
use super::connection::Location;
use crate::error::Error;

/// What a job does once it is known whether its commit succeeded.
pub(super) type Deliver = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// A write job: runs inside the open transaction and returns how to deliver its result.
pub(super) type Job = Box<dyn FnOnce(&mut Connection) -> Deliver + Send>;

const WAITING_JOBS: usize = 1024;
const JOBS_PER_COMMIT: usize = 128;

/// Starts the writer and returns the queue that feeds it. The thread ends when the last sender is gone.
pub(super) fn start(location: &Location) -> Result<SyncSender<Job>, Error> {
    let mut connection = location.open().map_err(Error::unavailable)?;
    let (sender, receiver) = sync_channel(WAITING_JOBS);
    std::thread::Builder::new()
        .name("sqlite-writer".to_owned())
        .spawn(move || while write_group(&mut connection, &receiver) {})
        .map_err(Error::internal)?;
    Ok(sender)
}

/// Waits for a job, runs it and all that wait behind it, commits once. False when no job can come any more.
fn write_group(connection: &mut Connection, receiver: &Receiver<Job>) -> bool {
    let Ok(first) = receiver.recv() else { return false };
    if let Err(error) = connection.begin_write() {
        // The job never ran: dropping it tells its caller that the database is not available.
        log::error!("the SQLite writer cannot begin a transaction: {error}");
        return true;
    }
    let mut deliveries = vec![first(connection)];
    while deliveries.len() < JOBS_PER_COMMIT {
        match receiver.try_recv() {
            Ok(job) => deliveries.push(job(connection)),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
        }
    }
    let committed = connection.commit_write();
    if committed.is_err() {
        let _ = connection.rollback_write();
    }
    for deliver in deliveries {
        deliver(committed.as_ref().copied().map_err(Error::unavailable));
    }
    true
}
