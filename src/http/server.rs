//! The HTTP server: the same as actix's own, but for connections that tell what is wrong with a malformed request.
//!
//! Whatever the HTTP layer cannot read never reaches the application: actix answers it with a bare status. Here the
//! connection puts a problem document in its place.

use std::fmt::Debug;
use std::io;
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive, Protocol, Request, Response};
use actix_server::{Server, ServerBuilder};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::body::MessageBody;
use actix_web::dev::AppConfig;
use actix_web::rt::net::TcpStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_io_timeout::TimeoutWriter;
use uuid::Uuid;

use super::security_headers::security_headers;
use super::tls::Tls;
use crate::config::Config;
use crate::error::problem::{MEDIA_TYPE, Problem};
use crate::error::{Code, Error, Result};
use crate::language::Language;

const REQUEST_HEAD_TIME: Duration = Duration::from_secs(10);
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long the rest of a request is still taken after it was refused: whoever sends it reads the answer later.
const LINGERING: Duration = Duration::from_secs(5);
/// How long a client that takes nothing of its answer is waited for once the service stops.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

/// An application that listens at an address of its own.
pub struct Listening<F> {
    /// What it is called in logs.
    pub name: &'static str,
    /// Where it listens.
    pub listener: TcpListener,
    /// What it speaks TLS with; plain HTTP without.
    pub tls: Option<Tls>,
    /// Makes the application for each worker.
    pub app: F,
}

/// Serves the `public` application, and `apart` from it another one when there is one: with the same workers, until both
/// are stopped.
pub fn serve<F, G, I, J, S, T, B, C>(
    config: &Config,
    public: Listening<F>,
    apart: Option<Listening<G>>,
) -> Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    G: Fn() -> J + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    J: IntoServiceFactory<T, Request>,
    S: ServiceFactory<Request, Config = AppConfig, Error = actix_web::Error> + 'static,
    T: ServiceFactory<Request, Config = AppConfig, Error = actix_web::Error> + 'static,
    S::InitError: Debug,
    T::InitError: Debug,
    S::Response: Into<Response<B>>,
    T::Response: Into<Response<C>>,
    B: MessageBody + 'static,
    C: MessageBody + 'static,
{
    let builder = Server::build().workers(usize::from(config.workers)).shutdown_timeout(config.stop_seconds);
    let builder = listen(builder, config, public)?;
    let builder = match apart {
        Some(apart) => listen(builder, config, apart)?,
        None => builder,
    };
    Ok(builder.run())
}

fn listen<F, I, S, B>(
    builder: ServerBuilder,
    config: &Config,
    listening: Listening<F>,
) -> Result<ServerBuilder>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig, Error = actix_web::Error> + 'static,
    S::InitError: Debug,
    S::Response: Into<Response<B>>,
    B: MessageBody + 'static,
{
    let Listening { name, listener, tls, app } = listening;
    let address = listener.local_addr().map_err(Error::internal)?;
    let (base, patience) = (config.public_url.clone(), Duration::from_secs(config.stall_seconds));
    let stopping = builder.graceful_shutdown_signal();
    let listens = builder.listen(name, listener, move || {
        let (base, tls) = (base.clone(), tls.clone());
        let application = app().into_factory().map_err(|error| error.error_response());
        let (stopping, stops) = (stopping.clone(), Arc::new(AtomicBool::new(false)));
        let told = stops.clone();
        let service = HttpService::build()
            // Connections that wait for nothing are closed at once when the service is stopped.
            .graceful_shutdown_signal(move || {
                let (stopping, told) = (stopping.clone(), told.clone());
                async move {
                    stopping.notified().await;
                    told.store(true, Ordering::Relaxed);
                }
            })
            .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
            .client_request_timeout(REQUEST_HEAD_TIME)
            .client_disconnect_timeout(LINGERING)
            .local_addr(address)
            .finish(map_config(application, |()| AppConfig::default()));
        fn_service(move |stream: TcpStream| {
            let (base, tls, stops) = (base.clone(), tls.clone(), stops.clone());
            async move {
                let peer = stream.peer_addr().ok();
                let mut stream = TimeoutWriter::new(open(stream, tls).await?);
                stream.set_timeout(Some(patience));
                let hurry = Some(stops);
                let connection = Connection { stream: Box::pin(stream), base, replacement: None, hurry };
                Ok::<_, DispatchError>((connection, Protocol::Http1, peer))
            }
        })
        .and_then(service)
    });
    listens.map_err(Error::internal)
}

/// What HTTP is spoken over.
trait Stream: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Stream for T {}

/// Plain TCP, or TLS where it is configured.
async fn open(stream: TcpStream, tls: Option<Tls>) -> Result<Box<dyn Stream>, DispatchError> {
    let Some(tls) = tls else { return Ok(Box::new(stream)) };
    let accepted = tls.accept(stream).await;
    let stream = accepted.inspect_err(|cause| log::debug!("a TLS handshake failed: {cause}"))?;
    Ok(Box::new(stream))
}

/// A connection that speaks problem documents even where the HTTP layer has none. It ends when the client takes nothing
/// for a while, whatever is to be written: so neither an answer that nobody reads nor what waits behind it stays.
struct Connection {
    stream: Pin<Box<TimeoutWriter<Box<dyn Stream>>>>,
    base: String,
    replacement: Option<Replacement>,
    /// Whether the service stops; taken away when that has shortened the patience.
    hurry: Option<Arc<AtomicBool>>,
}

impl Connection {
    /// Waits for the client no longer than what is left when the service stops.
    fn hurry_when_stopping(&mut self) {
        if self.hurry.take_if(|stops| stops.load(Ordering::Relaxed)).is_some() {
            let patience =
                self.stream.timeout().map_or(LAST_PATIENCE, |patience| patience.min(LAST_PATIENCE));
            self.stream.as_mut().set_timeout_pinned(Some(patience));
        }
    }
}

/// A problem document on its way out in place of a bare answer.
struct Replacement {
    bytes: Vec<u8>,
    written: usize,
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.hurry_when_stopping();
        if self.replacement.is_none() {
            self.replacement = bare_answer(bytes)
                .map(|(begin, status)| Replacement::new(&bytes[..begin], status, &self.base));
        }
        let Self { stream, replacement, .. } = &mut *self;
        let Some(answer) = replacement else { return stream.as_mut().poll_write(context, bytes) };
        while answer.written < answer.bytes.len() {
            let rest = &answer.bytes[answer.written..];
            answer.written += ready!(stream.as_mut().poll_write(context, rest))?;
        }
        *replacement = None;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.hurry_when_stopping();
        self.stream.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(context)
    }
}

/// Finds the answer that the HTTP layer gave by itself, at the end of what is written: where it begins, and its
/// status. It is an error without a body, and without the request identifier that every answer of the application has.
/// The text of a status line in a body is none: there it is followed by more than headers.
fn bare_answer(bytes: &[u8]) -> Option<(usize, u16)> {
    const STATUS_LINE: &[u8] = b"HTTP/1.1 ";
    const LONGEST_HEAD: usize = 512;
    if !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let tail = bytes.len().saturating_sub(LONGEST_HEAD);
    let begin = tail + bytes[tail..].windows(STATUS_LINE.len()).rposition(|window| window == STATUS_LINE)?;
    let head = std::str::from_utf8(&bytes[begin..]).ok()?;
    let mut lines = head.strip_suffix("\r\n\r\n")?.split("\r\n");
    let status: u16 = lines.next()?.get(STATUS_LINE.len()..STATUS_LINE.len() + 3)?.parse().ok()?;
    let headers: Vec<(&str, &str)> = lines.map(header).collect::<Option<_>>()?;
    let is_bare =
        headers.contains(&("content-length", "0")) && headers.iter().all(|(name, _)| *name != "x-request-id");
    (status >= 400 && is_bare).then_some((begin, status))
}

/// The name and the value of a header, as the HTTP layer writes them.
fn header(line: &str) -> Option<(&str, &str)> {
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    line.split_once(": ").filter(|(name, _)| is_name(name))
}

impl Replacement {
    /// What was to be written `before` the bare answer, and the problem document in its place.
    fn new(before: &[u8], status: u16, base: &str) -> Self {
        let error = Error::new(Code::of_status(status));
        let request_id = Uuid::now_v7().to_string();
        let problem = Problem::new(&error, Language::En, base, "", &request_id);
        let body = serde_json::to_string(&problem).unwrap_or_default();
        let (status, length) = (problem.status, body.len());
        let reason = actix_web::http::StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or_default();
        log::info!("request_id={request_id} method=- route=malformed status={status}");
        let security: String =
            security_headers("", base).map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let answer = format!(
            "HTTP/1.1 {status} {reason}\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {length}\r\n\
             connection: close\r\ncache-control: no-store\r\n{security}x-request-id: {request_id}\r\n\r\n{body}"
        );
        Self { bytes: [before, answer.as_bytes()].concat(), written: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_http_layer_says_by_itself_is_a_bare_answer() {
        let bare = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\
                    date: Mon, 23 Nov 2026 16:51:13 GMT\r\n\r\n";
        assert_eq!(bare_answer(bare.as_bytes()), Some((0, 400)));
        let good = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(bare_answer(format!("{good}{bare}").as_bytes()), Some((good.len(), 400)));
        for other in [
            // The end of a body in chunks.
            "{\"object\":\"HTTP/1.1 500 x\"}\n\r\n0\r\n\r\n",
            "HTTP/1.1 500 x\r\ncontent-length: 0\r\n0\r\n\r\n",
            "HTTP/1.1 500 x\r\n\r\n",
            "HTTP/1.1 500 x\r\nsome text: and more\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nx-request-id: 7\r\n\r\n",
            "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 2\r\n\r\n{}",
        ] {
            assert_eq!(bare_answer(other.as_bytes()), None, "{other:?}");
        }
    }
}
