//! Heads of requests: wishes for another protocol, what comes twice, and what is refused before the service reads it.

use std::time::Duration;

use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::app::App;
use crate::steps::{association, fault, faults};

/// What comes back within a moment of what was sent.
async fn exchanged(app: &App, request: &str) -> String {
    let mut stream = TcpStream::connect(app.address).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    let (mut bytes, mut buffer) = (Vec::new(), [0; 16 * 1024]);
    while let Ok(Ok(count @ 1..)) =
        tokio::time::timeout(Duration::from_millis(1000), stream.read(&mut buffer)).await
    {
        bytes.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn statuses(answers: &str) -> Vec<&str> {
    answers.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect()
}

#[tokio::test]
async fn a_wish_for_another_protocol_is_passed_over() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body = association("Websocket").to_string();
    for wish in ["websocket", "h2c", "TLS/1.2"] {
        let upgrade = format!("Upgrade: {wish}\r\nConnection: Upgrade, HTTP2-Settings\r\n");
        let get = format!("GET /v1/regions/01 HTTP/1.1\r\nHost: x\r\n{upgrade}\r\n");
        let post = format!(
            "POST /v1/associations?dry_run=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{upgrade}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answers = exchanged(&app, &format!("{get}{post}{get}")).await;
        assert_eq!(statuses(&answers), ["200", "201", "200"], "{wish}: {answers}");
    }
}

#[tokio::test]
async fn what_is_refused_before_the_service_reads_it_is_told_as_well_as_can_be() {
    let app = App::start().await;
    let asked = |target: &str, headers: &str| format!("GET {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
    let problem = |answer: &str| -> Value {
        assert!(answer.contains("access-control-allow-origin: *"), "{answer}");
        serde_json::from_str(answer.split_once("\r\n\r\n").expect("a body").1).expect("a problem")
    };
    let raw = problem(&exchanged(&app, &asked("/v1/cities?q=A\u{ef}t", "Accept-Language: fr\r\n")).await);
    assert_eq!((&raw["status"], &raw["errors"][0]["code"]), (&json!(400), &json!("encoding")));
    assert!(raw["detail"].as_str().is_some_and(|told| told.starts_with("Des paramètres")), "{raw}");
    let odd = problem(&exchanged(&app, &asked("/v1/cities?q=a<&lang=ar", "")).await);
    assert_eq!((&odd["code"], &odd["title"]), (&json!("bad_request"), &json!("طلب غير سليم")));
    for length in [20_000, 70_000, 150_000] {
        let long =
            problem(&exchanged(&app, &asked(&format!("/v1/cities?q={}", "x".repeat(length)), "")).await);
        assert_eq!(long["code"], "uri_too_long", "{length}");
    }
}

#[tokio::test]
async fn a_key_that_comes_twice_and_a_body_that_is_packed_are_refused() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let post = || app.request(Method::POST, "/v1/associations").token(&token);
    let twice = post().header("idempotency-key", "a").header("idempotency-key", "b");
    let problem = twice.json(&association("Twice")).send().await.problem(400);
    assert_eq!(faults(&problem), fault("Idempotency-Key", "repeated_header"));
    for coding in ["gzip", "foo", "gzip, identity"] {
        let packed = post().header("content-encoding", coding).json(&association("Packed"));
        let problem = packed.send().await.problem(415);
        assert!(
            problem["detail"].as_str().is_some_and(|told| told.contains("Content-Encoding")),
            "{problem}"
        );
    }
    post().header("content-encoding", "identity").json(&association("Plain")).send().await.expect(201);
    assert_eq!(app.associations_named("Twice").await + app.associations_named("Packed").await, 0);
    let answer =
        app.request(Method::GET, "/v1/regions").header("accept-encoding", "identity;q=0").send().await;
    let problem = answer.problem(406);
    assert!(problem["detail"].as_str().is_some_and(|told| told.contains("Accept-Encoding")), "{problem}");
}
