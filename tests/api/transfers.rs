//! Files on their way: who may send one is decided before it is read, only some come and go at a time, and nobody is
//! waited for who does not take what was asked for.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use nasij::access::Role;
use reqwest::Method;
use serde_json::Value;

use crate::app::App;
use crate::binary::{Home, Instance};
use crate::documents::{document_path, documents};
use crate::files::{PDF, pdf};
use crate::nominations::of_city;

const LARGEST: usize = 10 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends the head of an upload of `length` bytes, and none of them.
fn begin(app: &App, token: &str, nomination: &Value, length: usize) -> TcpStream {
    let stream = TcpStream::connect(app.address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    let head = format!(
        "POST {}?name=a.pdf HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: {PDF}\r\n\
         Content-Length: {length}\r\n\r\n",
        documents(nomination)
    );
    (&stream).write_all(head.as_bytes()).expect("the head is sent");
    stream
}

/// The status of the answer that comes.
fn status(mut stream: &TcpStream) -> u16 {
    let mut line = [0; 12];
    stream.read_exact(&mut line).expect("an answer");
    let line = std::str::from_utf8(&line).expect("a status line");
    line.strip_prefix("HTTP/1.1 ").expect("a status line").parse().expect("a status")
}

/// Waits until the account has begun a transfer, or has none any more: another upload has this status.
async fn wait_for(app: &App, token: &str, nomination: &Value, expected: u16) {
    let until = Instant::now() + PATIENCE;
    loop {
        // Who asks takes a place as well: not before the other has had the time to take it.
        tokio::time::sleep(Duration::from_millis(400)).await;
        let found = app.upload(token, nomination, "b.pdf", (PDF, b"%PDF-".to_vec())).await;
        if found.status == expected {
            return;
        }
        assert!(Instant::now() < until, "{} instead of {expected}", found.status);
    }
}

#[tokio::test]
async fn an_upload_is_refused_before_its_file_is_read() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let stranger = app.representative_of_city("rabat").await;
    assert_eq!(status(&begin(&app, "made.up", &draft, LARGEST)), 401);
    assert_eq!(status(&begin(&app, &stranger, &draft, LARGEST)), 404);
    assert_eq!(status(&begin(&app, &token, &draft, LARGEST + 1)), 413);
    app.put_nomination_in(&draft, "submitted");
    assert_eq!(status(&begin(&app, &token, &draft, LARGEST)), 409);
    // Whoever goes on sending reads the answer all the same.
    let sent: Vec<_> = (0..20).map(|_| begin(&app, &stranger, &draft, LARGEST)).collect();
    for mut stream in &sent {
        let _ = stream.write_all(&[b' '; 100_000]);
    }
    assert!(sent.iter().all(|stream| status(stream) == 403));
}

#[tokio::test]
async fn only_some_files_come_and_go_at_a_time() {
    let app = App::start_with(|config| config.transfers = 4).await;
    let (token, draft) = app.draft_of_fes().await;
    let document = app.add_pdf(&token, &draft, "kept").await;
    let content = format!("{}/content", document_path(&document));
    let file = pdf("slow");
    let mut slow = begin(&app, &token, &draft, file.len());
    slow.write_all(&file[..9]).expect("the beginning is sent");
    wait_for(&app, &token, &draft, 429).await;
    let refused = app.get_as(&token, &content).await;
    assert_eq!(refused.header("retry-after"), "5");
    assert_eq!(refused.problem(429)["code"], "too_many_transfers");
    // What sends no file is not held up.
    app.get_as(&token, &document_path(&document)).await.expect(200);
    app.request(Method::HEAD, &content).token(&token).send().await.expect(200);

    let mut others = Vec::new();
    for _ in 0..3 {
        let officer = app.token(Role::MinistryOfficer).await;
        let own = app.nominate(&officer, &of_city(2027, "fes")).await;
        others.push(begin(&app, &officer, &own, LARGEST));
        wait_for(&app, &officer, &own, 429).await;
    }
    let late = app.token(Role::MinistryOfficer).await;
    let own = app.nominate(&late, &of_city(2027, "fes")).await;
    let refused = app.upload(&late, &own, "b.pdf", (PDF, pdf("b"))).await;
    assert_eq!(refused.header("retry-after"), "5");
    assert_eq!(refused.problem(503)["code"], "transfers_full");

    slow.write_all(&file[9..]).expect("the rest is sent");
    assert_eq!(status(&slow), 201);
    app.get_as(&token, &content).await.expect(200);
    drop(others);
    wait_for(&app, &late, &own, 422).await;
}

#[tokio::test]
async fn a_file_that_does_not_come_is_not_waited_for() {
    let app = App::start_with(|config| config.stall_seconds = 1).await;
    let (token, draft) = app.draft_of_fes().await;
    let mut stream = begin(&app, &token, &draft, LARGEST);
    stream.write_all(b"%PDF-1.7\n").expect("the beginning is sent");
    assert_eq!(status(&stream), 408);
    assert!(app.get_as(&token, &documents(&draft)).await.items().is_empty());
}

#[tokio::test]
async fn a_file_that_comes_in_drops_is_not_waited_for() {
    let app = App::start_with(|config| config.stall_seconds = 1).await;
    let (token, draft) = app.draft_of_fes().await;
    let mut stream = begin(&app, &token, &draft, LARGEST);
    let mut drops = stream.try_clone().expect("the same connection");
    let dripping = std::thread::spawn(move || {
        // Never a pause, and never an end.
        (0..400).take_while(|_| drops.write_all(b"%PDF-1.7\n").is_ok()).for_each(|_| {
            std::thread::sleep(Duration::from_millis(200));
        });
    });
    assert_eq!(status(&stream), 408);
    let hung_up = Instant::now();
    let _ = stream.read_to_end(&mut Vec::new());
    assert!(hung_up.elapsed() < Duration::from_secs(10), "the rest is read for {:?}", hung_up.elapsed());
    stream.shutdown(std::net::Shutdown::Both).ok();
    dripping.join().expect("the thread ends");
}

#[tokio::test]
async fn a_file_in_chunks_that_stop_ends_with_its_connection() {
    let app = App::start_with(|config| config.stall_seconds = 1).await;
    let (token, draft) = app.draft_of_fes().await;
    let mut stream = TcpStream::connect(app.address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    let head = format!(
        "POST {}?name=a.pdf HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: {PDF}\r\n\
         Transfer-Encoding: chunked\r\n\r\n5\r\n%PDF-\r\n",
        documents(&draft)
    );
    stream.write_all(head.as_bytes()).expect("the beginning is sent");
    assert_eq!(status(&stream), 408);
    stream.read_to_end(&mut Vec::new()).expect("the service hangs up");
}

/// Asks for as much as no buffer on the way holds, and takes none of it.
fn ask_and_take_nothing(address: std::net::SocketAddr, request: &str) -> TcpStream {
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    (&stream).write_all(request.as_bytes()).expect("the request is sent");
    stream
}

fn pipelined(path: &str, times: usize) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").repeat(times)
}

/// What had been sent when the service hung up.
fn sent(mut stream: &TcpStream) -> usize {
    let mut bytes = Vec::new();
    // The rest of a connection that ends with unsent bytes is lost, with an error or without.
    let _ = stream.read_to_end(&mut bytes);
    bytes.len()
}

#[tokio::test]
async fn an_answer_that_nobody_takes_ends_with_its_connection() {
    let app = App::start_with(|config| {
        config.stall_seconds = 1;
        config.transfers = 1;
    })
    .await;
    let (token, draft) = app.draft_of_fes().await;
    let mut bytes = pdf("a");
    bytes.resize(LARGEST, b' ');
    let document = app.upload(&token, &draft, "a.pdf", (PDF, bytes)).await.expect(201).json();
    let content = format!("{}/content", document_path(&document));
    let all = app.get("/openapi.json").await.expect(200).body.len() * 40;
    let requests = ask_and_take_nothing(app.address, &pipelined("/openapi.json", 40));
    let file = format!("GET {content} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
    let file = ask_and_take_nothing(app.address, &file);
    wait_for(&app, &token, &draft, 429).await;
    // The transfer ends although its client is still connected.
    wait_for(&app, &token, &draft, 422).await;
    assert!(sent(&file) < LARGEST);
    assert!(sent(&requests) < all);
}

#[tokio::test]
async fn a_stop_waits_for_nobody_who_takes_nothing() {
    let home = Home::new();
    let mut command = home.nasij([]);
    command.env("NASIJ_STOP_SECONDS", "60").env("NASIJ_STALL_SECONDS", "60");
    let instance = Instance::start(command);
    let stalled = ask_and_take_nothing(instance.address, &pipelined("/openapi.json", 40));
    let sign = instance.request(Method::GET, "/livez").send().await;
    assert_eq!(sign.status, 200);
    let stopped = Instant::now();
    instance.signal("TERM");
    assert_eq!(instance.ended(), Some(0));
    assert!(stopped.elapsed() < Duration::from_secs(15), "{:?}", stopped.elapsed());
    drop(stalled);
}

#[tokio::test]
async fn the_bytes_of_an_upload_that_breaks_off_are_gone() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let admin = app.token_of(app.admin()).await;
    let other = app.nominate(&admin, &of_city(2027, "rabat")).await;
    let mut stream = begin(&app, &token, &draft, LARGEST);
    stream.write_all(&pdf("a")).expect("the beginning is sent");
    drop(stream);
    app.add_pdf(&admin, &other, "b").await;
    let files = std::fs::read_dir(&app.config.data_dir).expect("the data directory");
    let names: Vec<_> = files.map(|entry| entry.expect("an entry").file_name()).collect();
    let spooled = names.iter().filter(|name| name.to_string_lossy().starts_with(".tmp")).count();
    assert_eq!(spooled, 0, "{names:?}");
    assert!(app.get_as(&token, &documents(&draft)).await.items().is_empty());
}
