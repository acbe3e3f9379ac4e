//! What is held about the legal representative of an association is shown as a whole, and erased (law 09-08).

use nasij::access::{NewAccount, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::contents::tables_with;
use crate::steps::{association, column};

const NONE: [String; 0] = [];

/// An association with two versions of its internal record.
async fn represented(app: &App, token: &str, name: &str) -> (String, Value) {
    let mut body = association(name);
    body["internal"] = json!({
        "ice": "987654321012345", "legal_representative": "QZFIRST PERSON", "representative_contact": "QZCONTACT 1",
    });
    let created = app.add_association(token, &body).await;
    let path = created.header("location").to_owned();
    let patch = json!({"internal": {"legal_representative": "QZSECOND PERSON"}});
    app.patch(token, &path, "*", &patch).await.expect(200);
    (path, created.json())
}

#[tokio::test]
async fn all_that_is_held_is_shown_to_whom_it_concerns() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let (path, record) = represented(&app, &admin, "Shown").await;
    let representative = app.representative_of(&record).await;
    for token in [&representative, &app.token(Role::Auditor).await] {
        let answer = app.get_as(token, &format!("{path}/personal-data")).await.expect(200);
        assert_eq!(answer.header("cache-control"), "private, no-store");
        let held = answer.json();
        assert_eq!(held["legal_representative"], "QZSECOND PERSON");
        assert_eq!(held["representative_contact"], "QZCONTACT 1");
        assert_eq!(column(held["accounts"].as_array().unwrap(), "name"), ["Some representative"]);
        let audit = held["audit"].as_array().unwrap();
        assert_eq!(column(audit, "action"), ["create", "update"]);
        assert_eq!(audit[0]["content"]["after"]["legal_representative"], "QZFIRST PERSON");
        assert_eq!(audit[1]["content"]["before"]["legal_representative"], "QZFIRST PERSON");
        assert_eq!(audit[1]["content"]["after"]["legal_representative"], "QZSECOND PERSON");
    }
    let other = app.add_association(&admin, &association("Other")).await.json();
    let stranger = app.representative_of(&other).await;
    app.get_as(&stranger, &format!("{path}/personal-data")).await.problem(403);
    app.get(&format!("{path}/personal-data")).await.problem(401);
    app.delete(&representative, &format!("{path}/personal-data"), "*").await.problem(403);
    let unknown = "/v1/associations/01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11/personal-data";
    app.get_as(&admin, unknown).await.problem(404);
}

#[tokio::test]
async fn erasure_leaves_no_trace_in_any_table_and_the_chain_intact() {
    let app = App::start().await;
    let officer = app.account(&NewAccount::of_role(Role::MinistryOfficer, "Some officer"));
    let token = app.token_of(&officer).await;
    let admin = app.token(Role::Admin).await;
    let (path, record) = represented(&app, &token, "Erased").await;
    app.expect_intact();
    assert!(!tables_with(&app, "QZCONTACT").is_empty());

    let personal = format!("{path}/personal-data");
    let etag = app.get_as(&token, &personal).await.expect(200).header("etag").to_owned();
    app.request(Method::DELETE, &personal).token(&token).send().await.problem(428);
    app.delete(&token, &personal, "\"1-x\"").await.problem(412);
    app.delete(&token, &format!("{personal}?dry_run=true"), "*").await.expect(204);
    assert!(!tables_with(&app, "QZSECOND").is_empty(), "a rehearsal erases nothing");
    app.delete(&token, &personal, &etag).await.expect(204);

    for mark in ["QZFIRST", "QZSECOND", "QZCONTACT"] {
        assert_eq!(tables_with(&app, mark), NONE, "{mark}");
    }
    let shown = app.get_as(&admin, &path).await.expect(200).json();
    assert_eq!(shown["internal"], json!({"ice": "987654321012345"}), "the rest of the record stays");
    app.delete(&token, &personal, &etag).await.problem(412);

    let found = app.expect_intact();
    let trail = app
        .get_as(&admin, &format!("/v1/audit?resource_id={}", record["id"].as_str().unwrap()))
        .await
        .items();
    assert_eq!(column(&trail, "action"), ["erase", "update", "update", "create"]);
    assert_eq!(trail[0]["after"]["erased"]["record"].as_array().unwrap().len(), 3);
    for event in &trail[1..] {
        assert_eq!(event["personal_data_erased"], true);
        assert_eq!(event["account_name"], "Some officer", "who acted is another person");
        assert!(event["after"].get("internal").is_none());
    }
    assert!(trail[0].get("personal_data_erased").is_none());
    let held = app.get_as(&admin, &personal).await.expect(200).json();
    assert!(held["audit"].as_array().unwrap().is_empty() && held.get("legal_representative").is_none());

    // An erasure that no entry names is tampering, and so is an entry that names another's.
    app.tamper("UPDATE audit_actors SET content = NULL, salt = NULL, erased_by = (SELECT id FROM audit_events WHERE action = 'erase') WHERE content IS NOT NULL");
    let fault = serde_json::to_value(app.verify().fault).unwrap();
    assert_eq!(fault["kind"], "missing_personal_data");
    assert!(found.verified > 4);
}

#[tokio::test]
async fn a_deleted_association_can_still_be_erased() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let (path, record) = represented(&app, &admin, "Deleted").await;
    app.delete(&admin, &path, "*").await.expect(204);
    assert!(!tables_with(&app, "QZFIRST").is_empty(), "the audit trail keeps it");
    let personal = format!("{path}/personal-data");
    let held = app.get_as(&admin, &personal).await.expect(200);
    assert_eq!(held.json()["association_id"], record["id"]);
    assert_eq!(held.json()["audit"].as_array().unwrap().len(), 3);
    app.delete(&admin, &personal, held.header("etag")).await.expect(204);
    for mark in ["QZFIRST", "QZSECOND", "QZCONTACT"] {
        assert_eq!(tables_with(&app, mark), NONE, "{mark}");
    }
    let emptied = app.get_as(&admin, &personal).await.expect(200).json();
    assert!(emptied.get("legal_representative").is_none(), "{emptied}");
    app.expect_intact();
}
