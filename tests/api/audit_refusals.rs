//! Refused attempts in the audit trail: who tried what from where, and never a secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nasij::access::{NewAccount, Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials};
use crate::contents::tables_with;
use crate::steps::{association, with};

const PATH: &str = "/v1/audit";
const FORM: &str = "application/x-www-form-urlencoded";

/// The refusal of the request with this identifier.
async fn refusal(app: &App, auditor: &str, request_id: &str) -> Value {
    let mut found = app.get_as(auditor, &with(PATH, "request_id", request_id)).await.items();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[tokio::test]
async fn who_is_refused_leaves_a_trace() {
    let app = App::start().await;
    let auditor = app.token(Role::Auditor).await;
    let juror = app.account(&NewAccount::of_role(Role::Juror, "Some curious juror"));
    let token = app.token_of(&juror).await;
    let request = |method: Method, path: &str, id: &str| app.request(method, path).header("x-request-id", id);

    request(Method::POST, "/v1/associations", "no-token").json(&association("X")).send().await.problem(401);
    request(Method::GET, "/v1/cities", "bad-token")
        .token("QZTOKEN.QZTOKEN.QZTOKEN")
        .send()
        .await
        .problem(401);
    let patch = json!({"name": {"fr": "QZBODY"}});
    let path = "/v1/cities/oujda";
    request(Method::PATCH, path, "no-scope")
        .token(&token)
        .if_match("*")
        .merge_patch(&patch)
        .send()
        .await
        .problem(403);
    request(Method::GET, PATH, "no-read").token(&token).send().await.problem(403);
    request(Method::GET, "/v1/nowhere/at/all", "nowhere").token("QZTOKEN").send().await.problem(401);
    let own = Method::from_bytes(b"QZMETHOD").unwrap();
    request(own, "/v1/nowhere/at/all", "own-method").token("QZTOKEN").send().await.problem(401);

    let address = json!("127.0.0.1");
    let common = |event: &Value| {
        assert_eq!((&event["action"], &event["address"]), (&json!("refuse"), &address), "{event}");
        assert!(event.get("before").is_none() && event.get("after").is_none(), "{event}");
    };
    let event = refusal(&app, &auditor, "no-token").await;
    common(&event);
    assert_eq!(event["operation"], "POST /v1/associations");
    assert_eq!((&event["status"], &event["problem"]), (&json!(401), &json!("invalid_token")));
    assert!(event.get("account_id").is_none() && event.get("resource_id").is_none(), "{event}");

    let event = refusal(&app, &auditor, "bad-token").await;
    common(&event);
    assert_eq!((&event["operation"], &event["status"]), (&json!("GET /v1/cities"), &json!(401)));

    let event = refusal(&app, &auditor, "no-scope").await;
    common(&event);
    assert_eq!(event["operation"], "PATCH /v1/cities/{code}");
    assert_eq!((&event["resource_id"], &event["status"]), (&json!("oujda"), &json!(403)));
    assert_eq!(event["problem"], "insufficient_scope");
    assert_eq!(
        (&event["account_id"], &event["account_name"]),
        (&json!(juror.client_id), &json!("Some curious juror"))
    );

    common(&refusal(&app, &auditor, "no-read").await);
    assert_eq!(refusal(&app, &auditor, "nowhere").await["operation"], "GET unknown path");
    assert_eq!(refusal(&app, &auditor, "own-method").await["operation"], "other unknown path");
    for mark in ["QZTOKEN", "QZBODY", "QZMETHOD", &token] {
        assert_eq!(tables_with(&app, mark), Vec::<String>::new(), "{mark}");
    }
    app.expect_intact();
}

#[tokio::test]
async fn a_refusal_within_a_transaction_is_recorded_though_that_is_rolled_back() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let mut body = association("Represented");
    body["status"] = json!("active");
    let own = app.add_association(&admin, &body).await;
    let token = app.representative_of(&own.json()).await;
    let path = own.header("location");
    let refused = app.patch(&token, path, "*", &json!({"status": "dissolved"})).await;
    let request_id = refused.header("x-request-id").to_owned();
    refused.problem(403);
    let event = refusal(&app, &admin, &request_id).await;
    assert_eq!((&event["problem"], &event["resource_id"]), (&json!("forbidden_field"), &own.json()["id"]));
}

#[tokio::test]
async fn a_wrong_client_secret_is_recorded_without_it() {
    let app = App::start().await;
    let auditor = app.token(Role::Auditor).await;
    let wrong = Credentials { client_secret: "QZSECRET".to_owned(), ..app.admin().clone() };
    let request =
        app.request(Method::POST, "/oauth/token").basic(&wrong).header("x-request-id", "wrong-secret");
    request
        .body("application/x-www-form-urlencoded", "grant_type=client_credentials")
        .send()
        .await
        .expect(401);
    let event = refusal(&app, &auditor, "wrong-secret").await;
    assert_eq!(
        (&event["operation"], &event["problem"]),
        (&json!("POST /oauth/token"), &json!("invalid_client"))
    );
    assert_eq!(event["resource_id"], app.admin().client_id, "the account that was tried");
    assert!(event.get("account_id").is_none(), "it was not the account: {event}");
    assert_eq!(tables_with(&app, "QZSECRET"), Vec::<String>::new());
}

#[tokio::test]
async fn where_wrong_credentials_came_from_is_shown_and_erased_with_the_account_that_they_name() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let tried = app.account(&NewAccount::of_role(Role::Juror, "Tried"));
    let wrong = Credentials { client_secret: "wrong".to_owned(), ..tried.clone() };
    let request = app.request(Method::POST, "/oauth/token").basic(&wrong).header("x-request-id", "tried");
    request.body(FORM, "grant_type=client_credentials").send().await.expect(401);
    let path = format!("/v1/accounts/{}/personal-data", tried.client_id);
    let shown = async || app.get_as(&admin, &path).await.expect(200).json()["audit"].clone();
    let audited = shown().await;
    let attempt = audited.as_array().unwrap().iter().find(|piece| piece["action"] == "refuse");
    assert_eq!(attempt.expect("the attempt")["content"], json!({"address": "127.0.0.1"}), "{audited}");
    app.delete(&admin, &path, "*").await.expect(204);
    assert_eq!(shown().await, json!([]));
    let event = refusal(&app, &admin, "tried").await;
    assert!(event.get("address").is_none() && event["personal_data_erased"] == true, "{event}");
    app.expect_intact();
}

#[tokio::test]
async fn a_failed_client_is_named_by_an_identifier_or_not_at_all() {
    let app = App::start().await;
    let auditor = app.token(Role::Auditor).await;
    let id = &app.admin().client_id;
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let assertion = format!("{}.{}.c2ln", part(json!({"alg": "ES256"})), part(json!({"sub": id})));
    for (request_id, form, named) in [
        ("in-form", format!("client_id={id}&client_secret=QZSECRET"), Some(id)),
        ("asserted", format!("client_assertion_type={kind}&client_assertion={assertion}"), Some(id)),
        ("no-identifier", "client_id=QZSECRET&client_secret=QZSECRET".to_owned(), None),
        ("nothing", String::new(), None),
    ] {
        let request = app.request(Method::POST, "/oauth/introspect").header("x-request-id", request_id);
        request.body(FORM, format!("token=QZSECRET&{form}")).send().await.expect(401);
        let event = refusal(&app, &auditor, request_id).await;
        assert_eq!(event.get("resource_id"), named.map(|id| json!(id)).as_ref(), "{request_id}");
        assert_eq!(event["problem"], "invalid_client");
    }
    assert_eq!(tables_with(&app, "QZSECRET"), Vec::<String>::new());
}

#[tokio::test]
async fn a_client_that_asks_for_a_scope_that_it_does_not_have_is_recorded() {
    let app = App::start().await;
    let auditor = app.token(Role::Auditor).await;
    let client = app.integration(&[Scope::CitiesWrite]);
    let ask = async |request_id: &str, form: &str| {
        let request = app.request(Method::POST, "/oauth/token").header("x-request-id", request_id);
        let answer = request.basic(&client).body(FORM, form.to_owned()).send().await.expect(400);
        answer.json()["error"].clone()
    };
    assert_eq!(ask("scope", "grant_type=client_credentials&scope=QZSCOPE").await, "invalid_scope");
    let event = refusal(&app, &auditor, "scope").await;
    assert_eq!((&event["status"], &event["problem"]), (&json!(400), &json!("invalid_scope")));
    assert_eq!((&event["account_id"], &event["action"]), (&json!(client.client_id), &json!("refuse")));
    assert_eq!(tables_with(&app, "QZSCOPE"), Vec::<String>::new());
    assert_eq!(ask("grant", "grant_type=password").await, "unsupported_grant_type");
    assert!(app.get_as(&auditor, &with(PATH, "request_id", "grant")).await.items().is_empty());
}

#[tokio::test]
async fn what_a_foreign_page_tries_to_write_is_recorded() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let request =
        app.request(Method::POST, "/v1/associations").token(&admin).header("x-request-id", "foreign");
    let refused = request.header("origin", "https://evil.example").json(&association("X")).send().await;
    assert_eq!(refused.problem(403)["code"], "origin_not_allowed");
    assert_eq!(refusal(&app, &admin, "foreign").await["problem"], "origin_not_allowed");
}

#[tokio::test]
async fn whoever_is_limited_does_not_flood_the_trail() {
    let app = App::start_with(|config| {
        config.limit_failed = 3;
        config.limit_anonymous = 5;
    })
    .await;
    let (admin, juror) = (app.token(Role::Admin).await, app.token(Role::Juror).await);
    for _ in 0..10 {
        app.get_as(&juror, PATH).await;
        app.request(Method::GET, "/v1/cities").token("nonsense").send().await;
        let foreign = app.request(Method::POST, "/v1/associations").header("origin", "https://evil.example");
        foreign.json(&association("X")).send().await;
    }
    let recorded = app.get_as(&admin, &with(PATH, "action", "refuse")).await.items();
    // Three of the account, three of the address, and what came back while this ran.
    assert!((6..=8).contains(&recorded.len()), "{}", recorded.len());
}

#[tokio::test]
async fn refusals_are_found_by_problem_operation_and_account() {
    let app = App::start().await;
    let auditor = app.token(Role::Auditor).await;
    let juror = app.account(&NewAccount::of_role(Role::Juror, "Some juror"));
    let token = app.token_of(&juror).await;
    app.get_as(&token, PATH).await.problem(403);
    app.delete(&token, "/v1/cities/oujda", "*").await.problem(403);
    app.get("/v1/audit").await.problem(401);
    let count =
        async |name: &str, value: &str| app.get_as(&auditor, &with(PATH, name, value)).await.items().len();
    assert_eq!(count("problem", "insufficient_scope").await, 2);
    assert_eq!(count("problem", "invalid_token").await, 1);
    assert_eq!(count("operation", "GET /v1/audit").await, 2);
    assert_eq!(count("operation", "DELETE /v1/cities/{code}").await, 1);
    assert_eq!(count("account_id", &juror.client_id).await, 2);
    assert_eq!(count("action", "refuse").await, 3);
}
