//! What HTTP is spoken over: a connection that gives the HTTP layer one request at a time, and ends when its client keeps it
//! waiting.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_io_timeout::TimeoutWriter;

use super::exchange::{Exchange, Next};
use super::head::{Head, pass_over_upgrade};
use super::replacement::Replacement;
use super::trailers::{before_trailers, is_their_place};

/// How long a client that takes nothing of its answer is waited for once the service stops.
const LAST_PATIENCE: Duration = Duration::from_secs(2);
/// So much is read at a time while the head of a request is awaited, in bytes.
const LARGEST_PIECE: usize = 2 * 1024;

const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// Plain TCP, or TLS over it.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Stream for T {}

/// A connection that speaks problem documents even where the HTTP layer has none. It ends when the client takes nothing
/// for a while, whatever is to be written: so neither an answer that nobody reads nor what waits behind it stays. The HTTP
/// layer gets one request at a time: of all that it is given it makes requests at once, and answers them before it serves
/// another connection.
pub(super) struct Connection {
    stream: Pin<Box<TimeoutWriter<Box<dyn Stream>>>>,
    base: String,
    replacement: Option<Replacement>,
    /// Whether the service stops; taken away when that has shortened the patience.
    hurry: Option<Arc<AtomicBool>>,
    exchange: Rc<Exchange>,
    /// What was seen of the head of the request.
    head: Head,
    /// Whether the client does not take what was written last.
    stalled: bool,
    /// What came with the end of a request: the beginning of the next one.
    ahead: Vec<u8>,
    /// Whether the HTTP layer has to look at what it has before it gets more.
    paused: bool,
}

impl Connection {
    /// A connection over `stream` of a service that is known as `base`. Its client is waited for no longer than
    /// `patience`, and less when the service `stops`.
    pub(super) fn new(
        stream: Box<dyn Stream>,
        base: String,
        patience: Duration,
        stops: Arc<AtomicBool>,
    ) -> Self {
        let mut stream = TimeoutWriter::new(stream);
        stream.set_timeout(Some(patience));
        Self {
            stream: Box::pin(stream),
            base,
            replacement: None,
            hurry: Some(stops),
            exchange: Rc::new(Exchange::default()),
            head: Head::default(),
            stalled: false,
            ahead: Vec::new(),
            paused: false,
        }
    }

    /// The exchange, which the requests of this connection tell of.
    pub(super) fn exchange(&self) -> Rc<Exchange> {
        self.exchange.clone()
    }

    /// Waits for the client no longer than what is left when the service stops.
    fn hurry_when_stopping(&mut self) {
        if self.hurry.take_if(|stops| stops.load(Ordering::Relaxed)).is_some() {
            let patience =
                self.stream.timeout().map_or(LAST_PATIENCE, |patience| patience.min(LAST_PATIENCE));
            self.stream.as_mut().set_timeout_pinned(Some(patience));
        }
    }

    /// Reads into `piece`: what came before, or else what is on the line.
    fn read(&mut self, context: &mut Context<'_>, piece: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.ahead.is_empty() {
            return self.stream.as_mut().poll_read(context, piece);
        }
        let ready = self.ahead.len().min(piece.remaining());
        piece.put_slice(&self.ahead[..ready]);
        self.ahead.drain(..ready);
        Poll::Ready(Ok(()))
    }

    /// What of `bytes` comes before the trailers of the answer; where their place comes, they are written there.
    fn up_to_trailers<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let mut trailers = self.exchange.trailers().borrow_mut();
        if trailers.is_none() {
            return bytes;
        }
        if is_their_place(bytes)
            && let Some(lines) = trailers.take()
        {
            self.replacement = Some(Replacement::with(lines, bytes));
            return bytes;
        }
        before_trailers(bytes).map_or(bytes, |end| &bytes[..end])
    }

    fn write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let bytes = self.up_to_trailers(bytes);
        if self.replacement.is_none() {
            self.replacement = Replacement::of(bytes, &self.base, &self.head);
        }
        let Self { stream, replacement, .. } = self;
        let Some(answer) = replacement else { return stream.as_mut().poll_write(context, bytes) };
        while answer.written < answer.bytes.len() {
            let rest = &answer.bytes[answer.written..];
            answer.written += ready!(stream.as_mut().poll_write(context, rest))?;
        }
        *replacement = None;
        Poll::Ready(Ok(bytes.len()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let next = ready!(self.exchange.next(context))?;
        if self.stalled {
            return Poll::Pending;
        }
        if std::mem::take(&mut self.paused) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let most = match next {
            Next::Lines => LARGEST_PIECE,
            Next::Bytes(missing) => usize::try_from(missing).unwrap_or(usize::MAX),
        };
        let room = most.min(buffer.remaining());
        let mut piece = ReadBuf::new(buffer.initialize_unfilled_to(room));
        ready!(self.read(context, &mut piece))?;
        let begins = self.exchange.is_idle();
        let piece = piece.filled_mut();
        let given = match next {
            Next::Lines => {
                let (head, rest) = piece.split_at(through_empty_line(piece));
                // What came of a small body goes along: else an answer could be faster than a body that is there.
                let early = rest.len().min(length_in(head).unwrap_or(0));
                self.exchange.has_read_head(early);
                let (of_head, given) = (head.len(), head.len() + early);
                if begins {
                    let complete = piece[..of_head].ends_with(END_OF_HEAD);
                    self.head.see(&piece[..of_head], complete);
                    pass_over_upgrade(&mut piece[..of_head]);
                }
                given
            }
            Next::Bytes(_) => piece.len(),
        };
        self.ahead.splice(..0, piece[given..].iter().copied());
        self.paused = piece.len() == room || !self.ahead.is_empty();
        self.exchange.has_read(given);
        buffer.advance(given);
        Poll::Ready(Ok(()))
    }
}

/// The length of its body that a head announces, in bytes. Whether it is right the HTTP layer sees.
fn length_in(head: &[u8]) -> Option<usize> {
    let mut headers =
        head.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok()?.split_once(':'));
    headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?.1.trim().parse().ok()
}

/// How much of `bytes` comes up to the end of their first empty line: all, without one.
fn through_empty_line(bytes: &[u8]) -> usize {
    let end = bytes.windows(END_OF_HEAD.len()).position(|window| window == END_OF_HEAD);
    end.map_or(bytes.len(), |place| place + END_OF_HEAD.len())
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.hurry_when_stopping();
        let written = self.write(context, bytes);
        self.stalled = written.is_pending();
        if !self.stalled {
            self.exchange.read_on();
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.hurry_when_stopping();
        self.stream.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_head_is_given_at_a_time() {
        let heads = b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n\r\n";
        assert_eq!(through_empty_line(heads), 27);
        assert_eq!(through_empty_line(&heads[27..]), heads.len() - 27);
        assert_eq!(through_empty_line(&heads[..26]), 26);
        assert_eq!(through_empty_line(b""), 0);
    }

    #[test]
    fn the_length_of_a_body_is_read_in_its_head() {
        assert_eq!(length_in(b"POST / HTTP/1.1\r\nHost: x\r\ncontent-LENGTH:  12 \r\n\r\n"), Some(12));
        for without in ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "Content-Length: -1\r\n", "\r\n", ""] {
            assert_eq!(length_in(without.as_bytes()), None, "{without}");
        }
    }
}
