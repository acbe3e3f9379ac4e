//! What goes wrong below the application: malformed requests over a bare connection are problem documents too.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::app::App;
use crate::steps::association;

/// An answer as it came over the wire.
struct Raw {
    status: u16,
    head: String,
    body: String,
}

impl Raw {
    fn read(text: &str) -> Option<(Self, &str)> {
        let (head, rest) = text.split_once("\r\n\r\n")?;
        let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
        let head = head.to_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
        let (body, rest) = rest.split_at_checked(length.unwrap_or(0))?;
        Some((Self { status, head: head.clone(), body: body.to_owned() }, rest))
    }

    fn problem(&self, status: u16, asked: &str) -> Value {
        assert_eq!(self.status, status, "{asked:?}: {}", self.head);
        assert!(self.head.contains("content-type: application/problem+json"), "{asked:?}: {}", self.head);
        let problem: Value =
            serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{asked:?}: {error}"));
        assert_eq!(problem["status"], status, "{asked:?}");
        let id = problem["request_id"].as_str().expect("a request id");
        assert!(self.head.contains(&format!("x-request-id: {id}")), "{asked:?}: {}", self.head);
        for name in ["type", "code", "title", "detail"] {
            assert!(problem[name].as_str().is_some_and(|text| !text.is_empty()), "{asked:?}: no {name}");
        }
        problem
    }
}

/// Sends bytes and reads all that comes back until the service closes or falls silent.
async fn answers(app: &App, request: &[u8]) -> Vec<Raw> {
    let mut stream = TcpStream::connect(app.address).await.expect("a connection");
    // The service may hang up before it has read everything.
    let _ = stream.write_all(request).await;
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    while let Ok(Ok(count @ 1..)) =
        tokio::time::timeout(Duration::from_millis(1500), stream.read(&mut buffer)).await
    {
        bytes.extend_from_slice(&buffer[..count]);
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (mut rest, mut answers) = (text.as_str(), Vec::new());
    while let Some((answer, after)) = Raw::read(rest) {
        answers.push(answer);
        rest = after;
    }
    assert!(rest.is_empty(), "left over: {rest:?}");
    answers
}

#[tokio::test]
async fn a_malformed_request_is_a_problem_document() {
    let app = App::start().await;
    for request in [
        "GARBAGE\r\n\r\n",
        "GET\r\n\r\n",
        "GET /v1/cities\r\n\r\n",
        "GET /v1/cities HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET /v1/ci ties HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /v1/cities HTTP/1.1\r\nHost: x\r\nBad Header: x\r\n\r\n",
        "GET /v1/cities HTTP/1.1\r\nHost: x\r\nx: a\0b\r\n\r\n",
        "POST /v1/associations HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
        "POST /v1/associations HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/associations HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /v1/associations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: what\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}",
    ] {
        let answers = answers(&app, request.as_bytes()).await;
        assert_eq!(answers.len(), 1, "{request:?}");
        let problem = answers[0].problem(400, request);
        assert_eq!(problem["code"], "bad_request", "{request:?}");
        assert!(answers[0].head.contains("connection: close"), "{request:?}");
    }
    app.get("/livez").await.expect(200);
}

#[tokio::test]
async fn a_malformed_request_after_a_good_one_is_a_problem_document_too() {
    let app = App::start().await;
    let requests = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGARBAGE\r\n\r\n";
    let answers = answers(&app, requests).await;
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0].status, 200);
    answers[1].problem(400, "the second of two");
}

#[tokio::test]
async fn a_text_that_looks_like_an_answer_is_none() {
    let app = App::start().await;
    let token = app.token(nasij::access::Role::Admin).await;
    let mut imitation = association("Imitation");
    imitation["object"] = json!({"fr": "HTTP/1.1 500 x"});
    app.add_association(&token, &imitation).await;
    // In chunks: the text and the empty line after the last one are written together.
    let trail = "/v1/audit?resource_type=association&action=create&fields=after&format=ndjson&limit=all";
    let answer = app.get_as(&token, trail).await.expect(200);
    assert_eq!(
        serde_json::from_str::<Value>(answer.text()).expect("one line")["after"]["object"],
        imitation["object"]
    );
}

#[tokio::test]
async fn headers_that_are_too_large_are_431() {
    let app = App::start().await;
    let long = format!("GET /v1/cities HTTP/1.1\r\nHost: x\r\nx-long: {}\r\n\r\n", "x".repeat(300_000));
    let many: String = (0..200).map(|place| format!("x-{place}: x\r\n")).collect();
    let many = format!("GET /v1/cities HTTP/1.1\r\nHost: x\r\n{many}\r\n");
    for request in [long, many] {
        let answers = answers(&app, request.as_bytes()).await;
        assert_eq!(answers.len(), 1);
        assert_eq!(answers[0].problem(431, "too large")["code"], "headers_too_large");
    }
}

#[tokio::test]
async fn an_address_that_is_too_long_is_refused_without_harm() {
    let app = App::start().await;
    for letters in [8_000, 70_000] {
        let request = format!(
            "GET /v1/cities?q={} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "x".repeat(letters)
        );
        let answers = answers(&app, request.as_bytes()).await;
        assert_eq!(answers.len(), 1, "{letters}");
        assert!([400, 414, 431].contains(&answers[0].status), "{}", answers[0].head);
        answers[0].problem(answers[0].status, "a long address");
    }
}

#[tokio::test]
async fn a_badly_chunked_body_changes_nothing_and_the_service_goes_on() {
    let app = App::start().await;
    let token = app.token(nasij::access::Role::Admin).await;
    let head = format!(
        "POST /v1/associations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    );
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\nZZZ\r\n{{}}\r\n0\r\n\r\n");
    // The HTTP layer may hang up without a word; when it says something, it is a problem document.
    for answer in answers(&app, chunked.as_bytes()).await {
        answer.problem(400, "a bad chunk");
    }
    app.get("/livez").await.expect(200);
    assert_eq!(app.associations_named("x").await, 0);
}

#[tokio::test]
async fn a_body_in_chunks_is_read_and_one_that_never_ends_is_413() {
    let app = App::start().await;
    let token = app.token(nasij::access::Role::Admin).await;
    let head = format!(
        "POST /v1/associations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let good = format!("{head}b\r\n{{\"name\": {{\"\r\ne\r\nfr\": \"Chunked\"\r\n2\r\n}}}}\r\n0\r\n\r\n");
    assert_eq!(answers(&app, good.as_bytes()).await[0].status, 201);
    let chunk = format!("8000\r\n{}\r\n", " ".repeat(0x8000));
    let endless = format!("{head}{}", chunk.repeat(12));
    let answers = answers(&app, endless.as_bytes()).await;
    assert_eq!(answers[0].problem(413, "endless")["code"], "payload_too_large");
}

/// Requests that follow each other on one connection, and the statuses of their answers.
fn a_mixed_line(token: &str) -> Vec<(String, u16)> {
    let create = format!(
        "POST /v1/associations?dry_run=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n"
    );
    let get = "GET /v1/cities?limit=1 HTTP/1.1\r\nHost: x\r\n\r\n";
    // An empty line within a body ends nothing.
    let body = "{\"name\":\r\n\r\n{\"fr\": \"In a line\"}}";
    let length = body.len();
    vec![
        (get.to_owned(), 200),
        (format!("{create}Content-Length: {length}\r\n\r\n{body}"), 201),
        (get.replace("/v1/cities", "/v1/nothing"), 404),
        (format!("{create}Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"), 201),
        (get.to_owned(), 200),
    ]
}

/// Requests with bodies that nobody reads.
fn unread_bodies() -> Vec<(String, u16)> {
    let get = "GET /v1/regions HTTP/1.1\r\nHost: x\r\n";
    vec![
        (format!("{get}Content-Length: 8\r\n\r\n\r\n\r\n...."), 200),
        (format!("{get}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"), 200),
        (format!("{get}\r\n"), 200),
    ]
}

#[tokio::test]
async fn requests_that_do_not_wait_for_answers_are_answered_in_their_order() {
    let app = App::start().await;
    let token = app.token(nasij::access::Role::Admin).await;
    let of = |requests: Vec<(String, u16)>| -> (String, Vec<u16>) { requests.into_iter().unzip() };
    let (line, statuses) = of([unread_bodies(), a_mixed_line(&token)].concat());
    let in_one_go = answers(&app, line.as_bytes()).await;
    assert_eq!(in_one_go.iter().map(|answer| answer.status).collect::<Vec<_>>(), statuses);

    // In pieces that end anywhere.
    let (line, statuses) = of(a_mixed_line(&token));
    for size in [1, 7, 100] {
        let mut stream = TcpStream::connect(app.address).await.expect("a connection");
        stream.set_nodelay(true).expect("pieces are sent at once");
        let pieces = line.as_bytes().chunks(size);
        let sending = async {
            for piece in pieces {
                stream.write_all(piece).await.expect("a piece is sent");
                tokio::task::yield_now().await;
            }
        };
        sending.await;
        let found = statuses_of(stream, statuses.len()).await;
        assert_eq!(found, statuses, "in pieces of {size}");
    }
}

#[tokio::test]
async fn many_requests_whose_answers_nobody_waits_for_are_answered_in_the_end() {
    const MANY: usize = 300;
    let app = App::start().await;
    let mut stream = TcpStream::connect(app.address).await.expect("a connection");
    let requests = "GET /v1/regions HTTP/1.1\r\nHost: x\r\n\r\n".repeat(MANY);
    stream.write_all(requests.as_bytes()).await.expect("all are sent");
    assert_eq!(statuses_of(stream, MANY).await, [200; MANY]);
}

/// The statuses of so many answers.
async fn statuses_of(mut stream: TcpStream, count: usize) -> Vec<u16> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 16 * 1024]);
    loop {
        let text = String::from_utf8_lossy(&bytes);
        let (mut rest, mut found) = (text.as_ref(), Vec::new());
        while let Some((answer, after)) = Raw::read(rest) {
            found.push(answer.status);
            rest = after;
        }
        if found.len() == count {
            return found;
        }
        let read = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut buffer)).await;
        let read = read.expect("an answer comes").expect("the connection lasts");
        assert!(read > 0, "the service hung up after {found:?}");
        bytes.extend_from_slice(&buffer[..read]);
    }
}

#[tokio::test]
async fn who_only_asks_whether_to_go_on_is_answered() {
    let app = App::start().await;
    let request = "POST /v1/associations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                   Content-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
    let answers = answers(&app, request.as_bytes()).await;
    let last = answers.last().expect("an answer");
    last.problem(401, "expecting to go on without a token");
}

#[tokio::test]
async fn the_limits_of_a_head_are_those_that_are_told() {
    let app = App::start().await;
    let filler = |bytes: usize| "x".repeat(bytes);
    let head = |target: usize, header: usize| {
        format!(
            "GET /v1/nowhere?{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx-long: {}\r\n\r\n",
            filler(target),
            filler(header)
        )
    };
    for (target, header, status) in
        [(15_000, 10, 404), (17_000, 10, 414), (10, 15_000, 404), (10, 17_000, 431), (17_000, 17_000, 414)]
    {
        let answers = answers(&app, head(target, header).as_bytes()).await;
        let problem = answers[0].problem(status, "a head");
        let told = problem["detail"].as_str().expect("a sentence").contains("16 KiB");
        assert_eq!(told, status != 404, "{problem}");
    }
}
