//! Many writes in one request: each by the rules of the single operation that it stands for ([`Writes`]), in their order,
//! in one transaction with a savepoint an item.
//!
//! A batch goes through three steps: `envelope` reads what surrounds the items, `reading` each item by the rules of its
//! operation, `running` does them. `answer` is what is told of each.

mod answer;
mod envelope;
mod reading;
mod running;

use std::sync::Arc;
use std::time::Duration;

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, web};

use super::body::{JSON, digest, parse, receive};
use super::limits::Allowance;
use super::negotiation;
use super::refusal::RefusedItems;
use super::telling::Telling;
use super::write::WriteRequest;
use super::writes::Writes;
use crate::database::Database;
use crate::error::{Error, Result};
pub use answer::{BatchAnswer, BatchItemAnswer};
pub use envelope::{BatchInput, BatchItemInput};
use running::{Done, Run};

/// The most items of a batch.
const MOST_ITEMS: usize = 1000;
/// The largest batch, in bytes: a thousand associations with all their texts.
const LARGEST_BATCH: usize = 8 * 1024 * 1024;
/// The time in which a batch comes.
const BATCH_TIME: Duration = Duration::from_secs(60);

/// A body that is a batch. Not a byte of it has been read.
pub struct IncomingBatch {
    request: HttpRequest,
    payload: dev::Payload,
}

impl FromRequest for IncomingBatch {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        std::future::ready(Ok(Self { request: request.clone(), payload: payload.take() }))
    }
}

impl IncomingBatch {
    /// Reads the batch, does what it asks for and answers it: 200 when all went well, else 207.
    ///
    /// # Errors
    /// What is wrong with the request as a whole; and what is the service's fault, for then nothing is kept.
    pub async fn answer<W: Writes>(
        self,
        write: WriteRequest,
        database: &Database,
        writes: W,
    ) -> Result<HttpResponse> {
        let Self { request, payload } = self;
        negotiation::content_type(&request, &[JSON])?;
        let bytes = receive(&request, payload, LARGEST_BATCH, BATCH_TIME).await?;
        let (telling, allowance) = (Telling::of(&request), Allowance::of(&request));
        let outcome = write.outcome;
        // A thousand bodies take their time: away from the threads that serve requests.
        let read = move || -> Result<Run<W>> {
            let envelope = envelope::read(parse(&bytes)?)?;
            let items = reading::read(&writes, envelope.items)?;
            let retry = write.retry(writes.actor().id(), &digest(&bytes));
            Ok(Run { atomic: envelope.atomic, write, writes, items, retry, telling, allowance })
        };
        let run = Arc::new(web::block(read).await.map_err(Error::internal)??);
        let shared = run.clone();
        let done = database.write(outcome, move |connection| shared.once(connection)).await?;
        Ok(run.respond(done))
    }
}

impl<W: Writes> Run<W> {
    fn respond(&self, done: Done) -> HttpResponse {
        done.written.iter().for_each(|record| self.write.learn::<W::Record>(record));
        let mut response = self.write.begin(&done.answer);
        let body = if self.write.minimal { answer::minimal(&done.answer.body) } else { done.answer.body };
        let mut response = response.content_type("application/json").body(body);
        response.extensions_mut().insert(RefusedItems(done.refused));
        response
    }
}
