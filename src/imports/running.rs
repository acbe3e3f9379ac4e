//! Rows are read and made ready on one thread and written on another, some hundred in a transaction, with how far the import is:
//! what breaks off goes on where it ended, and no row is written twice.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use super::model::{Counts, ImportRow};
use super::queries::{self, Progress};
use super::rows::ToldRow;
use crate::associations::importing::{self, Importer, Outcome, Prepared, Row, Seats, Writing};
use crate::database::types::Id;
use crate::database::{self, Connection, Database, savepoint};
use crate::error::{Code, Error, FieldRule, Reason, Result};
use crate::keeping::References;

/// Rows of a transaction: at most, at least, and at first.
const ROWS_AT_MOST: usize = 2000;
const ROWS_AT_LEAST: usize = 50;
const ROWS_AT_FIRST: usize = 250;
/// How long a transaction is to take. SQLite has one writer: those of the service wait as long.
const TIME_OF_A_PIECE: Duration = Duration::from_millis(150);
/// Between two transactions the others have their turn.
const PAUSE: Duration = Duration::from_millis(5);
/// How many rows are read ahead, in hundreds.
const READ_AHEAD: usize = 40;
const ROWS_READ_AT_ONCE: usize = 100;
/// How often a piece is tried that another writer got in the way of.
const TRIES: usize = 5;
/// How often it is said that the import is still being read.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// A row that was read, by its line, or what is wrong with it.
pub(super) type ReadRow = (u64, Result<Row>);
/// A row that is ready to be written, by its line, or what is wrong with it.
type ReadyRow = (u64, Result<Prepared>);

/// An import whose rows are written here.
pub(super) struct Run<'a> {
    pub(super) database: &'a Database,
    pub(super) references: References,
    pub(super) import: &'a ImportRow,
    /// Under which name its rows are written.
    pub(super) runner: Id,
    pub(super) writing: Writing,
    pub(super) most_rows: i64,
    /// Whether the process is about to end.
    pub(super) is_stopping: &'a (dyn Fn() -> bool + Sync),
}

/// How the writing of rows ended.
pub(super) enum End {
    /// All rows were read.
    Reached(Seen, Progress),
    /// The process is about to end.
    Stopped,
    /// It was cancelled, or somebody else has it.
    Lost,
}

impl Run<'_> {
    /// Writes `rows` from where the import is, and tells what became of each, in their order, once that is certain.
    ///
    /// # Errors
    /// What ends an import before its end: of the file, of the database or of `tell`. What was told before is kept.
    pub(super) fn rows(
        &self,
        rows: impl Iterator<Item = Result<ReadRow>> + Send,
        mut tell: impl FnMut(u64, &Outcome, &Counts) -> Result<()>,
    ) -> Result<End> {
        let seats = self.database.read_blocking(importing::queries::seats)?;
        let mut progress = self.begun();
        std::thread::scope(|scope| {
            let (sender, receiver) = sync_channel(READ_AHEAD);
            let done_before = self.import.line;
            let reading = scope.spawn(move || read(rows, &seats, &self.writing, done_before, &sender));
            let mut waiting = Waiting { receiver, rows: Vec::new(), failure: None, has_ended: false };
            let mut most = ROWS_AT_FIRST;
            loop {
                let piece = waiting.take(most, || self.still_mine())?;
                if piece.is_empty() {
                    break;
                }
                if (self.is_stopping)() {
                    return Ok(End::Stopped);
                }
                if progress.counts.read + piece.len() as i64 > self.most_rows {
                    return Err(Error::new(Code::TooManyRows).with("max", self.most_rows));
                }
                let begun = Instant::now();
                let Some(outcomes) = self.write(piece, &mut progress)? else { return Ok(End::Lost) };
                most = next_size(outcomes.len(), most, begun.elapsed());
                for (line, outcome) in &outcomes {
                    tell(*line, outcome, &progress.counts)?;
                }
                std::thread::sleep(PAUSE);
            }
            let seen = reading.join().map_err(|_| Error::internal("the rows could not be read: a panic"))?;
            Ok(End::Reached(seen, progress))
        })
    }

    fn begun(&self) -> Progress {
        let ImportRow { line, told, working_ms, .. } = *self.import;
        Progress { line, told, counts: self.import.counts.0, working_ms }
    }

    fn still_mine(&self) -> Result<()> {
        let (id, runner) = (self.import.id, self.runner);
        self.database.write_blocking(|connection| queries::stay(connection, id, runner)).map(drop)
    }

    /// Writes rows with how far the import is then; none when it is not ours any more.
    fn write(&self, piece: Vec<ReadyRow>, progress: &mut Progress) -> Result<Option<Vec<(u64, Outcome)>>> {
        let begun = Instant::now();
        let last_line = piece.last().map_or(progress.line, |(line, _)| *line as i64);
        let (mut ready, mut refused) = (Vec::with_capacity(piece.len()), Vec::new());
        for (line, row) in piece {
            match row {
                Ok(row) => ready.push((line, row)),
                Err(error) => refused.push((line, error)),
            }
        }
        let importer = Importer { references: self.references, writing: &self.writing };
        let before = *progress;
        self.kept(progress, |connection| {
            let mut outcomes = importing::queries::write_all(connection, importer, &ready)?;
            outcomes.extend(refused.iter().map(|(line, error)| (*line, Outcome::Refused(error.clone()))));
            outcomes.sort_by_key(|(line, _)| *line);
            let mut counts = before.counts;
            outcomes.iter().for_each(|(_, outcome)| counts.add(outcome));
            let working_ms = before.working_ms + begun.elapsed().as_millis() as i64;
            Ok((Progress { line: last_line, counts, working_ms, ..before }, outcomes))
        })
    }

    /// Runs `write` in a transaction, as far as the import is still ours, and keeps with it how far the import is then. A
    /// rehearsal keeps only that.
    pub(super) fn kept(
        &self,
        progress: &mut Progress,
        write: impl Fn(&mut Connection) -> Result<(Progress, Vec<(u64, Outcome)>)>,
    ) -> Result<Option<Vec<(u64, Outcome)>>> {
        let is_kept = !self.import.instructions.dry_run;
        let outcome = if is_kept { database::Outcome::Keep } else { database::Outcome::Discard };
        let job = |connection: &mut Connection| {
            if !queries::stay(connection, self.import.id, self.runner)? {
                return Ok(None);
            }
            let (next, outcomes) = savepoint(connection, |connection| Ok((outcome, write(connection)?)))?;
            let told = ToldRow::of_all(self.import.id, next.told, &outcomes, is_kept);
            let next = Progress { told: next.told + told.len() as i64, ..next };
            queries::advance(connection, self.import.id, &next, &told)?;
            Ok(Some((next, outcomes)))
        };
        let mut tried = 1;
        let written = loop {
            match self.database.write_blocking(job) {
                Err(error) if is_passing(&error) && tried < TRIES => tried += 1,
                written => break written?,
            }
        };
        Ok(written.map(|(next, outcomes)| {
            *progress = next;
            outcomes
        }))
    }
}

/// How many rows the next transaction has, after one of `rows` took so long.
fn next_size(rows: usize, most: usize, taken: Duration) -> usize {
    let fitting = rows as f64 * TIME_OF_A_PIECE.as_secs_f64() / taken.as_secs_f64().max(1e-6);
    // Not much more than before: a few easy rows say little about the next ones.
    (fitting as usize).min(most * 2).clamp(ROWS_AT_LEAST, ROWS_AT_MOST)
}

/// Whether the same piece may succeed when it is written again: another writer was there.
fn is_passing(error: &Error) -> bool {
    error.is_serialisation_failure() || error.code == Code::Unavailable
}

/// Reads rows to the end, or until nobody wants more of them. Those before `done_before` were written already.
fn read(
    rows: impl Iterator<Item = Result<ReadRow>>,
    seats: &Seats,
    writing: &Writing,
    done_before: i64,
    sender: &SyncSender<Result<Vec<ReadyRow>>>,
) -> Seen {
    let mut seen = Seen::default();
    let mut ready = Vec::with_capacity(ROWS_READ_AT_ONCE);
    for read in rows {
        let (line, row) = match read {
            Ok(read) => read,
            Err(error) => {
                let _ = sender.send(Ok(std::mem::take(&mut ready)));
                let _ = sender.send(Err(error));
                return seen;
            }
        };
        let row = match row {
            Ok(row) => seen.first(writing, row),
            Err(error) => {
                seen.is_whole = false;
                Err(error)
            }
        };
        if line as i64 <= done_before {
            continue;
        }
        ready.push((line, row.and_then(|row| Prepared::new(seats, writing, row))));
        if ready.len() == ROWS_READ_AT_ONCE && sender.send(Ok(std::mem::take(&mut ready))).is_err() {
            return seen;
        }
    }
    let _ = sender.send(Ok(ready));
    seen
}

/// Rows that wait to be written.
struct Waiting {
    receiver: Receiver<Result<Vec<ReadyRow>>>,
    rows: Vec<ReadyRow>,
    /// What ended the reading before the end of the file.
    failure: Option<Error>,
    has_ended: bool,
}

impl Waiting {
    /// The next rows, at most so many; none at the end. While none come, `wait` is called now and then.
    fn take(&mut self, most: usize, wait: impl Fn() -> Result<()>) -> Result<Vec<ReadyRow>> {
        while self.rows.len() < most && !self.has_ended {
            match self.receiver.recv_timeout(HEARTBEAT) {
                Ok(Ok(rows)) => self.rows.extend(rows),
                Ok(Err(failure)) => {
                    self.failure = Some(failure);
                    self.has_ended = true;
                }
                Err(RecvTimeoutError::Timeout) => wait()?,
                Err(RecvTimeoutError::Disconnected) => self.has_ended = true,
            }
        }
        if let Some(failure) = self.failure.take_if(|_| self.rows.is_empty()) {
            return Err(failure);
        }
        let rest = self.rows.split_off(most.min(self.rows.len()));
        Ok(std::mem::replace(&mut self.rows, rest))
    }
}

/// The rows that a file has had so far, by digests of their keys: a second one of the same key would overwrite the first unseen.
pub(super) struct Seen {
    hasher: RandomState,
    keys: HashSet<u64>,
    /// Whether the key of each row could be read.
    is_whole: bool,
}

impl Default for Seen {
    fn default() -> Self {
        Self { hasher: RandomState::new(), keys: HashSet::new(), is_whole: true }
    }
}

impl Seen {
    /// The row, unless one of its key was before it.
    fn first(&mut self, writing: &Writing, row: Row) -> Result<Row> {
        let Some(key) = writing.key else { return Ok(row) };
        let key = row.key(key);
        self.is_whole &= key.is_some();
        match key.is_none_or(|key| self.keys.insert(self.hasher.hash_one(key))) {
            true => Ok(row),
            false => Err(Error::invalid_field(writing.key_field(), Reason::new(FieldRule::Repeated))),
        }
    }

    /// Whether the file has a row of this key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.contains(&self.hasher.hash_one(key))
    }

    /// Whether the key of each row could be read: else nobody knows what is missing.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        self.read += 1;
        *match outcome {
            Outcome::Created(_) | Outcome::Doubtful(..) => &mut self.created,
            Outcome::Updated(_) => &mut self.updated,
            Outcome::Unchanged(_) => &mut self.unchanged,
            Outcome::Refused(_) => &mut self.refused,
        } += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_grows_and_shrinks_with_the_time_that_it_takes() {
        assert_eq!(next_size(250, 250, Duration::from_millis(10)), 500, "not at once");
        assert_eq!(next_size(1000, 1000, Duration::from_millis(1500)), 100);
        assert_eq!(next_size(100, 100, Duration::from_secs(60)), ROWS_AT_LEAST);
        assert_eq!(next_size(2000, 2000, Duration::ZERO), ROWS_AT_MOST);
    }
}
