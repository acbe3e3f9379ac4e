//! One exchange at a time: a request and its answer. A client may send many requests without taking an answer (RFC 9112,
//! 9.3.2): each of them waits on the line, not in memory, until the answer before it has gone.

use std::cell::{Cell, RefCell};
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use actix_http::{HttpMessage as _, Payload, Request, Response};
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::rt::time::{Sleep, sleep};
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt as _};
use tokio::time::{Instant, timeout_at};

use super::trailers::Trailers;
use crate::http::files::time_for;

/// A body of so many bytes comes with its head, asked for or not: a request that is refused need not end its connection.
const SMALL: u64 = 16 * 1024;

/// How long the rest of a request is still taken after it was refused: whoever sends it reads the answer later.
pub(super) const LINGERING: Duration = Duration::from_secs(5);

/// So much of a body that nobody wants is read for a proxy, in bytes: more than the largest file that is taken.
const LARGEST_REST: u64 = 32 * 1024 * 1024;

/// What may be read next.
pub(super) enum Next {
    /// What ends with an empty line: the head of a request, or a body in chunks.
    Lines,
    /// So many bytes of a body.
    Bytes(u64),
}

/// The exchange of a connection: it begins with the head of a request, and ends with the last byte of the answer.
pub(super) struct Exchange {
    state: Cell<State>,
    /// What has not been read of a body whose length is known, in bytes.
    missing: Cell<u64>,
    /// What has been read of a body together with its head, in bytes.
    early: Cell<u64>,
    /// Until when the rest of a body is taken that nobody reads any more.
    deadline: RefCell<Option<Pin<Box<Sleep>>>>,
    reader: RefCell<Option<Waker>>,
    /// What goes behind the body that has just ended.
    trailers: RefCell<Option<String>>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// The next head is awaited.
    Idle,
    /// A request is answered, and asks for nothing more of its body.
    Answering,
    /// A request is answered, and waits for its body.
    Receiving,
    /// The answer has gone, and the rest of the body is thrown away.
    Draining,
}

impl Default for Exchange {
    fn default() -> Self {
        Self {
            state: Cell::new(State::Idle),
            missing: Cell::new(0),
            early: Cell::new(0),
            deadline: RefCell::default(),
            reader: RefCell::default(),
            trailers: RefCell::default(),
        }
    }
}

impl Exchange {
    /// What may be read; nothing while a request is answered that does not ask for its body, unless that is small.
    ///
    /// # Errors
    /// When the rest of a body that nobody reads does not come to its end.
    pub(super) fn next(&self, context: &mut Context<'_>) -> Poll<io::Result<Next>> {
        self.reader.replace(Some(context.waker().clone()));
        let mut deadline = self.deadline.borrow_mut();
        let missing = self.missing.get();
        match self.state.get() {
            State::Answering if !(1..=SMALL).contains(&missing) => return Poll::Pending,
            State::Draining => {
                // Made here: the end of an exchange may be that of the runtime, in which no timer is made.
                let late = deadline.get_or_insert_with(|| Box::pin(sleep(LINGERING)));
                if late.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
            }
            _ => {}
        }
        Poll::Ready(Ok(if missing == 0 { Next::Lines } else { Next::Bytes(missing) }))
    }

    /// Whether the head of a request is awaited.
    pub(super) fn is_idle(&self) -> bool {
        self.state.get() == State::Idle
    }

    /// Notes that so many bytes were read.
    pub(super) fn has_read(&self, bytes: usize) {
        self.missing.set(self.missing.get().saturating_sub(bytes as u64));
    }

    /// Notes that a head was read, with so many bytes of its body.
    pub(super) fn has_read_head(&self, early: usize) {
        self.early.set(early as u64);
    }

    /// The trailers of an answer whose body has ended; none when there are none or they have gone.
    pub(super) fn trailers(&self) -> &RefCell<Option<String>> {
        &self.trailers
    }

    /// Looks again whether something can be read.
    pub(super) fn read_on(&self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    fn enter(&self, state: State) {
        if self.state.replace(state) != state && state != State::Answering {
            self.read_on();
        }
    }
}

/// What nobody has read of a body.
type Rest = Rc<RefCell<Option<Payload>>>;

/// A request that is answered, until this is dropped.
pub(super) struct OpenExchange {
    exchange: Rc<Exchange>,
    /// Whether the end of the body has been read.
    complete: Rc<Cell<bool>>,
    /// The body when nobody reads it any more; of a proxy's request alone.
    rest: Option<Rest>,
    has_length: bool,
}

impl OpenExchange {
    /// Begins the exchange of `request`. What of its body is not read at the end is taken for [`LINGERING`]; that of a proxy
    /// can be taken before it is answered.
    pub(super) fn begin(request: &mut Request, by_proxy: bool) -> Option<Self> {
        let exchange = request.conn_data::<Rc<Exchange>>()?.clone();
        let body = request.take_payload();
        let complete = Rc::new(Cell::new(matches!(body, Payload::None)));
        let rest: Option<Rest> = by_proxy.then(Rc::default);
        if !complete.get() {
            let incoming =
                Incoming { body, exchange: exchange.clone(), complete: complete.clone(), rest: rest.clone() };
            *request.payload() = Payload::Stream { payload: Box::pin(incoming) };
        }
        let length = announced(request);
        exchange.missing.set(length.unwrap_or_default().saturating_sub(exchange.early.take()));
        exchange.deadline.take();
        exchange.enter(State::Answering);
        Some(Self { exchange, complete, rest, has_length: length.is_some() })
    }

    /// Lets that of a body be read which came with its head, before anything is answered: an answer that is faster would
    /// end the connection, and the requests that wait on it.
    pub(super) async fn let_body_come(exchange: Option<&Self>) {
        if exchange.is_some_and(|exchange| !exchange.complete.get()) {
            tokio::task::yield_now().await;
        }
    }

    /// Reads what is left of a body before it is answered, for a proxy: one that is answered while its client still sends
    /// ends that connection, and with it the answer that is on its way.
    ///
    /// As an upload that is wanted, it may come slowly: neither two pieces nor all of it are later than `patience`, and what a
    /// slow line needs.
    pub(super) async fn take_rest(exchange: Option<&Self>, patience: Duration) {
        let Some(Self { exchange, complete, rest: Some(rest), .. }) = exchange else { return };
        let body = rest.take();
        let Some(body) = body.filter(|_| exchange.missing.get() <= LARGEST_REST) else { return };
        let (exchange, complete) = (exchange.clone(), complete.clone());
        let mut incoming = Incoming { body, exchange, complete, rest: None };
        let (begun, mut taken) = (Instant::now(), 0);
        while taken <= LARGEST_REST {
            let until = (begun + patience + time_for(taken)).min(Instant::now() + patience);
            let Ok(Some(Ok(piece))) = timeout_at(until, incoming.next()).await else { return };
            taken += piece.len() as u64;
        }
    }

    /// The answer, which ends the exchange with its last byte.
    pub(super) fn answer<B: MessageBody + 'static>(
        exchange: Option<Self>,
        response: Response<B>,
    ) -> Response<Outgoing> {
        let trailers = response.extensions().get::<Trailers>().cloned();
        response.map_body(|_, body| Outgoing { body: body.boxed(), trailers, exchange })
    }
}

impl Drop for OpenExchange {
    fn drop(&mut self) {
        let all_came = self.has_length && self.exchange.missing.get() == 0;
        if all_came || self.complete.get() {
            self.exchange.missing.set(0);
            return self.exchange.enter(State::Idle);
        }
        self.exchange.enter(State::Draining);
    }
}

/// The length that a request announces, in bytes; none for a body in chunks.
fn announced(request: &Request) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The body of a request: more of it is read only when it is asked for.
struct Incoming {
    body: Payload,
    exchange: Rc<Exchange>,
    complete: Rc<Cell<bool>>,
    rest: Option<Rest>,
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if let Some(rest) = self.rest.take_if(|_| !self.complete.get()) {
            rest.replace(Some(std::mem::replace(&mut self.body, Payload::None)));
        }
    }
}

impl Stream for Incoming {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = self.body.poll_next_unpin(context);
        match &piece {
            Poll::Pending => self.exchange.enter(State::Receiving),
            Poll::Ready(Some(Ok(_))) => self.exchange.enter(State::Answering),
            Poll::Ready(_) => {
                self.complete.set(true);
                self.exchange.enter(State::Answering);
            }
        }
        piece
    }
}

/// The body of an answer. The exchange ends with it.
pub(super) struct Outgoing {
    body: BoxBody,
    trailers: Option<Trailers>,
    exchange: Option<OpenExchange>,
}

impl MessageBody for Outgoing {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let piece = Pin::new(&mut self.body).poll_next(context);
        if let (Poll::Ready(None), Some(trailers), Some(open)) = (&piece, &self.trailers, &self.exchange) {
            open.exchange.trailers.replace(trailers.take());
        }
        piece
    }
}
