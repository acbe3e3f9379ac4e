//! Doing the items of a batch, in one transaction.

use actix_web::http::StatusCode;
use serde_json::{Value as JsonValue, json};

use super::answer::{BatchAnswer, BatchItemAnswer};
use super::reading::Item;
use crate::database::{Connection, Outcome, savepoint};
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{self, Answer, Retry};
use crate::http::limits::Allowance;
use crate::http::refusal::RefusedItem;
use crate::http::representation::Resource as _;
use crate::http::telling::Telling;
use crate::http::write::WriteRequest;
use crate::http::writes::{Operation, Writes};

/// A batch that is ready to be done.
pub(super) struct Run<W: Writes> {
    pub(super) atomic: bool,
    pub(super) write: WriteRequest,
    pub(super) writes: W,
    pub(super) items: Vec<Item<W>>,
    pub(super) retry: Option<Retry>,
    pub(super) telling: Telling,
    pub(super) allowance: Allowance,
}

/// What was done.
pub(super) struct Done {
    pub(super) answer: Answer,
    /// The records that were written, in all languages.
    pub(super) written: Vec<JsonValue>,
    /// What is to be recorded as refused.
    pub(super) refused: Vec<RefusedItem>,
}

/// What became of the items so far.
#[derive(Default)]
struct Progress {
    answer: BatchAnswer<JsonValue>,
    written: Vec<JsonValue>,
    refused: Vec<RefusedItem>,
}

impl Progress {
    fn has_failed(&self) -> bool {
        self.answer.items.iter().any(|item| item.problem.is_some())
    }
}

impl<W: Writes> Run<W> {
    /// Does the items, unless the request was answered before. An atomic batch that fails leaves nothing, not even its
    /// `Idempotency-Key`: like a single request that fails, it may be sent again.
    ///
    /// # Errors
    /// What is the service's own fault: then the transaction is run again as a whole, or given up.
    pub(super) fn once(&self, connection: &mut Connection) -> Result<Done> {
        savepoint(connection, |connection| {
            let mut progress = Progress::default();
            let answer = idempotency::once(connection, self.retry.as_ref(), |connection| {
                progress = self.all(connection)?;
                Ok(self.answer(&progress))
            })?;
            let is_taken_back = self.atomic && progress.has_failed();
            let outcome = if is_taken_back { Outcome::Discard } else { Outcome::Keep };
            let Progress { written, refused, .. } = progress;
            Ok((outcome, Done { answer, written, refused }))
        })
    }

    fn answer(&self, progress: &Progress) -> Answer {
        let status = if progress.has_failed() { StatusCode::MULTI_STATUS } else { StatusCode::OK };
        self.write.answer_of(status, [], &json!(progress.answer))
    }

    /// Does all items. Of an atomic batch too, when one has failed: whoever mends it is told all at once.
    fn all(&self, connection: &mut Connection) -> Result<Progress> {
        if self.items.iter().any(|item| item.operation == Operation::Delete) {
            self.writes.take_turns_to_delete(connection)?;
        }
        let mut progress = Progress::default();
        for item in &self.items {
            self.one(connection, item, &mut progress)?;
        }
        if self.atomic && progress.has_failed() {
            self.take_back(&mut progress);
        }
        Ok(progress)
    }

    /// Does an item in a savepoint, so that the others go on whatever becomes of it.
    fn one(&self, connection: &mut Connection, item: &Item<W>, progress: &mut Progress) -> Result<()> {
        let step = match &item.step {
            Ok(step) => step,
            Err(error) => {
                self.note_failed(progress, item, error);
                return Ok(());
            }
        };
        match savepoint(connection, |connection| Ok((Outcome::Keep, step.take(connection, &self.writes)?))) {
            Ok(record) => self.note_done(progress, item.operation, record.as_ref()),
            Err(error) if error.is_of_the_service() => return Err(error),
            Err(error) => self.note_failed(progress, item, &error),
        }
        Ok(())
    }

    /// The answer of the single operation.
    fn note_done(&self, progress: &mut Progress, operation: Operation, record: Option<&W::Record>) {
        let Some(record) = record else {
            return progress.answer.items.push(BatchItemAnswer::of_status(StatusCode::NO_CONTENT));
        };
        let is_new = operation == Operation::Create;
        let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
        let (body, etag) = self.write.shown(record);
        progress.written.push(json!(record));
        progress.answer.items.push(BatchItemAnswer {
            location: is_new.then(|| record.path()),
            etag: Some(etag),
            body: Some(body),
            ..BatchItemAnswer::of_status(status)
        });
    }

    /// The problem of the single operation. Whoever is refused too often is told no more than that.
    fn note_failed(&self, progress: &mut Progress, item: &Item<W>, error: &Error) {
        if error.code.entry().status != StatusCode::FORBIDDEN.as_u16() {
            return progress.answer.items.push(self.problem(error));
        }
        match self.allowance.count_refusal() {
            Ok(()) => {
                progress.refused.push(RefusedItem {
                    operation: item.operation.into(),
                    id: item.id.clone(),
                    status: StatusCode::FORBIDDEN.as_u16(),
                    problem: error.code.name(),
                });
                progress.answer.items.push(self.problem(error));
            }
            Err(too_many) => progress.answer.items.push(self.problem(&too_many)),
        }
    }

    fn problem(&self, error: &Error) -> BatchItemAnswer<JsonValue> {
        let etag = error.headers.iter().find(|(name, _)| *name == "ETag").map(|(_, etag)| etag.clone());
        let problem = self.telling.problem(error, &self.write.origin().request_id);
        BatchItemAnswer { etag, ..BatchItemAnswer::of_problem(problem) }
    }

    /// Nothing of an atomic batch stays, since an item has failed: all others depended on it.
    fn take_back(&self, progress: &mut Progress) {
        let dependent = Error::new(Code::FailedDependency);
        for item in progress.answer.items.iter_mut().filter(|item| item.problem.is_none()) {
            *item = self.problem(&dependent);
        }
        progress.written.clear();
    }
}
