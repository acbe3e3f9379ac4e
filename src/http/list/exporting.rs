//! The whole of a list as a file: read in one state of the database, on a thread and a connection of its own, as fast as
//! the client takes it. What a client does not take is not read.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use actix_web::http::Version;
use actix_web::http::header::{self, ContentEncoding, HeaderValue};
use actix_web::web::{self, Bytes};
use actix_web::{HttpMessage as _, HttpResponse, HttpResponseBuilder};
use futures_util::stream::{self, Stream};
use serde::Serialize;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use utoipa::ToSchema;

use super::format::Format;
use super::whole::Whole;
use super::{ListQuery, Listed};
use crate::database::listing::{ListRequest, Page};
use crate::database::types::UtcTime;
use crate::database::{Connection, Database};
use crate::error::{Error, Result};
use crate::http::client_address::ClientAddress;
use crate::http::cursor::CursorKey;
use crate::http::files::time_for;
use crate::http::limits::Client;
use crate::http::middleware::HeadOnly;
use crate::http::origin::Origin;
use crate::http::server::Trailers;
use crate::http::transfers::{Transfer, Transfers};
use crate::measurements::Measurement;

/// Bytes of a piece that is sent.
const PIECE: usize = 64 * 1024;
/// How many pieces wait for the client.
const PIECES_AHEAD: usize = 2;
/// A client has this much more time than a slow line needs.
const GRACE: Duration = Duration::from_secs(30);
/// The trailer that only a whole file has (RFC 9110, 6.5).
const TRAILER: &str = "Nasij-Export";

/// The exports that run on this instance: each holds a connection, and a state of the database.
pub struct Exports {
    transfers: Transfers<Client>,
    /// How long one may take.
    most_time: Duration,
}

impl Exports {
    /// At most so many at a time, each for so many seconds.
    pub fn new(most: u16, most_seconds: u64) -> Self {
        Self { transfers: Transfers::new(most), most_time: Duration::from_secs(most_seconds) }
    }

    /// What is measured of them.
    pub fn measurements(&self) -> Result<Vec<Measurement>> {
        self.transfers.measurements(
            ("nasij_exports", "Lists that are on their way as a whole."),
            ("nasij_exports_max", "Lists that may be on their way as a whole at a time."),
        )
    }
}

/// What the thread that reads has to tell.
enum Step {
    /// The first items have been read.
    Begun,
    Piece(Bytes),
    /// All has been written, so many items of the state at an instant.
    End(u64, UtcTime),
}

type Steps = Sender<Result<Step>>;

/// Answers with the whole list.
pub(super) async fn whole<T, Item, F>(
    query: &ListQuery<T>,
    database: &Database,
    list: F,
) -> Result<HttpResponse>
where
    T: Listed,
    Item: Serialize + ToSchema + Send + 'static,
    F: Fn(&mut Connection, &ListRequest) -> Result<Page<Item>> + Send + 'static,
{
    let mut response = begin(query);
    if HeadOnly::is_asked(&query.http) {
        // Refused as the file would be; how long that is nobody knows.
        let first = ListRequest { limit: 1, ..query.request.clone() };
        database.read(move |connection| list(connection, &first)).await?;
        return Ok(response.streaming(stream::empty::<Result<Bytes>>()));
    }
    let missing = || Error::internal("the exports are not configured");
    let exports = query.http.app_data::<web::Data<Exports>>().ok_or_else(missing)?;
    let key = query.http.app_data::<web::Data<CursorKey>>().ok_or_else(missing)?;
    let place = exports.transfers.begin(client(query))?;
    let cursors = query.delivery.with_cursors.then(|| (key.get_ref().clone(), query.binding.clone()));
    let shape = (query.view.clone(), query.layout::<Item>());
    let export = Whole::<T, Item, F>::new(list, shape, &query.request, cursors);
    let (sender, receiver) = channel(PIECES_AHEAD);
    let (database, request_id) = (database.clone(), Origin::of(&query.http.extensions()).request_id);
    let run = move || run(&export, &database, &sender, &request_id);
    std::thread::Builder::new().name("export".to_owned()).spawn(run).map_err(Error::unavailable)?;
    let mut sending = Sending::of(receiver, exports.most_time, place);
    // Before the answer begins: what goes wrong by now is told as a problem.
    sending.step().await?;
    Ok(sending.answer(response, query.http.version()))
}

fn begin<T: Listed>(query: &ListQuery<T>) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    query.view.headers(&mut response);
    response.content_type(query.delivery.format.content_type());
    response.insert_header((header::LINK, query.link(None, None)));
    if let Some(disposition) = query.disposition() {
        response.insert_header((header::CONTENT_DISPOSITION, disposition));
    }
    if query.delivery.format == Format::Xlsx {
        // It is packed already.
        response.insert_header(ContentEncoding::Identity);
    }
    response
}

fn client<T>(query: &ListQuery<T>) -> Client {
    let address = ClientAddress::of(&query.http.extensions());
    Client::from(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
}

/// Reads and writes an export.
fn run<T, Item, F>(export: &Whole<T, Item, F>, database: &Database, steps: &Steps, request_id: &str)
where
    T: Listed,
    Item: Serialize,
    F: Fn(&mut Connection, &ListRequest) -> Result<Page<Item>>,
{
    let written = database.read_one_state(|connection| {
        let state = UtcTime::now();
        let mut line = Line { steps, piece: Vec::with_capacity(PIECE) };
        let begun = || steps.blocking_send(Ok(Step::Begun)).map_err(Error::unavailable);
        let items = export.write(connection, &mut line, begun, |_| ())?;
        line.flush().map_err(Error::unavailable)?;
        Ok(Step::End(items, state))
    });
    if let Err(error) = &written
        && error.is_of_the_service()
        && !steps.is_closed()
    {
        log::error!("request_id={request_id} an export ended early: {error}");
    }
    // Whoever asked may have hung up.
    let _ = steps.blocking_send(written);
}

/// The way to the client, which takes pieces.
struct Line<'a> {
    steps: &'a Steps,
    piece: Vec<u8>,
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        let sent = self.steps.blocking_send(Ok(Step::Piece(piece.into())));
        sent.map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "the client has hung up"))
    }
}

/// An export on its way to a client. It ends when this is dropped.
struct Sending {
    receiver: Receiver<Result<Step>>,
    trailers: Trailers,
    begun: Instant,
    most_time: Duration,
    /// How many bytes were handed over so far.
    sent: u64,
    /// When the last of them were.
    handed_over: Instant,
    /// How long the client took for them.
    waited: Duration,
    _place: Transfer<Client>,
}

impl Sending {
    fn of(receiver: Receiver<Result<Step>>, most_time: Duration, place: Transfer<Client>) -> Self {
        let begun = Instant::now();
        Self {
            receiver,
            trailers: Trailers::default(),
            begun,
            most_time,
            sent: 0,
            handed_over: begun,
            waited: Duration::ZERO,
            _place: place,
        }
    }

    /// The answer. Chunks and trailers are of HTTP/1.1: before it, an answer ends with its connection.
    fn answer(self, mut response: HttpResponseBuilder, version: Version) -> HttpResponse {
        let trailers = self.trailers.clone();
        let mut response = response.streaming(self.into_stream());
        if version < Version::HTTP_11 {
            response.head_mut().no_chunking(true);
        } else {
            response.headers_mut().insert(header::TRAILER, HeaderValue::from_static(TRAILER));
            response.extensions_mut().insert(trailers);
        }
        response
    }

    /// What comes next. A thread that ends without a word was not at the end of the list.
    async fn step(&mut self) -> Result<Step> {
        let step = self.receiver.recv().await;
        step.unwrap_or_else(|| Err(Error::internal("an export ended without a word")))
    }

    fn into_stream(self) -> impl Stream<Item = Result<Bytes>> {
        stream::try_unfold(self, Self::next)
    }

    /// An error can only end the connection before its time, which tells the client that the file is not whole.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        self.waited += self.handed_over.elapsed();
        if self.begun.elapsed() > self.most_time || self.waited > GRACE + time_for(self.sent) {
            return Err(Error::unavailable("a client takes an export too slowly"));
        }
        loop {
            match self.step().await? {
                Step::Begun => {}
                Step::Piece(piece) => {
                    self.sent += piece.len() as u64;
                    self.handed_over = Instant::now();
                    return Ok(Some((piece, self)));
                }
                Step::End(items, state) => {
                    self.trailers.set(format!("{TRAILER}: rows={items}, state=\"{state}\"\r\n"));
                    return Ok(None);
                }
            }
        }
    }
}
