//! A batch as a request: its envelope, its size, its `Idempotency-Key`, and what is refused of it.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use futures_util::future::join_all;
use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::batch::{ASSOCIATIONS, CITIES, create, delete, items, statuses, update};
use crate::nominations::NOMINATIONS;
use crate::steps::{association, column, fault, faults, full_association, with};

const BATCH: &str = "/v1/associations/batch";

async fn keyed(app: &App, token: &str, path: &str, key: &str, asked: &Value) -> Answer {
    app.request(Method::POST, path).token(token).header("idempotency-key", key).json(asked).send().await
}

#[tokio::test]
async fn a_malformed_envelope_is_one_problem_that_names_each_place() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let made = json!({"items": [
        create(&association("Jamais")),
        {"operation": "create", "id": "1", "body": {}},
        {"operation": "update", "id": "1"},
        {"operation": "upsert", "body": {}},
        {"operation": "delete", "if_match": "*", "body": {}},
        {"operation": "create", "body": [], "if_match": "*"},
        {"operation": "delete", "id": "un\u{200b}deux"},
        {"body": {}},
    ], "atomik": true});
    for collection in [ASSOCIATIONS, CITIES, NOMINATIONS] {
        let path = format!("{collection}/batch");
        let problem = app.post(&token, &path, &made).await.problem(422);
        assert_eq!(faults(&problem), fault("/items/6/id", "hidden_character"), "{collection}");
        let mut seen = made.clone();
        seen["items"][6]["id"] = json!("undeux");
        let problem = app.post(&token, &path, &seen).await.problem(422);
        let expected = [
            ("/atomik", "unknown_field"),
            ("/items/1/id", "inapplicable"),
            ("/items/2/body", "required"),
            ("/items/3/operation", "one_of"),
            ("/items/4/body", "inapplicable"),
            ("/items/4/id", "required"),
            ("/items/5/body", "type"),
            ("/items/7/operation", "required"),
        ];
        assert_eq!(faults(&problem), expected.map(|(at, code)| (at.to_owned(), code.to_owned())).into());
    }
    for (asked, expected) in [
        (json!({}), fault("/items", "required")),
        (json!({"items": []}), fault("/items", "length")),
        (json!({"items": vec![create(&association("Jamais")); 1001]}), fault("/items", "length")),
        (json!({"items": {}}), fault("/items", "type")),
        (json!([]), fault("", "type")),
        (json!({"items": [create(&association("Jamais"))], "atomic": "yes"}), fault("/atomic", "type")),
    ] {
        let problem = app.post(&token, BATCH, &asked).await.problem(422);
        assert_eq!(faults(&problem), expected);
    }
    let twice = r#"{"items": [{"operation": "create", "body": {"name": {"fr": "a", "fr": "b"}}}]}"#;
    let request = app.request(Method::POST, BATCH).token(&token).body("application/json", twice);
    let problem = request.send().await.problem(400);
    assert_eq!(faults(&problem), fault("/items/0/body/name/fr", "repeated_member"));
    assert_eq!(app.associations_named("Jamais").await, 0);
}

#[tokio::test]
async fn who_may_do_nothing_is_refused_before_the_body_is_read() {
    let app = App::start().await;
    let juror = app.token(Role::Juror).await;
    let auditor = app.token(Role::Auditor).await;
    for collection in [ASSOCIATIONS, CITIES, NOMINATIONS] {
        let path = format!("{collection}/batch");
        let ask = |token: Option<&str>| {
            let request = app.request(Method::POST, &path).body("application/json", "no JSON");
            match token {
                Some(token) => request.token(token).send(),
                None => request.send(),
            }
        };
        ask(None).await.problem(401);
        ask(Some(&juror)).await.problem(403);
        ask(Some(&auditor)).await.problem(403);
    }
}

#[tokio::test]
async fn a_retried_batch_gets_its_first_answer_again() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let asked = json!({"items": [create(&association("Une fois")), create(&json!({"name": {"fr": " "}}))]});
    let first = keyed(&app, &token, BATCH, "k1", &asked).await.expect(207);
    assert!(first.optional_header("idempotent-replayed").is_none());
    let again = keyed(&app, &token, BATCH, "k1", &asked).await.expect(207);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, first.body);
    assert_eq!(app.associations_named("Une fois").await, 1);
    let other = json!({"items": [create(&association("Autre"))]});
    for (path, asked) in [(BATCH, &other), ("/v1/associations/batch?dry_run=true", &asked)] {
        let problem = keyed(&app, &token, path, "k1", asked).await.problem(422);
        assert_eq!(problem["code"], "idempotency_mismatch");
    }
    assert_eq!(app.associations_named("Autre").await, 0);

    let answers = join_all((0..4).map(|_| keyed(&app, &token, BATCH, "k2", &other))).await;
    assert!(answers.iter().all(|answer| [200, 409].contains(&answer.status)));
    assert_eq!(app.associations_named("Autre").await, 1);
}

#[tokio::test]
async fn an_atomic_batch_that_fails_may_be_sent_again_with_its_key() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let taken = app.add_association(&token, &association("Prise")).await;
    let made = [create(&association("Neuve")), create(&association("Prise"))];
    let asked = json!({"atomic": true, "items": made});
    let refused = keyed(&app, &token, BATCH, "k1", &asked).await;
    assert_eq!(statuses(&items(refused, 207)), [424, 409]);
    app.delete(&token, taken.header("location"), "*").await.expect(204);
    let done = keyed(&app, &token, BATCH, "k1", &asked).await;
    assert!(done.optional_header("idempotent-replayed").is_none());
    assert_eq!(statuses(&items(done, 200)), [201, 201]);
    let again = keyed(&app, &token, BATCH, "k1", &asked).await.expect(200);
    assert_eq!(again.header("idempotent-replayed"), "true");
}

#[tokio::test]
async fn a_thousand_whole_associations_go_into_one_request() {
    let app = App::start().await;
    let token = app.token(Role::MinistryOfficer).await;
    let made: Vec<Value> =
        (0..1000).map(|number| create(&full_association(&format!("Millième {number}")))).collect();
    let asked = json!({"atomic": true, "items": made}).to_string();
    assert!(asked.len() > 2 * 256 * 1024, "larger than other bodies: {}", asked.len());
    let request = app.request(Method::POST, BATCH).token(&token).body("application/json", asked);
    let answers = items(request.send().await, 200);
    assert_eq!(statuses(&answers), vec![201; 1000]);
    let found = app.get("/v1/associations?q=mill%C3%A8me&count=exact&limit=1").await.expect(200).json();
    assert_eq!(found["page"]["total"], 1000);
}

#[tokio::test]
async fn a_batch_is_at_most_eight_mebibytes_and_comes_as_json() {
    const LARGEST: usize = 8 * 1024 * 1024;
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let mut asked = json!({"items": [create(&association("Entourée"))]}).to_string();
    asked.push_str(&" ".repeat(LARGEST - asked.len()));
    let send =
        |body: String| app.request(Method::POST, BATCH).token(&token).body("application/json", body).send();
    assert_eq!(statuses(&items(send(asked.clone()).await, 200)), [201]);
    assert_eq!(send(asked + " ").await.problem(413)["code"], "payload_too_large");
    let patch = app.request(Method::POST, BATCH).token(&token).merge_patch(&json!({"items": []}));
    assert_eq!(patch.send().await.problem(415)["code"], "unsupported_media_type");
}

/// The head of a batch, whose body does not come.
fn begin(app: &App, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(app.address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time-out");
    let head = format!(
        "POST {BATCH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("the head is sent");
    stream
}

#[tokio::test]
async fn only_some_batches_are_on_their_way_at_a_time() {
    let app = App::start_with(|config| config.transfers = 4).await;
    let token = app.token(Role::Admin).await;
    let asked = [update("none", &json!({}))];
    app.batch(&token, ASSOCIATIONS, &asked).await.expect(207);
    let slow = begin(&app, &token);
    // Who asks takes a place as well: not before the other has had the time to take it.
    tokio::time::sleep(Duration::from_millis(400)).await;
    let refused = app.batch(&token, ASSOCIATIONS, &asked).await;
    assert_eq!(refused.header("retry-after"), "5");
    assert_eq!(refused.problem(429)["code"], "too_many_transfers");
    drop(slow);
    // What is no batch is not held up.
    app.add_association(&token, &association("Seule")).await;
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        if app.batch(&token, ASSOCIATIONS, &asked).await.status == 207 {
            return;
        }
    }
    panic!("the place of a batch that does not come is not free again");
}

#[tokio::test]
async fn what_is_refused_in_a_batch_is_recorded_though_nothing_of_it_is_kept() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let own = app.add_association(&admin, &association("À soi")).await;
    let other = app.add_association(&admin, &association("D'autrui")).await;
    let token = app.representative_of(&own.json()).await;
    let asked = json!({"atomic": true, "items": [
        update(own.header("location"), &json!({"volunteers": 5})),
        update(other.header("location"), &json!({"volunteers": 5})),
        delete(own.header("location")),
        create(&association("Nouvelle")),
        update("none", &json!({})),
    ]});
    let answer = app.post(&token, BATCH, &asked).await;
    let request = with("/v1/audit?sort=at", "request_id", answer.header("x-request-id"));
    assert_eq!(statuses(&items(answer, 207)), [424, 403, 403, 403, 403]);
    let entries = app.get_as(&admin, &request).await.items();
    assert_eq!(column(&entries, "action"), ["refuse"; 4]);
    let tried = ["update", "delete", "create", "update"].map(|word| format!("POST {BATCH}: {word}"));
    assert_eq!(column(&entries, "operation"), tried.each_ref());
    assert_eq!((&entries[0]["resource_id"], &entries[0]["status"]), (&other.json()["id"], &json!(403)));
    assert_eq!((&entries[0]["problem"], entries[2].get("resource_id")), (&json!("forbidden"), None));
    app.expect_intact();
}

#[tokio::test]
async fn whoever_is_refused_too_often_is_told_no_more_in_a_batch_either() {
    let app = App::start_with(|config| config.limit_failed = 3).await;
    let admin = app.token(Role::Admin).await;
    let own = app.add_association(&admin, &association("À soi")).await;
    let token = app.representative_of(&own.json()).await;
    let mut asked = vec![delete(own.header("location")); 10];
    asked.push(update(own.header("location"), &json!({"volunteers": 5})));
    let answers = items(app.batch(&token, ASSOCIATIONS, &asked).await, 207);
    assert_eq!(statuses(&answers), [403, 403, 403, 429, 429, 429, 429, 429, 429, 429, 200]);
    assert_eq!(answers[3]["problem"]["code"], "too_many_requests");
    let recorded = app.get_as(&admin, "/v1/audit?action=refuse").await.items();
    assert_eq!(recorded.len(), 3, "{recorded:?}");
    app.delete(&token, own.header("location"), "*").await.problem(429);
}

#[tokio::test]
async fn batches_at_once_that_change_the_same_records_are_all_answered() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let mut paths = Vec::new();
    for number in 0..6 {
        let made = app.add_association(&token, &association(&format!("Disputée {number}"))).await;
        paths.push(made.header("location").to_owned());
    }
    let (app, token) = (&app, token.as_str());
    let batches = (0..4).map(|number: i64| {
        let mut asked: Vec<Value> =
            paths.iter().map(|path| update(path, &json!({"volunteers": number}))).collect();
        if number % 2 == 0 {
            asked.reverse();
        }
        asked.push(create(&json!({"name": {"fr": format!("Lot {number}")}, "city_code": "oujda"})));
        asked.push(delete(&paths[5]));
        async move { app.batch(token, ASSOCIATIONS, &asked).await }
    });
    let answers: Vec<Vec<Value>> = join_all(batches.map(Box::pin))
        .await
        .into_iter()
        .map(|answer| {
            let status = answer.status;
            items(answer, status)
        })
        .collect();
    let deleted = answers.iter().filter(|items| statuses(items)[7] == 204).count();
    assert_eq!(deleted, 1, "{answers:?}");
    assert!(answers.iter().all(|items| statuses(items)[6] == 201));
    let versions: i64 =
        answers.iter().flat_map(|items| statuses(&items[..6])).filter(|status| *status == 200).count() as i64;
    assert!(versions >= 6, "{versions}");
    app.expect_intact();
}
