//! The headers that keep browsers safe are on every answer, whoever gives it.

use nasij::access::Role;
use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::answer::Answer;
use crate::app::App;

const EVERYWHERE: [(&str, &str); 6] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "cross-origin"),
    ("permissions-policy", "camera=()"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

#[track_caller]
fn is_safe(answer: &Answer, asked: &str) {
    for (name, value) in EVERYWHERE {
        assert!(answer.header(name).starts_with(value), "{asked}: {name}");
    }
    let policy = answer.header("content-security-policy");
    for directive in ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]
    {
        assert!(policy.contains(directive), "{asked}: {policy}");
    }
    for name in ["server", "x-powered-by"] {
        assert!(answer.optional_header(name).is_none(), "{asked}: {name}");
    }
}

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_browsers_safe() {
    let app = App::start_with(|config| config.limit_token = 1).await;
    let token = app.token(Role::Auditor).await;
    for (path, status) in [
        ("/", 200),
        ("/v1/cities?limit=1", 200),
        ("/v1/cities/x", 404),
        ("/v1/cities?limit=0", 400),
        ("/v1/audit", 401),
        ("/nothing", 404),
        ("/%00", 404),
        ("/openapi.json", 200),
        ("/livez", 200),
    ] {
        is_safe(&app.get(path).await.expect(status), path);
    }
    let etag = app.get("/v1/cities/oujda").await.header("etag").to_owned();
    let unchanged = app.request(Method::GET, "/v1/cities/oujda").header("if-none-match", &etag).send().await;
    is_safe(&unchanged.expect(304), "304");
    let forbidden = app.request(Method::DELETE, "/v1/cities/oujda").if_match("*").token(&token).send().await;
    is_safe(&forbidden.expect(403), "403");
    let limited = app.request(Method::POST, "/oauth/token").send().await;
    is_safe(&limited.expect(429), "429");
    is_safe(&app.request(Method::OPTIONS, "/v1/cities").send().await.expect(204), "OPTIONS");
    is_safe(&app.request(Method::PUT, "/v1/regions").send().await.expect(405), "405");
}

#[tokio::test]
async fn the_explorer_runs_its_own_scripts_alone() {
    let app = App::start().await;
    let answer = app.get("/docs/").await.expect(200);
    for (name, value) in EVERYWHERE {
        assert!(answer.header(name).starts_with(value), "{name}");
    }
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe-eval") && !policy.contains("script-src"), "{policy}");
}

async fn answer_to_garbage(app: &App) -> String {
    let mut stream = TcpStream::connect(app.address).await.expect("a connection");
    stream.write_all(b"GARBAGE\r\n\r\n").await.expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    answer.to_lowercase()
}

#[tokio::test]
async fn even_the_answer_to_garbage_is_safe() {
    let app = App::start().await;
    let answer = answer_to_garbage(&app).await;
    for (name, value) in EVERYWHERE {
        assert!(answer.contains(&format!("\r\n{name}: {}", value.to_lowercase())), "{name}: {answer}");
    }
    assert!(answer.contains("default-src 'none'") && !answer.contains("\r\nserver:"), "{answer}");
    assert!(!answer.contains("strict-transport-security"), "{answer}");
}

#[tokio::test]
async fn browsers_are_held_to_https_where_clients_use_it() {
    let app = App::start().await;
    assert_eq!(app.get("/livez").await.optional_header("strict-transport-security"), None);
    let app = App::start_with(|config| config.public_url = "https://nasij.example".to_owned()).await;
    for path in ["/livez", "/v1/cities/oujda"] {
        assert_eq!(app.get(path).await.header("strict-transport-security"), "max-age=31536000");
    }
    assert!(answer_to_garbage(&app).await.contains("strict-transport-security: max-age=31536000"));
}
