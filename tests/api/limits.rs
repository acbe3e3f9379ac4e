//! Limits on requests: who is counted together, what is told, and what is refused.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use nasij::access::Role;
use reqwest::Method;
use serde_json::json;

use crate::answer::Answer;
use crate::app::{App, Credentials, Request};

const CITY: &str = "/v1/cities/oujda";

/// What remains of a policy, as the answer tells it.
fn remaining(answer: &Answer, policy: &str) -> Option<u32> {
    let items: Vec<_> = answer.optional_header("ratelimit")?.split(", ").collect();
    // Of two of one policy the later counts.
    let prefix = format!("\"{policy}\";r=");
    let item = items.into_iter().rev().find_map(|item| item.strip_prefix(prefix.as_str()))?;
    Some(item.split(';').next()?.parse().expect("a number"))
}

/// A refusal of a limit of so many requests a minute: the problem, and when to come back.
#[track_caller]
fn refused(answer: &Answer, policy: &str, quota: u32) {
    assert_eq!((answer.status, answer.check_problem()), (429, Ok(())));
    let problem = answer.json();
    assert_eq!(problem["code"], "too_many_requests");
    let detail = problem["detail"].as_str().expect("a sentence");
    assert!(detail.contains(policy) && detail.contains(&quota.to_string()), "{detail}");
    assert_eq!(remaining(answer, policy), Some(0));
    assert!(answer.header("ratelimit-policy").contains(&format!("\"{policy}\";q={quota};w=60")));
    let wait: u32 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=60 / quota + 1).contains(&wait), "{wait}");
    assert!(detail.contains(&wait.to_string()), "{detail}");
}

fn token_request(app: &App, credentials: &Credentials) -> Request {
    let form = "application/x-www-form-urlencoded";
    let grant = "grant_type=client_credentials";
    app.request(Method::POST, "/oauth/token").basic(credentials).body(form, grant)
}

fn wrong(credentials: &Credentials) -> Credentials {
    Credentials { client_secret: "nasij_wrong".to_owned(), ..credentials.clone() }
}

#[tokio::test]
async fn reads_without_a_token_count_down_and_are_refused_at_the_end() {
    let app = App::start_with(|config| config.limit_anonymous = 3).await;
    for (path, left) in [(CITY, 2), ("/v1/cities/atlantis", 1), ("/openapi.json", 0)] {
        let answer = app.get(path).await;
        assert!([200, 404].contains(&answer.status), "{path}: {}", answer.status);
        assert_eq!(answer.header("ratelimit-policy"), "\"anonymous\";q=3;w=60", "{path}");
        let whole_in = 20 * (3 - left);
        assert_eq!(answer.header("ratelimit"), format!("\"anonymous\";r={left};t={whole_in}"), "{path}");
    }
    refused(&app.get(CITY).await, "anonymous", 3);
    app.request(Method::HEAD, CITY).send().await.expect(429);
    // What watches over the service is never refused, and told nothing.
    for path in ["/livez", "/readyz", "/metrics"] {
        let answer = app.get(path).await.expect(200);
        assert_eq!(answer.optional_header("ratelimit"), None, "{path}");
    }
    let metrics = app.get("/metrics").await;
    let counted = metrics
        .text()
        .lines()
        .any(|line| line.starts_with("nasij_http_requests_total") && line.contains("status=\"429\""));
    assert!(counted, "refusals are measured");
}

#[tokio::test]
async fn a_token_made_up_for_a_public_page_is_no_way_around() {
    let app = App::start_with(|config| config.limit_anonymous = 2).await;
    for _ in 0..2 {
        app.request(Method::GET, "/").token("made.up").send().await.expect(200);
    }
    refused(&app.request(Method::GET, "/").token("made.up").send().await, "anonymous", 2);
    refused(&app.request(Method::GET, CITY).token("made.up").send().await, "anonymous", 2);
}

#[tokio::test]
async fn readiness_is_looked_up_once_a_second_however_often_somebody_asks() {
    let app = App::start().await;
    let asked = Instant::now();
    app.get("/readyz").await.expect(200);
    app.sql("DELETE FROM __diesel_schema_migrations").expect("all migrations are pending");
    let again = app.get("/readyz").await;
    if asked.elapsed() < Duration::from_secs(1) {
        again.expect(200);
    }
    tokio::time::sleep(Duration::from_millis(1100)).await;
    app.get("/readyz").await.problem(503);
}

#[tokio::test]
async fn an_ended_token_uses_up_its_own_limit_before_the_database_is_asked_and_never_that_of_its_account() {
    let app = App::start_with(|config| config.limit_authenticated = 2).await;
    let (token, good) = (app.token_of(app.admin()).await, app.token_of(app.admin()).await);
    let end = app.request(Method::POST, "/oauth/revoke").basic(app.admin());
    end.body("application/x-www-form-urlencoded", format!("token={token}")).send().await.expect(200);
    for _ in 0..2 {
        let answer = app.request(Method::GET, CITY).token(&token).send().await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (401, Some("invalid_token")));
        assert_eq!(remaining(&answer, "authenticated"), None);
        assert!(remaining(&answer, "failed").is_some() && remaining(&answer, "anonymous").is_some());
    }
    refused(&app.request(Method::GET, CITY).token(&token).send().await, "authenticated", 2);
    // Whoever found a token that has ended locks nobody out.
    for left in [1, 0] {
        let answer = app.request(Method::GET, CITY).token(&good).send().await.expect(200);
        assert_eq!(remaining(&answer, "authenticated"), Some(left));
    }
}

#[tokio::test]
async fn each_account_has_its_own_limit_and_a_refused_write_writes_nothing() {
    let app = App::start_with(|config| {
        config.limit_authenticated = 2;
        config.limit_anonymous = 1;
    })
    .await;
    let (one, other) = (app.token(Role::Admin).await, app.token(Role::Admin).await);
    for left in [1, 0] {
        let answer = app.request(Method::GET, CITY).token(&one).send().await.expect(200);
        assert_eq!(answer.header("ratelimit-policy"), "\"authenticated\";q=2;w=60");
        assert_eq!(remaining(&answer, "authenticated"), Some(left));
    }
    let association = json!({"name": {"fr": "Trop"}});
    let create = app.request(Method::POST, "/v1/associations").token(&one).json(&association);
    refused(&create.send().await, "authenticated", 2);
    assert_eq!(app.associations_named("Trop").await, 0);
    let answer = app.request(Method::GET, CITY).token(&other).send().await.expect(200);
    assert_eq!(remaining(&answer, "authenticated"), Some(1));
}

#[tokio::test]
async fn token_requests_have_a_limit_of_their_own() {
    let app = App::start_with(|config| config.limit_token = 2).await;
    let admin = app.admin();
    for left in [1, 0] {
        let answer = token_request(&app, admin).send().await.expect(200);
        assert_eq!(answer.header("ratelimit"), format!("\"token\";r={left};t={}", 30 * (2 - left)));
    }
    refused(&token_request(&app, admin).send().await, "token", 2);
    app.get(CITY).await.expect(200);
}

#[tokio::test]
async fn whoever_guesses_secrets_is_stopped_before_the_next_is_looked_at() {
    let app = App::start_with(|config| config.limit_failed = 2).await;
    let admin = app.admin();
    let token = app.token_of(admin).await;
    for left in [1, 0] {
        let answer = token_request(&app, &wrong(admin)).send().await.expect(401);
        assert_eq!(answer.json()["error"], "invalid_client");
        assert_eq!(remaining(&answer, "failed"), Some(left));
        assert!(remaining(&answer, "token").is_some(), "both limits are told");
    }
    refused(&token_request(&app, admin).send().await, "failed", 2);
    let answer = app.request(Method::GET, "/v1/audit").token(&token).send().await.expect(200);
    assert_eq!(remaining(&answer, "failed"), None, "a good token has nothing to do with it");
    refused(&app.request(Method::GET, CITY).token("made.up").send().await, "failed", 2);
    app.get(CITY).await.expect(200);
}

#[tokio::test]
async fn bad_tokens_are_refused_as_such_until_there_are_too_many() {
    let app = App::start_with(|config| config.limit_failed = 2).await;
    let token = app.token(Role::Auditor).await;
    for left in [1, 0] {
        let answer = app.request(Method::GET, CITY).token("made.up").send().await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (401, Some("invalid_token")));
        assert_eq!(remaining(&answer, "failed"), Some(left));
        assert!(remaining(&answer, "anonymous").is_some());
    }
    refused(&app.request(Method::GET, CITY).token("made.up").send().await, "failed", 2);
    app.request(Method::GET, "/v1/audit").token(&token).send().await.expect(200);
    refused(&app.get("/v1/audit").await, "failed", 2);
    refused(&token_request(&app, app.admin()).send().await, "failed", 2);
}

#[tokio::test]
async fn refusals_without_a_token_are_told_until_there_are_too_many_and_stop_nothing_else() {
    let app = App::start_with(|config| config.limit_failed = 2).await;
    for left in [1, 0] {
        let answer = app.request(Method::POST, "/v1/associations").json(&json!({})).send().await;
        assert_eq!((answer.status, remaining(&answer, "failed")), (401, Some(left)));
    }
    refused(&app.request(Method::POST, "/v1/associations").json(&json!({})).send().await, "failed", 2);
    let foreign = app.request(Method::POST, "/v1/associations").header("origin", "https://evil.example");
    refused(&foreign.json(&json!({})).send().await, "failed", 2);
    app.get(CITY).await.expect(200);
    let token = app.token_of(app.admin()).await;
    app.request(Method::GET, "/v1/audit").token(&token).send().await.expect(200);
}

#[tokio::test]
async fn refused_scopes_are_told_until_there_are_too_many_and_stop_nothing_else() {
    let app = App::start_with(|config| config.limit_failed = 2).await;
    let ask = || {
        let request = app.request(Method::POST, "/oauth/token").basic(app.admin());
        let form = "grant_type=client_credentials&scope=nonsense";
        request.body("application/x-www-form-urlencoded", form.to_owned()).send()
    };
    for left in [1, 0] {
        let answer = ask().await.expect(400);
        assert_eq!(
            (&answer.json()["error"], remaining(&answer, "failed")),
            (&json!("invalid_scope"), Some(left))
        );
    }
    refused(&ask().await, "failed", 2);
    token_request(&app, app.admin()).send().await.expect(200);
    let unreadable = app.request(Method::POST, "/oauth/token").basic(app.admin());
    let unreadable = unreadable.body("application/x-www-form-urlencoded", "grant_type=password".to_owned());
    assert_eq!(remaining(&unreadable.send().await.expect(400), "failed"), None, "a mistake is no attempt");
}

#[tokio::test]
async fn an_account_that_is_refused_too_often_hears_that_and_is_stopped_nowhere_else() {
    let app = App::start_with(|config| config.limit_failed = 2).await;
    let (juror, other) = (app.token(Role::Juror).await, app.token(Role::Juror).await);
    let ask = |token: &str, path: &str| app.request(Method::GET, path).token(token).send();
    for left in [1, 0] {
        let answer = ask(&juror, "/v1/audit").await;
        assert_eq!((answer.status, remaining(&answer, "failed")), (403, Some(left)));
    }
    refused(&ask(&juror, "/v1/audit").await, "failed", 2);
    ask(&juror, CITY).await.expect(200);
    ask(&other, "/v1/audit").await.problem(403);
    app.get("/v1/audit").await.problem(401);
}

#[tokio::test]
async fn addresses_are_told_apart_only_as_a_trusted_proxy_does() {
    let app = App::start_with(|config| {
        config.limit_anonymous = 1;
        config.trusted_proxies = "127.0.0.1".parse().expect("an address");
    })
    .await;
    let ask = |from: &str| app.request(Method::GET, CITY).header("x-forwarded-for", from).send();
    ask("198.51.100.1").await.expect(200);
    refused(&ask("198.51.100.1").await, "anonymous", 1);
    ask("198.51.100.2").await.expect(200);
    refused(&ask("203.0.113.9, 198.51.100.2").await, "anonymous", 1);
    refused(&ask("::ffff:198.51.100.2").await, "anonymous", 1);
    ask("2001:db8:1:2::1").await.expect(200);
    refused(&ask("2001:db8:1:2:ffff::9").await, "anonymous", 1);
    app.get(CITY).await.expect(200);
    refused(&ask("unknown").await, "anonymous", 1);
}

#[tokio::test]
async fn a_forged_address_changes_nothing() {
    for trusted in ["", "10.0.0.0/8"] {
        let app = App::start_with(|config| {
            config.limit_anonymous = 1;
            config.trusted_proxies = trusted.parse().expect("a network");
        })
        .await;
        let ask = |from: &str| app.request(Method::GET, CITY).header("x-forwarded-for", from).send();
        ask("198.51.100.1").await.expect(200);
        refused(&ask("198.51.100.2").await, "anonymous", 1);
        refused(&ask("10.0.0.1").await, "anonymous", 1);
    }
}

#[tokio::test]
async fn a_page_may_read_its_refusal() {
    let app = App::start_with(|config| config.limit_anonymous = 1).await;
    app.get(CITY).await.expect(200);
    let answer = app.request(Method::GET, CITY).header("origin", "https://example.org").send().await;
    refused(&answer, "anonymous", 1);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let preflight = app.request(Method::OPTIONS, CITY).header("origin", "https://example.org");
    preflight.header("access-control-request-method", "GET").send().await.expect(204);
    let exposed = answer.header("access-control-expose-headers");
    for name in ["ratelimit", "ratelimit-policy", "retry-after"] {
        assert!(exposed.split(", ").any(|header| header == name), "{exposed}");
    }
}

#[tokio::test]
async fn zero_is_no_limit() {
    let app = App::start_with(|config| config.limit_anonymous = 0).await;
    let mut stream = TcpStream::connect(app.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let request = format!("GET {CITY} HTTP/1.0\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.0 200") && !answer.to_lowercase().contains("\r\nratelimit"),
        "{answer}"
    );
}
