//! The harness itself: what the other tests rely on.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use nasij::access::{NewAccount, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::contract;

#[tokio::test]
async fn the_document_that_answers_are_held_against_is_the_one_that_is_served() {
    let app = App::start().await;
    let served = app.get("/openapi.json").await.expect(200);
    assert_eq!(served.text(), nasij::app::openapi_document().unwrap().json);
}

#[tokio::test]
async fn an_answer_that_breaks_the_document_is_caught() {
    let app = App::start().await;
    let city = app.get("/v1/cities/oujda").await;
    let breach = |path: &str| contract::check(&Method::GET, path, &city).unwrap_err();
    assert!(breach("/v1/regions/02").contains("does not fit its schema"));
    assert!(breach("/v1/cities").contains("header Link is missing"));
    assert!(breach("/openapi.yaml").contains("does not document `application/json`"));
    let partial = app.get("/v1/cities/oujda?fields=slug").await.expect(200);
    let incomplete = contract::check(&Method::GET, "/v1/cities/oujda", &partial).unwrap_err();
    assert!(incomplete.contains("\"name\" is a required property"), "{incomplete}");
    let deleted = contract::check(&Method::DELETE, "/v1/cities/oujda", &city).unwrap_err();
    assert!(deleted.contains("does not document the status 200"));
}

#[tokio::test]
async fn every_test_has_a_database_of_its_own() {
    let (one, other) = (App::start().await, App::start().await);
    let token = one.token(Role::Admin).await;
    let patch = json!({"population_2024": 1});
    let change =
        one.request(Method::PATCH, "/v1/cities/oujda").token(&token).if_match("*").merge_patch(&patch);
    change.send().await.expect(200);
    let population = |city: Value| city["population_2024"].clone();
    assert_eq!(population(one.get("/v1/cities/oujda").await.json()), 1);
    assert_eq!(population(other.get("/v1/cities/oujda").await.json()), 506_224);
    assert_eq!(other.request(Method::GET, "/v1/audit").token(&token).send().await.status, 401);
}

#[tokio::test]
async fn accounts_of_every_kind_get_tokens() {
    let app = App::start().await;
    app.token_of(app.admin()).await;
    let city = NewAccount {
        city: Some("oujda".to_owned()),
        ..NewAccount::of_role(Role::CityRepresentative, "The city of Oujda")
    };
    app.token_of(&app.account(&city)).await;
    let scopes = vec!["imports:write".parse().unwrap()];
    let system = NewAccount { scopes, ..NewAccount::of_role(Role::Integration, "Portal") };
    app.token_of(&app.account(&system)).await;
}

#[tokio::test]
async fn a_test_may_configure_its_service_and_speak_http_by_hand() {
    let app =
        App::start_with(|config| config.security_contact = Some("mailto:security@example.org".to_owned()))
            .await;
    let mut stream = TcpStream::connect(app.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(b"GET /.well-known/security.txt HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
    assert!(answer.contains("mailto:security@example.org"), "{answer}");
}
