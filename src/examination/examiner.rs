//! Starts the process that opens a file and hears what it says.

use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::Semaphore;

use super::command::WHOLE;
use super::{Flaw, MediaType};
use crate::error::{Error, Result};

/// How many files are opened at a time.
const AT_A_TIME: usize = 1;
/// How long a file waits for its turn and is opened, at most.
const PATIENCE: Duration = Duration::from_secs(40);

/// Opens files, each in a process of its own.
#[derive(Debug, Clone)]
pub struct Examiner {
    program: PathBuf,
    turns: Arc<Semaphore>,
}

impl Examiner {
    /// `program` is this one, which knows the command `examine`.
    pub fn new(program: PathBuf) -> Self {
        Self { program, turns: Arc::new(Semaphore::new(AT_A_TIME)) }
    }

    /// What is wrong with `file`, which is read from where it stands; nothing when it is a whole file of its type. A
    /// file that the process does not survive is damaged.
    ///
    /// # Errors
    /// 503 when there is no process to be had, or too many files wait already.
    pub async fn examine(&self, file: &File, media_type: MediaType) -> Result<Option<Flaw>> {
        let examined = async {
            let _turn = self.turns.acquire().await.map_err(Error::internal)?;
            self.ask(file.try_clone().map_err(Error::unavailable)?, media_type).await
        };
        let late = |_| Error::unavailable("a document could not be examined in time");
        tokio::time::timeout(PATIENCE, examined).await.map_err(late)?
    }

    async fn ask(&self, file: File, media_type: MediaType) -> Result<Option<Flaw>> {
        let said = Command::new(&self.program)
            .env_clear()
            .args(["examine", media_type.name()])
            .stdin(file)
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(Error::unavailable)?;
        let word = std::str::from_utf8(&said.stdout).unwrap_or_default();
        match (said.status.code(), word) {
            (Some(0), WHOLE) => Ok(None),
            (Some(0), word) => word.parse().map(Some).map_err(Error::internal),
            // It does not know the command, or could not limit itself.
            (Some(1 | 2), _) => Err(Error::internal("the examiner of documents does not work")),
            _ => Ok(Some(Flaw::FileDamaged)),
        }
    }
}
