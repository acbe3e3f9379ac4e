//! Retried requests, rehearsals and short answers.

use futures_util::future::join_all;
use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::steps::{association, fault, faults};

const PATH: &str = "/v1/associations";

async fn create(app: &App, token: &str, key: &str, path: &str, body: &Value) -> Answer {
    app.request(Method::POST, path).token(token).header("idempotency-key", key).json(body).send().await
}

#[tokio::test]
async fn a_retry_gets_the_first_answer_again() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body = association("Once");
    let first = create(&app, &token, "k1", PATH, &body).await.expect(201);
    assert!(first.optional_header("idempotent-replayed").is_none());
    app.patch(&token, first.header("location"), "*", &json!({"volunteers": 5})).await.expect(200);
    for key in ["k1", "\"k1\"", " k1 "] {
        let again = create(&app, &token, key, PATH, &body).await.expect(201);
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(again.body, first.body, "the first answer, whatever happened since");
        for name in ["location", "etag", "content-type"] {
            assert_eq!(again.header(name), first.header(name), "{name}");
        }
    }
    assert_eq!(app.associations_named("Once").await, 1);
    let other = create(&app, &token, "k2", PATH, &body).await.problem(409);
    assert_eq!(other["code"], "already_exists");
}

#[tokio::test]
async fn a_retry_for_another_reader_still_tells_its_language_truly() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body = json!({"name": {"fr": "Une fois", "ar": "مرة"}}).to_string();
    let create = |language: &'static str| {
        let request = app.request(Method::POST, PATH).token(&token).header("idempotency-key", "k1");
        request.header("accept-language", language).body("application/json", body.clone()).send()
    };
    let first = create("fr").await.expect(201);
    let again = create("ar").await.expect(201);
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("content-language"), first.header("content-language"));
}

#[tokio::test]
async fn a_key_is_good_for_one_request_alone() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    create(&app, &token, "k1", PATH, &association("One")).await.expect(201);
    for (path, body) in [
        (PATH, association("Two")),
        ("/v1/associations?lang=fr", association("One")),
        ("/v1/associations?dry_run=true", association("One")),
    ] {
        let problem = create(&app, &token, "k1", path, &body).await.problem(422);
        assert_eq!(problem["code"], "idempotency_mismatch", "{path}");
    }
    assert_eq!(app.associations_named("Two").await, 0);
}

#[tokio::test]
async fn callers_and_routes_have_keys_of_their_own() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let other = app.token(Role::MinistryOfficer).await;
    create(&app, &token, "k1", PATH, &association("Of one")).await.expect(201);
    let second = create(&app, &other, "k1", PATH, &association("Of another")).await.expect(201);
    assert!(second.optional_header("idempotent-replayed").is_none());
    let city = json!({
        "code": "02.411.01.97", "slug": "elsewhere", "name": {"fr": "Elsewhere"}, "kind": "rural",
        "province_code": "02.411",
    });
    create(&app, &token, "k1", "/v1/cities", &city).await.expect(201);
}

#[tokio::test]
async fn a_new_token_of_the_same_account_may_retry() {
    let app = App::start().await;
    let (one, two) = (app.token_of(app.admin()).await, app.token_of(app.admin()).await);
    create(&app, &one, "k1", PATH, &association("Renewed")).await.expect(201);
    let again = create(&app, &two, "k1", PATH, &association("Renewed")).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
}

#[tokio::test]
async fn twenty_requests_with_one_key_create_one_record() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body = association("At once");
    let answers = join_all((0..20).map(|_| create(&app, &token, "k1", PATH, &body))).await;
    let created: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
    let first = created.iter().filter(|answer| answer.optional_header("idempotent-replayed").is_none());
    assert_eq!(first.count(), 1);
    assert!(created.iter().all(|answer| answer.body == created[0].body));
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((answer.status, answer.json()["code"].as_str()), (409, Some("idempotency_in_progress")));
    }
    assert_eq!(app.associations_named("At once").await, 1);
}

#[tokio::test]
async fn an_error_is_not_kept_and_the_corrected_request_may_use_its_key() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let taken = app.add_association(&token, &association("Taken")).await;
    let mut faulty = association("Correct");
    faulty["city_code"] = json!("atlantis");
    create(&app, &token, "k1", PATH, &faulty).await.problem(422);
    create(&app, &token, "k1", PATH, &association("Taken")).await.problem(409);
    let corrected = create(&app, &token, "k1", PATH, &association("Correct")).await.expect(201);
    assert!(corrected.optional_header("idempotent-replayed").is_none());
    create(&app, &token, "k2", PATH, &association("Taken")).await.problem(409);
    app.delete(&token, taken.header("location"), "*").await.expect(204);
    create(&app, &token, "k2", PATH, &association("Taken")).await.expect(201);
}

#[tokio::test]
async fn a_rehearsal_keeps_neither_the_record_nor_the_key() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body = association("Rehearsed");
    let rehearsal = create(&app, &token, "k1", "/v1/associations?dry_run=true", &body).await.expect(201);
    assert_eq!(rehearsal.json()["name"], body["name"]);
    app.get(rehearsal.header("location")).await.problem(404);
    assert_eq!(app.associations_named("Rehearsed").await, 0);
    let kept = create(&app, &token, "k1", PATH, &body).await.expect(201);
    assert!(kept.optional_header("idempotent-replayed").is_none());
    let path = kept.header("location");
    let rehearsed = format!("{path}?dry_run=true");
    app.patch(&token, &rehearsed, "*", &json!({"volunteers": 5})).await.expect(200);
    app.put(&token, &rehearsed, "*", &json!({"name": {"fr": "Other"}})).await.expect(200);
    app.patch(&token, &rehearsed, "*", &json!({"volunteers": -5})).await.problem(422);
    app.patch(&token, &rehearsed, "\"7-x\"", &json!({"volunteers": 5})).await.problem(412);
    app.delete(&token, &rehearsed, "*").await.expect(204);
    let read = app.get(path).await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (kept.json(), kept.header("etag")));
    let problem = create(&app, &token, "k3", "/v1/associations?dry_run=maybe", &body).await.problem(400);
    assert_eq!(faults(&problem), fault("dry_run", "type"));
    app.post(&token, "/v1/associations?dry_run=false", &association("For real")).await.expect(201);
    assert_eq!(app.associations_named("For real").await, 1);
}

#[tokio::test]
async fn who_prefers_little_gets_no_representation() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let minimal = |method: Method, path: &str| {
        app.request(method, path).token(&token).header("prefer", "return=minimal")
    };
    let created = minimal(Method::POST, PATH).json(&association("Little")).send().await.expect(201);
    assert!(created.body.is_empty());
    assert_eq!(created.header("preference-applied"), "return=minimal");
    let path = created.header("location");
    assert_eq!(app.get(path).await.header("etag"), created.header("etag"));
    let patch = json!({"volunteers": 5});
    let changed = minimal(Method::PATCH, path).if_match("*").merge_patch(&patch).send().await.expect(204);
    assert!(changed.body.is_empty());
    assert_eq!(app.get(path).await.header("etag"), changed.header("etag"));
    let problem =
        minimal(Method::PATCH, path).if_match("*").merge_patch(&json!({"volunteers": -5})).send().await;
    problem.problem(422);
    let whole = app.request(Method::PATCH, path).token(&token).header("prefer", "return=representation");
    whole.if_match("*").merge_patch(&patch).send().await.expect(200);
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    for key in ["", "\"\"", &"k".repeat(256)] {
        let problem = create(&app, &token, key, PATH, &association("Keyless")).await.problem(400);
        assert_eq!(faults(&problem), fault("Idempotency-Key", "length"), "{key}");
    }
    create(&app, &token, &"k".repeat(255), PATH, &association("Keyed")).await.expect(201);
}
