//! Imports that were asked for over HTTP, written by whichever instance is free: one at a time.

use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use tokio::runtime::Handle;

use super::instructions::Opened;
use super::missing::{self, Done};
use super::model::{ImportProblem, ImportRow};
use super::queries;
use super::reading::rows;
use super::rules::Status;
use super::running::{End, Run};
use crate::config::Config;
use crate::database::types::{Id, UtcTime};
use crate::database::{Connection, Database, Outcome};
use crate::error::{Error, Result};
use crate::keeping::References;
use crate::object_storage::ObjectStorage;

/// Where files wait in the object store.
pub(super) const FOLDER: &str = "imports";
/// For so long whatever is stored may still be waiting for its import.
const SECONDS_TO_WAIT: i64 = 60 * 60;
const AT_A_TIME: usize = 200;
/// How long the end of the process waits for the rows that are being written.
const TIME_TO_STOP: Duration = Duration::from_secs(10);

/// The imports that this instance writes.
pub struct Imports {
    database: Database,
    storage: ObjectStorage,
    references: References,
    folder: PathBuf,
    most_rows: i64,
    /// Under which name this instance has an import.
    runner: Id,
    is_stopping: AtomicBool,
    is_busy: Mutex<bool>,
    rest: Condvar,
}

impl Imports {
    /// Nothing is imported yet. What another service that had this database alone has broken off is free.
    ///
    /// # Errors
    /// What the database has against it.
    pub fn new(
        database: &Database,
        storage: &ObjectStorage,
        references: References,
        config: &Config,
    ) -> Result<Arc<Self>> {
        if database.is_of_one_service() {
            database.write_blocking(queries::release_all)?;
        }
        Ok(Arc::new(Self {
            database: database.clone(),
            storage: storage.clone(),
            references,
            folder: config.data_dir.clone(),
            most_rows: config.import_rows,
            runner: Id::new(),
            is_stopping: AtomicBool::new(false),
            is_busy: Mutex::new(false),
            rest: Condvar::new(),
        }))
    }

    /// Writes the imports that wait, as long as it is their turn.
    pub async fn write_next(self: Arc<Self>) -> Result<()> {
        while !self.is_stopping.load(Ordering::Acquire) {
            let runner = self.runner;
            let next = move |connection: &mut Connection| queries::claim(connection, runner);
            let Some(import) = self.database.write(Outcome::Keep, next).await? else { return Ok(()) };
            let (this, runtime, id) = (self.clone(), Handle::current(), import.id);
            let written = tokio::task::spawn_blocking(move || {
                this.set_busy(true);
                let written =
                    runtime.block_on(this.fetch(&import)).and_then(|file| this.write(&import, file));
                this.set_busy(false);
                written
            });
            let end = match written.await {
                Ok(Ok(end)) => end,
                Ok(Err(error)) if error.is_of_the_service() => {
                    self.leave(id, Status::Paused, None).await?;
                    return Err(error);
                }
                Ok(Err(error)) => Ended::With(Status::Failed, Some(ImportProblem::of(&error))),
                Err(panic) => {
                    self.set_busy(false);
                    log::error!("import {id} ended with a panic: {panic}");
                    Ended::With(Status::Failed, Some(ImportProblem::of(&Error::internal(panic))))
                }
            };
            if let Ended::With(status, problem) = end {
                self.leave(id, status, problem).await?;
            }
        }
        Ok(())
    }

    /// Asks for the end, and waits for the rows that are being written: another instance goes on at once.
    pub fn stop(&self) {
        self.is_stopping.store(true, Ordering::Release);
        let busy = self.is_busy.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = self.rest.wait_timeout_while(busy, TIME_TO_STOP, |busy| *busy);
    }

    fn set_busy(&self, busy: bool) {
        *self.is_busy.lock().unwrap_or_else(PoisonError::into_inner) = busy;
        self.rest.notify_all();
    }

    async fn leave(&self, id: Id, to: Status, problem: Option<ImportProblem>) -> Result<()> {
        let runner = self.runner;
        let leave =
            move |connection: &mut Connection| queries::leave(connection, (id, runner), to, problem.clone());
        self.database.write(Outcome::Keep, leave).await
    }

    /// The file of an import, on this machine, without a name.
    async fn fetch(&self, import: &ImportRow) -> Result<File> {
        let lost = || Error::internal(format!("the file of import {} is not in the object store", import.id));
        let key = import.object_key.as_deref().ok_or_else(lost)?;
        let mut file = tempfile::tempfile_in(&self.folder).map_err(Error::unavailable)?;
        let mut pieces = self.storage.pieces(key).await?.ok_or_else(lost)?;
        while let Some(piece) = pieces.try_next().await? {
            file.write_all(&piece).map_err(Error::unavailable)?;
        }
        file.rewind().map_err(Error::unavailable)?;
        Ok(file)
    }

    fn write(&self, import: &ImportRow, file: File) -> Result<Ended> {
        let Opened { table, shape } = import.instructions.open(file)?;
        let run = Run {
            database: &self.database,
            references: self.references,
            import,
            runner: self.runner,
            writing: import.instructions.writing(import.actor(), import.author.0.clone()),
            most_rows: self.most_rows,
            is_stopping: &|| self.is_stopping.load(Ordering::Acquire),
        };
        let end = run.rows(rows(table, &shape), |_, _, _| Ok(()))?;
        let ended = completed(&run, end)?;
        if let Ended::With(Status::Paused, _) = ended {
            // Before the process ends: another instance need not wait.
            self.database.write_blocking(|connection| {
                queries::leave(connection, (import.id, self.runner), Status::Paused, None)
            })?;
        }
        Ok(ended)
    }

    /// Deletes the files of imports that are over.
    pub async fn sweep(self: Arc<Self>) -> Result<()> {
        let time = UtcTime::now().plus_seconds(-SECONDS_TO_WAIT);
        let mut stored = pin!(self.storage.put_before(FOLDER, time, AT_A_TIME));
        while let Some(keys) = stored.try_next().await? {
            let without = move |connection: &mut Connection| queries::without_import(connection, &keys);
            for key in self.database.read(without).await? {
                self.storage.delete(&key).await?;
            }
        }
        Ok(())
    }
}

/// How the work at an import ended here.
pub(super) enum Ended {
    /// It goes to this state.
    With(Status, Option<ImportProblem>),
    /// It was cancelled, or somebody else has it.
    Lost,
}

/// Does what follows the last row.
pub(super) fn completed(run: &Run<'_>, end: End) -> Result<Ended> {
    let (seen, mut progress) = match end {
        End::Reached(seen, progress) => (seen, progress),
        End::Stopped => return Ok(Ended::With(Status::Paused, None)),
        End::Lost => return Ok(Ended::Lost),
    };
    Ok(match missing::make_dormant(run, &seen, &mut progress)? {
        Done::Whole => Ended::With(Status::Completed, None),
        Done::LeftAlone(problem) => Ended::With(Status::Completed, Some(problem)),
        Done::Lost => Ended::Lost,
    })
}
