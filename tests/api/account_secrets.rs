//! The client secrets of accounts: several at a time, with expiry and last use, and each shown once.

use std::time::Duration;

use nasij::access::{NewAccount, Role};
use nasij::database::types::UtcTime;
use reqwest::Method;
use serde_json::{Value, json};

use crate::accounts::path_of;
use crate::app::{App, Credentials, Request};
use crate::binary::Home;
use crate::contents::tables_with;
use crate::steps::{column, fault, faults};

/// A juror without a secret: the account, and the path of its secrets.
async fn juror(app: &App, admin: &str) -> (Value, String) {
    let account = app.add_account(admin, &json!({"name": "Amina", "roles": ["juror"]})).await.json();
    let path = format!("{}/secrets", path_of(&account));
    (account, path)
}

async fn refused(app: &App, credentials: &Credentials) {
    assert_eq!(app.ask_token(credentials).await.expect(401).json()["error"], "invalid_client");
}

#[tokio::test]
async fn an_account_has_several_secrets_that_end_one_by_one() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let (account, path) = juror(&app, &admin).await;
    assert_eq!(app.get_as(&admin, &path).await.items().len(), 0);
    let first = app.add_secret(&admin, &account, &json!({"label": "Laptop"})).await;
    let second = app
        .add_secret(&admin, &account, &json!({"label": "Server", "expires_at": "2199-12-31T00:00:00Z"}))
        .await;
    assert_ne!(first.client_secret, second.client_secret);
    let token = app.token_of(&first).await;
    let items = app.get_as(&admin, &path).await.items();
    assert_eq!(column(&items, "label"), ["Laptop", "Server"]);
    assert!(items[0]["last_used_at"].is_string() && items[1].get("last_used_at").is_none(), "{items:?}");
    assert_eq!(items[1]["expires_at"], "2199-12-31T00:00:00Z");
    assert!(items.iter().all(|item| item.get("client_secret").is_none()));
    app.token_of(&second).await;

    let one = format!("{path}/{}", items[0]["id"].as_str().unwrap());
    let shown = app.get_as(&admin, &one).await.expect(200);
    assert_eq!(shown.json(), items[0]);
    app.request(Method::DELETE, &one).token(&admin).send().await.problem(428);
    app.delete(&admin, &one, "\"9-other\"").await.problem(412);
    app.get_as(&token, &path_of(&account)).await.expect(200);
    app.delete(&admin, &one, shown.header("etag")).await.expect(204);
    refused(&app, &first).await;
    app.get_as(&token, &path_of(&account)).await.problem(401);
    app.get_as(&admin, &one).await.problem(404);
    app.delete(&admin, &one, "*").await.problem(404);
    app.get_as(&app.token_of(&second).await, &path_of(&account)).await.expect(200);
}

#[tokio::test]
async fn a_secret_ends_when_it_was_to_end() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let (account, path) = juror(&app, &admin).await;
    let soon = UtcTime::now().plus_seconds(2);
    let credentials = app.add_secret(&admin, &account, &json!({"expires_at": soon})).await;
    app.token_of(&credentials).await;
    tokio::time::sleep(Duration::from_millis(2100)).await;
    refused(&app, &credentials).await;
    assert_eq!(app.get_as(&admin, &path).await.items().len(), 1, "it is still listed");
    for (body, pointer, code) in [
        (json!({"expires_at": "2020-01-01T00:00:00Z"}), "/expires_at", "past"),
        (json!({"expires_at": "tomorrow"}), "/expires_at", "date_time"),
        (json!({"label": "x".repeat(101)}), "/label", "length"),
        (json!({"client_secret": "sesame"}), "/client_secret", "unknown_field"),
        (json!({"last_used_at": soon}), "/last_used_at", "unknown_field"),
    ] {
        let problem = app.post(&admin, &path, &body).await.problem(422);
        assert!(faults(&problem).is_superset(&fault(pointer, code)), "{body}: {problem}");
    }
}

#[tokio::test]
async fn a_secret_is_shown_once_and_kept_nowhere() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let (_, path) = juror(&app, &admin).await;
    let create = |path: &str| -> Request {
        let request = app.request(Method::POST, path).token(&admin).header("idempotency-key", "one");
        request.json(&json!({"label": "Laptop"}))
    };
    let rehearsed = create(&format!("{path}?dry_run=true")).send().await.expect(201).json();
    assert!(rehearsed.get("client_secret").is_none(), "{rehearsed}");
    assert_eq!(app.get_as(&admin, &path).await.items().len(), 0);

    let created = create(&path).send().await.expect(201);
    let first = created.json();
    let secret = first["client_secret"].as_str().expect("a secret").to_owned();
    assert!(secret.starts_with("nasij_"));
    assert_eq!(created.header("cache-control"), "private, no-store");
    let replayed = create(&path).send().await.expect(201);
    assert_eq!(replayed.header("idempotent-replayed"), "true");
    let mut without = first.clone();
    without.as_object_mut().unwrap().remove("client_secret");
    assert_eq!(replayed.json(), without, "all but the secret is repeated");
    assert_eq!(replayed.header("etag"), created.header("etag"));
    assert_eq!(app.get_as(&admin, &path).await.items().len(), 1);

    let key = &secret["nasij_".len()..];
    assert_eq!(tables_with(&app, key), Vec::<String>::new());
    assert!(!tables_with(&app, "Laptop").is_empty(), "the search finds what is there");
    let minimal = create(&path).header("prefer", "return=minimal").send().await.expect(201);
    assert!(minimal.body.is_empty());
}

#[tokio::test]
async fn no_log_has_a_secret_that_was_made_over_the_api() {
    let home = Home::new();
    let mut command = home.nasij([]);
    command.env("NASIJ_LOG", "trace");
    let service = crate::binary::Instance::start(command);
    let admin = service.token_of(home.admin()).await;
    let path = format!("/v1/accounts/{}/secrets", home.admin().client_id);
    let made = service.request(Method::POST, &path).token(&admin).json(&json!({})).send().await.expect(201);
    let secret = made.json()["client_secret"].as_str().expect("a secret").to_owned();
    let credentials =
        Credentials { client_id: home.admin().client_id.clone(), client_secret: secret.clone() };
    service.token_of(&credentials).await;
    let route = "route=/v1/accounts/{id}/secrets";
    let log = service.log_with(route).await;
    assert!(log.contains(route), "{log}");
    assert!(!log.contains(&secret["nasij_".len()..]), "the secret is logged");
}

#[tokio::test]
async fn an_account_has_at_most_ten_good_secrets() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let (account, path) = juror(&app, &admin).await;
    let soon = UtcTime::now().plus_seconds(1);
    app.add_secret(&admin, &account, &json!({"expires_at": soon})).await;
    for _ in 0..9 {
        app.add_secret(&admin, &account, &json!({})).await;
    }
    tokio::time::sleep(Duration::from_millis(1100)).await;
    // One has ended: there is place for another, even when many ask at once.
    let body = json!({});
    let asked = (0..4).map(|_| app.post(&admin, &path, &body));
    let answers = futures_util::future::join_all(asked).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    for refused in answers.into_iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.problem(409)["code"], "too_many_secrets");
    }
}

#[tokio::test]
async fn a_disabled_account_gets_no_secret() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let (account, path) = juror(&app, &admin).await;
    app.patch(&admin, &path_of(&account), "*", &json!({"status": "disabled"})).await.expect(200);
    let problem = app.post(&admin, &path, &json!({})).await.problem(409);
    assert_eq!(problem["code"], "not_editable");
    assert!(problem["detail"].as_str().unwrap().contains("disabled"), "{problem}");
}

#[tokio::test]
async fn a_secret_is_found_at_its_own_account_alone() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let (account, path) = juror(&app, &admin).await;
    app.add_secret(&admin, &account, &json!({})).await;
    let secret = app.get_as(&admin, &path).await.items()[0]["id"].as_str().unwrap().to_owned();
    let other = app.account(&NewAccount::of_role(Role::Juror, "Brahim")).client_id;
    for account in [other.as_str(), "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11", "nobody"] {
        let path = format!("/v1/accounts/{account}/secrets/{secret}");
        app.get_as(&admin, &path).await.problem(404);
        app.delete(&admin, &path, "*").await.problem(404);
    }
    app.get_as(&admin, &format!("{path}/{secret}")).await.expect(200);
    app.get_as(&admin, &format!("{path}/none")).await.problem(404);
}
