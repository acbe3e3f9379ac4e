//! Rows are read and shaped on one thread and written on another, some hundred in a transaction: what was counted is kept, and
//! what breaks off can be begun again.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use crate::associations::importing::{self, Importer, Outcome, Prepared, Row, Writing};
use crate::database::{self, Connection, Database, savepoint};
use crate::error::{Code, Error, FieldRule, Reason, Result};
use crate::keeping::References;

/// Rows of a transaction. SQLite has one writer: those of the service wait as long.
const ROWS_OF_A_PIECE: usize = 2000;
/// Between two transactions the others have their turn.
const PAUSE: Duration = Duration::from_millis(10);
/// How many pieces are read ahead.
const PIECES_AHEAD: usize = 2;
/// How often a piece is tried that another writer got in the way of.
const TRIES: usize = 5;

/// A row that was read, by its line, or what is wrong with it.
pub(super) type ReadRow = (u64, Result<Row>);

/// A row that is ready to be written, by its line, or what is wrong with it.
type ReadyRow = (u64, Result<Prepared>);

/// How many rows there were, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) read: u64,
    pub(super) created: u64,
    pub(super) updated: u64,
    pub(super) unchanged: u64,
    pub(super) refused: u64,
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        self.read += 1;
        *match outcome {
            Outcome::Created(_) => &mut self.created,
            Outcome::Updated(_) => &mut self.updated,
            Outcome::Unchanged(_) => &mut self.unchanged,
            Outcome::Refused(_) => &mut self.refused,
        } += 1;
    }
}

/// An import into a database.
pub(super) struct Import<'a> {
    pub(super) database: &'a Database,
    pub(super) references: References,
    pub(super) writing: Writing,
    /// Whether what was written stays.
    pub(super) outcome: database::Outcome,
}

impl Import<'_> {
    /// Writes `rows`, and tells what became of each, in their order, once that is certain.
    ///
    /// # Errors
    /// What ends an import before its end: of the file, of the database or of `tell`. What was told before is kept.
    pub(super) fn run(
        &self,
        rows: impl Iterator<Item = Result<ReadRow>> + Send,
        mut tell: impl FnMut(u64, &Outcome, &Counts) -> Result<()>,
    ) -> Result<Counts> {
        let seats = self.database.read_blocking(importing::queries::seats)?;
        let mut counts = Counts::default();
        std::thread::scope(|scope| {
            let (sender, pieces) = sync_channel(PIECES_AHEAD);
            scope.spawn(move || {
                let mut seen = Seen::default();
                let mut ready = rows.map(|read| {
                    let (line, row) = read?;
                    let row = row.and_then(|row| seen.first(&self.writing, row));
                    Ok((line, row.and_then(|row| Prepared::new(&seats, &self.writing, row))))
                });
                loop {
                    let piece: Result<Vec<ReadyRow>> = ready.by_ref().take(ROWS_OF_A_PIECE).collect();
                    let is_last = piece.as_ref().map_or(true, |rows| rows.len() < ROWS_OF_A_PIECE);
                    if sender.send(piece).is_err() || is_last {
                        break;
                    }
                }
            });
            for piece in pieces {
                for (line, outcome) in self.write(piece?)? {
                    counts.add(&outcome);
                    tell(line, &outcome, &counts)?;
                }
            }
            Ok(counts)
        })
    }

    fn write(&self, piece: Vec<ReadyRow>) -> Result<Vec<(u64, Outcome)>> {
        let mut rows = Vec::with_capacity(piece.len());
        let mut refused = Vec::new();
        for (line, row) in piece {
            match row {
                Ok(row) => rows.push((line, row)),
                Err(error) => refused.push((line, Outcome::Refused(error))),
            }
        }
        let mut outcomes = self.write_all(&rows)?;
        outcomes.extend(refused);
        outcomes.sort_by_key(|(line, _)| *line);
        Ok(outcomes)
    }

    fn write_all(&self, rows: &[(u64, Prepared)]) -> Result<Vec<(u64, Outcome)>> {
        let importer = Importer { references: self.references, writing: &self.writing };
        let write = |connection: &mut Connection| {
            Ok((self.outcome, importing::queries::write_all(connection, importer, rows)?))
        };
        let mut tried = 1;
        loop {
            match self.database.write_blocking(|connection| savepoint(connection, write)) {
                Err(error) if is_passing(&error) && tried < TRIES => tried += 1,
                written => {
                    std::thread::sleep(PAUSE);
                    return written;
                }
            }
        }
    }
}

/// Whether the same piece may succeed when it is written again: another writer was there.
fn is_passing(error: &Error) -> bool {
    error.is_serialisation_failure() || error.code == Code::Unavailable
}

/// The rows that a file has had so far, by digests of their keys: a second one of the same key would overwrite the first unseen.
#[derive(Default)]
struct Seen {
    hasher: RandomState,
    keys: HashSet<u64>,
}

impl Seen {
    /// The row, unless one of its key was before it.
    fn first(&mut self, writing: &Writing, row: Row) -> Result<Row> {
        let key = writing.key.and_then(|key| row.key(key));
        match key.is_none_or(|key| self.keys.insert(self.hasher.hash_one(key))) {
            true => Ok(row),
            false => Err(Error::invalid_field(writing.key_field(), Reason::new(FieldRule::Repeated))),
        }
    }
}
