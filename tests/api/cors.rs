//! What pages of other sites may do from a browser: any may read, only configured ones may write.

use std::collections::BTreeSet;

use nasij::access::Role;
use reqwest::Method;
use serde_json::json;

use crate::answer::Answer;
use crate::app::App;
use crate::binary::{Home, complaint};

const PORTAL: &str = "https://portal.example.ma";
const STRANGER: &str = "https://stranger.example";

async fn app() -> App {
    App::start_with(|config| {
        config.cors_origins = format!("{PORTAL}, http://localhost:5173").parse().expect("origins");
    })
    .await
}

fn listed(text: &str) -> BTreeSet<String> {
    text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

fn varies_by_origin(answer: &Answer) -> bool {
    let mut lines = answer.headers.get_all("vary").iter().map(|line| line.to_str().expect("readable"));
    lines.any(|line| listed(&line.to_lowercase()).contains("origin"))
}

async fn preflight(app: &App, origin: &str, method: &str, path: &str) -> Answer {
    app.request(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization,content-type")
        .send()
        .await
        .expect(204)
}

#[tokio::test]
async fn a_page_from_anywhere_may_read_and_see_the_headers_that_it_needs() {
    let app = app().await;
    for (path, status) in [
        ("/v1/cities?limit=1", 200),
        ("/v1/cities/atlantis", 404),
        ("/v1/cities?limit=0", 400),
        ("/nothing", 404),
    ] {
        let ask = |origin: Option<&'static str>| {
            let request = app.request(Method::GET, path);
            match origin {
                Some(origin) => request.header("origin", origin),
                None => request,
            }
        };
        // Without an origin too: a cache may keep that answer and give it to a page.
        for origin in [Some(STRANGER), Some(PORTAL), Some("null"), None] {
            let answer = ask(origin).send().await.expect(status);
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{path} {origin:?}");
            assert!(!varies_by_origin(&answer), "{path}");
            let exposed = listed(answer.header("access-control-expose-headers"));
            for name in [
                "content-language",
                "etag",
                "idempotent-replayed",
                "last-modified",
                "link",
                "location",
                "preference-applied",
                "ratelimit",
                "ratelimit-policy",
                "retry-after",
                "www-authenticate",
                "x-request-id",
            ] {
                assert!(exposed.contains(name), "{path} does not expose {name}: {exposed:?}");
            }
            assert!(answer.optional_header("access-control-allow-credentials").is_none());
        }
    }
}

#[tokio::test]
async fn a_browser_may_ask_before_it_reads_but_a_stranger_gets_no_leave_to_write() {
    let app = app().await;
    for origin in [STRANGER, "null", "https://portal.example.ma.evil.example", "http://portal.example.ma"] {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let leave = preflight(&app, origin, method, "/v1/associations").await;
            assert_eq!(leave.header("access-control-allow-origin"), "*");
            assert_eq!(listed(leave.header("access-control-allow-methods")), listed("GET, HEAD"));
            let headers = listed(leave.header("access-control-allow-headers"));
            // What the libraries of browsers send with any request.
            let read = "accept-language, authorization, cache-control, content-type, if-modified-since, if-none-match, \
                        pragma, traceparent, x-request-id";
            assert!(headers.is_superset(&listed(read)), "{headers:?}");
            assert!(headers.is_disjoint(&listed("if-match, idempotency-key, prefer")));
            assert!(leave.header("access-control-max-age").parse::<u32>().unwrap() > 0);
        }
    }
}

#[tokio::test]
async fn a_page_of_a_configured_origin_may_write() {
    let app = app().await;
    let token = app.token(Role::Admin).await;
    for origin in [PORTAL, "http://localhost:5173", &app.base] {
        let leave = preflight(&app, origin, "PATCH", "/v1/cities/oujda").await;
        assert_eq!(leave.header("access-control-allow-origin"), origin);
        assert!(varies_by_origin(&leave));
        let methods = listed(leave.header("access-control-allow-methods"));
        assert!(methods.is_superset(&listed("GET, HEAD, POST, PUT, PATCH, DELETE")));
        let headers = listed(leave.header("access-control-allow-headers"));
        let needed =
            "authorization, content-type, if-match, idempotency-key, prefer, accept-language, if-none-match";
        assert!(headers.is_superset(&listed(needed)), "{headers:?}");

        let change = app.request(Method::PATCH, "/v1/cities/oujda").token(&token).if_match("*");
        let change = change.header("origin", origin).merge_patch(&json!({"population_2024": 7}));
        let answer = change.send().await.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), origin);
        assert!(varies_by_origin(&answer));
    }
}

#[tokio::test]
async fn a_write_of_a_stranger_is_refused_whatever_it_carries() {
    let app = app().await;
    let token = app.token(Role::Admin).await;
    for origin in [STRANGER, "null", "", "https://portal.example.ma:8443", "HTTPS://PORTAL.EXAMPLE.MA"] {
        for (method, path) in [
            (Method::POST, "/v1/associations"),
            (Method::PATCH, "/v1/cities/oujda"),
            (Method::DELETE, "/v1/cities/oujda"),
            (Method::POST, "/oauth/token"),
            (Method::POST, "/nothing"),
        ] {
            let request = app.request(method.clone(), path).token(&token).if_match("*");
            let request = request.header("origin", origin).json(&json!({"name": {"fr": "Forgée"}}));
            let answer = request.send().await.expect(403);
            let problem = answer.json();
            assert_eq!(problem["code"], "origin_not_allowed", "{method} {path}");
            assert!(problem["detail"].as_str().unwrap().contains("NASIJ_CORS_ORIGINS"), "{problem}");
            // The page that made it may read why.
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{method} {path}");
        }
    }
    assert_eq!(app.associations_named("Forgée").await, 0);
    app.get("/v1/cities/oujda").await.expect(200);
}

#[tokio::test]
async fn a_refused_write_is_answered_before_its_body_arrives() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let app = app().await;
    let mut stream = tokio::net::TcpStream::connect(app.address).await.unwrap();
    let head = format!(
        "POST /v1/associations HTTP/1.1\r\nHost: x\r\nOrigin: {STRANGER}\r\nContent-Type: application/json\r\n\
         Content-Length: 1000\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    let read = tokio::time::timeout(std::time::Duration::from_secs(5), stream.read_exact(&mut answer)).await;
    read.expect("it is not waited for the body").unwrap();
    assert_eq!(&answer, b"HTTP/1.1 403");
}

#[test]
fn origins_that_no_browser_sends_stop_the_start() {
    let home = Home::new();
    for origin in ["*", "portal.example.ma", "https://portal.example.ma/", "https://*.example.ma"] {
        let mut command = home.nasij([]);
        command.env("NASIJ_CORS_ORIGINS", origin);
        let told = complaint(command);
        assert!(told.contains("--cors-origins") && told.contains(origin), "{told}");
    }
    let mut command = home.nasij([]);
    command.env("NASIJ_PUBLIC_URL", "nowhere");
    assert!(complaint(command).contains("NASIJ_PUBLIC_URL"));
}
