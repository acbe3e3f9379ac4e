//! The audit trail: who changed what and when, for those who may know.

use nasij::access::{NewAccount, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::steps::{association, column, full_association, with};

const PATH: &str = "/v1/audit";

/// The entries of a record, the latest first.
async fn trail(app: &App, token: &str, resource_type: &str, id: &str) -> Vec<Value> {
    let path = format!("{PATH}?resource_type={resource_type}&resource_id={id}");
    app.get_as(token, &path).await.items()
}

#[tokio::test]
async fn every_change_of_an_association_says_who_what_and_how_it_was() {
    let app = App::start().await;
    let auditor = app.token(Role::Auditor).await;
    let account = app.account(&NewAccount::of_role(Role::MinistryOfficer, "Register of associations"));
    let token = app.token_of(&account).await;
    let mut body = full_association("Audited");
    body["internal"] = json!({"tax_id": "T-1"});
    let request = |method: Method, path: &str, id: &str| {
        app.request(method, path).token(&token).header("x-request-id", id).if_match("*")
    };
    let created = request(Method::POST, "/v1/associations", "audit-1").json(&body).send().await.expect(201);
    let path = created.header("location");
    let patch = json!({"volunteers": null, "internal": {"tax_id": "T-2"}});
    request(Method::PATCH, path, "audit-2").merge_patch(&patch).send().await.expect(200);
    request(Method::PUT, path, "audit-3").json(&association("Audited")).send().await.expect(200);
    request(Method::DELETE, path, "audit-4").send().await.expect(204);

    let id = created.json()["id"].as_str().unwrap().to_owned();
    let mut entries = trail(&app, &auditor, "association", &id).await;
    entries.reverse();
    assert_eq!(column(&entries, "action"), ["create", "update", "update", "delete"]);
    assert_eq!(column(&entries, "request_id"), ["audit-1", "audit-2", "audit-3", "audit-4"]);
    for entry in &entries {
        assert_eq!(
            (&entry["account_id"], &entry["account_name"]),
            (&json!(account.client_id), &json!("Register of associations"))
        );
        assert_eq!((&entry["resource_type"], &entry["resource_id"]), (&json!("association"), &json!(id)));
        assert!(entry["at"].as_str().unwrap().ends_with('Z'));
    }
    assert!(entries[0].get("before").is_none() && entries[3].get("after").is_none());
    assert_eq!(entries[0]["after"], body);
    let before = json!({"volunteers": body["volunteers"], "internal": {"tax_id": "T-1"}});
    assert_eq!(entries[1]["before"], before, "what changed, and nothing else");
    assert_eq!(entries[1]["after"], json!({"internal": {"tax_id": "T-2"}}));
    assert_eq!(entries[2]["before"]["internal"], json!({"tax_id": "T-2"}));
    assert!(entries[2]["after"].get("internal").is_none());
    assert_eq!(entries[2]["after"]["name"], json!({"fr": "Audited"}));
    assert_eq!(entries[3]["before"], association("Audited"), "of what is deleted all that there was");
}

#[tokio::test]
async fn every_change_of_a_city_is_noted_too() {
    let app = App::start().await;
    let auditor = app.token(Role::Auditor).await;
    let token = app.token(Role::Admin).await;
    let city = json!({
        "code": "02.411.01.96", "slug": "audited", "name": {"fr": "Audited"}, "kind": "rural", "province_code": "02.411",
    });
    let created = app.post(&token, "/v1/cities", &city).await.expect(201);
    app.patch(&token, created.header("location"), "*", &json!({"population_2024": 5})).await.expect(200);
    app.delete(&token, created.header("location"), "*").await.expect(204);
    let entries = trail(&app, &auditor, "city", "02.411.01.96").await;
    assert_eq!(column(&entries, "action"), ["delete", "update", "create"]);
    assert_eq!(entries[1]["after"]["population_2024"], 5);
    assert!(entries[1]["before"].get("population_2024").is_none());
    assert!(entries.iter().all(|entry| entry["request_id"].as_str().is_some_and(|id| !id.is_empty())));
}

#[tokio::test]
async fn what_was_not_done_is_not_noted() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let created = app.add_association(&token, &association("Unchanged")).await;
    let path = created.header("location");
    app.patch(&token, path, "*", &json!({"volunteers": -1})).await.problem(422);
    app.patch(&token, path, "\"9-x\"", &json!({"volunteers": 1})).await.problem(412);
    app.patch(&token, &format!("{path}?dry_run=true"), "*", &json!({"volunteers": 1})).await.expect(200);
    app.post(&token, "/v1/associations?dry_run=true", &association("Rehearsed")).await.expect(201);
    app.post(&token, "/v1/associations", &association("Unchanged")).await.problem(409);
    app.get_as(&token, path).await.expect(200);
    let id = created.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(trail(&app, &token, "association", &id).await.len(), 1);
    let latest = app.get_as(&token, &format!("{PATH}?resource_type=association&limit=1")).await.items();
    assert_eq!(latest[0]["resource_id"], id);
}

#[tokio::test]
async fn a_retried_creation_is_noted_once() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let mut id = Value::Null;
    for _ in 0..2 {
        let request =
            app.request(Method::POST, "/v1/associations").token(&token).header("idempotency-key", "k1");
        id = request.json(&association("Retried")).send().await.expect(201).json()["id"].clone();
    }
    assert_eq!(trail(&app, &token, "association", id.as_str().unwrap()).await.len(), 1);
}

#[tokio::test]
async fn only_auditors_and_administrators_read_it() {
    let app = App::start().await;
    let anonymous = app.get(PATH).await;
    assert!(anonymous.header("www-authenticate").starts_with("Bearer"));
    anonymous.problem(401);
    for role in [Role::Admin, Role::Auditor] {
        let answer = app.get_as(&app.token(role).await, PATH).await.expect(200);
        assert_eq!(answer.header("cache-control"), "private, no-store");
    }
    for role in [Role::MinistryOfficer, Role::IcsoOfficer, Role::Juror, Role::JuryChair] {
        let refused = app.get_as(&app.token(role).await, PATH).await;
        assert!(refused.header("www-authenticate").contains("scope=\"audit:read\""), "{role}");
        let problem = refused.problem(403);
        assert_eq!(problem["code"], "insufficient_scope");
        assert!(problem["detail"].as_str().unwrap().contains("audit:read"), "{problem}");
    }
    app.request(Method::DELETE, PATH).token(&app.token(Role::Admin).await).send().await.problem(405);
}

#[tokio::test]
async fn it_is_narrowed_by_who_what_and_when() {
    let app = App::start().await;
    let auditor = app.token(Role::Auditor).await;
    let account = app.account(&NewAccount::of_role(Role::MinistryOfficer, "One officer"));
    let token = app.token_of(&account).await;
    let created = app.add_association(&token, &association("Narrowed")).await;
    app.patch(&token, created.header("location"), "*", &json!({"volunteers": 1})).await.expect(200);
    let by_account = with(PATH, "account_id", &account.client_id);
    assert_eq!(app.get_as(&auditor, &by_account).await.items().len(), 2);
    let updates = app.get_as(&auditor, &with(&by_account, "action", "update,delete")).await.items();
    assert_eq!(column(&updates, "action"), ["update"]);
    let at = updates[0]["at"].as_str().unwrap();
    assert!(app.get_as(&auditor, &with(&by_account, "at[gt]", at)).await.items().is_empty());
    assert_eq!(app.get_as(&auditor, &with(&by_account, "at[lte]", at)).await.items().len(), 2);
    app.get_as(&auditor, &with(PATH, "account_id", "somebody")).await.problem(400);
}
