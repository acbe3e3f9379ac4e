//! What is held about the person behind an account: shown as a whole, and erased (law 09-08).

use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::accounts::{path_of, public_key};
use crate::app::{App, Credentials};
use crate::contents::tables_with;
use crate::nominations::of_city;

/// Words that stand nowhere else.
const NAME: &str = "Zoubida Marquée";
const ORGANISATION: &str = "Organisation marquée";
const SUBJECT: &str = "subject-marked";
const LABEL: &str = "label-marked";
const KID: &str = "kid-marked";
const EDITION: i64 = 2031;

/// A person with all that can be held about one, who has nominated a city.
async fn person(app: &App, admin: &str) -> (Value, Credentials, String) {
    let body = json!({
        "name": NAME, "roles": ["icso_officer"], "organisation": ORGANISATION, "public_keys": [public_key(KID)],
        "identities": [{"issuer": "https://sso.example.ma", "subject": SUBJECT}],
    });
    let create = app.request(Method::POST, "/v1/accounts").token(admin).header("idempotency-key", "one");
    let account = create.json(&body).send().await.expect(201).json();
    let credentials = app.add_secret(admin, &account, &json!({"label": LABEL})).await;
    let token = app.token_of(&credentials).await;
    app.with_edition(EDITION, &json!({})).await;
    let draft = app.nominate(&token, &of_city(EDITION, "fes")).await;
    app.add_pdf(&token, &draft, "1").await;
    (account, credentials, token)
}

#[tokio::test]
async fn all_that_is_held_about_a_person_is_shown() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let (account, _, token) = person(&app, &admin).await;
    let path = format!("{}/personal-data", path_of(&account));
    let data = app.get_as(&admin, &path).await.expect(200);
    assert_eq!(data.header("cache-control"), "private, no-store");
    let data = data.json();
    assert_eq!((&data["account"]["name"], &data["account"]["id"]), (&json!(NAME), &account["id"]));
    assert_eq!(data["account"]["identities"][0]["subject"], SUBJECT);
    assert_eq!(data["secrets"][0]["label"], LABEL);
    assert!(data["secrets"][0].get("client_secret").is_none());
    assert_eq!(data["nominations"].as_array().unwrap().len(), 1);
    assert_eq!(data["documents"].as_array().unwrap().len(), 1);
    let audited = data["audit"].to_string();
    for word in [NAME, ORGANISATION, SUBJECT, LABEL, KID, "127.0.0.1"] {
        assert!(audited.contains(word), "{word}: {audited}");
    }
    app.get_as(&token, &path).await.problem(403);
    app.get_as(&app.token(Role::Auditor).await, &path).await.problem(403);
    app.get_as(&admin, &format!("{path}?fields=id")).await.problem(400);
    app.get_as(&admin, "/v1/accounts/nobody/personal-data").await.problem(404);
}

#[tokio::test]
async fn what_is_erased_is_in_no_table_any_more() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let (account, credentials, token) = person(&app, &admin).await;
    let path = format!("{}/personal-data", path_of(&account));
    let etag = app.get_as(&admin, &path_of(&account)).await.header("etag").to_owned();
    app.request(Method::DELETE, &path).token(&admin).send().await.problem(428);
    app.delete(&admin, &path, "\"9-other\"").await.problem(412);
    let rehearsed =
        app.request(Method::DELETE, &format!("{path}?dry_run=true")).token(&admin).if_match(&etag);
    rehearsed.send().await.expect(204);
    for word in [NAME, ORGANISATION, SUBJECT, LABEL, KID] {
        assert!(!tables_with(&app, word).is_empty(), "{word} is there before");
    }

    app.delete(&admin, &path, &etag).await.expect(204);
    for word in [NAME, "zoubida", ORGANISATION, SUBJECT, LABEL, KID] {
        assert_eq!(tables_with(&app, word), Vec::<String>::new(), "{word}");
    }
    let left = app.get_as(&admin, &path_of(&account)).await.expect(200).json();
    assert_eq!((&left["name"], &left["status"]), (&json!("—"), &json!("disabled")));
    assert_eq!((&left["public_keys"], &left["identities"]), (&json!([]), &json!([])));
    assert!(left.get("organisation").is_none() && left["roles"] == account["roles"]);
    app.get_as(&token, "/v1/cities/fes").await.problem(401);
    assert_eq!(app.ask_token(&credentials).await.expect(401).json()["error"], "invalid_client");
    let data = app.get_as(&admin, &path).await.expect(200).json();
    assert_eq!(data["secrets"], json!([]));
    let audited = data["audit"].as_array().unwrap();
    assert!(audited.len() == 1 && audited[0]["action"] == "refuse", "the attempt just made: {audited:?}");
    assert_eq!(data["nominations"].as_array().unwrap().len(), 1, "what was done stays done");
    app.delete(&admin, &path, "*").await.expect(204);
    assert_eq!(app.get_as(&admin, &path).await.json()["audit"], json!([]));
}
