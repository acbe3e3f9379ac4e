//! What is never public of an association (law 09-08) reaches only those who may see it.

use nasij::access::{NewAccount, Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::collections;
use crate::nominations::of_association;
use crate::steps::{association, fault, faults, with};

/// An internal record of which every value can be recognised wherever it comes up.
fn secrets() -> Value {
    json!({
        "seat_address": "QZSECRETADDRESS 7",
        "receipt_number": "QZSECRETRECEIPT",
        "ice": "987654321012345",
        "tax_id": "QZSECRETTAX",
        "legal_representative": "QZSECRETPERSON",
        "representative_contact": "QZSECRETCONTACT",
    })
}

const MARKS: [&str; 4] = ["QZSECRET", "secretaddress", "secretperson", "987654321012345"];

fn gives_away(text: &str) -> bool {
    MARKS.iter().any(|mark| text.contains(mark))
}

fn with_secrets(name: &str) -> Value {
    json!({
        "name": {"fr": name}, "city_code": "oujda", "status": "active", "volunteers": 5, "activity_fields": ["1"],
        "values": ["dialogue"], "internal": secrets(),
    })
}

#[tokio::test]
async fn only_those_who_may_are_shown_the_internal_record() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let created = app.add_association(&admin, &with_secrets("Guarded")).await;
    let path = created.header("location");
    let other = app.add_association(&admin, &association("Other")).await.json();
    let record = created.json();
    for (who, token) in [
        ("admin", admin.clone()),
        ("officer", app.token(Role::MinistryOfficer).await),
        ("auditor", app.token(Role::Auditor).await),
        ("system", app.token_of(&app.integration(&[Scope::AssociationsReadInternal])).await),
        ("own representative", app.representative_of(&record).await),
    ] {
        let shown = app.get_as(&token, path).await.expect(200);
        assert_eq!(shown.json()["internal"], secrets(), "{who}");
        assert_eq!(shown.header("cache-control"), "private, no-store", "{who}");
    }
    for (who, token) in [
        ("juror", app.token(Role::Juror).await),
        ("ICSO", app.token(Role::IcsoOfficer).await),
        ("system", app.token_of(&app.integration(&[Scope::AssociationsWrite])).await),
        ("another's representative", app.representative_of(&other).await),
    ] {
        let shown = app.get_as(&token, path).await.expect(200);
        assert!(!gives_away(shown.text()) && shown.json().get("internal").is_none(), "{who}");
    }
}

#[tokio::test]
async fn a_token_without_the_scope_is_not_shown_it_whatever_the_role() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let created = app.add_association(&admin, &with_secrets("Scoped")).await;
    let credentials = app.account(&nasij::access::NewAccount::of_role(Role::MinistryOfficer, "Some officer"));
    let narrow = app
        .request(Method::POST, "/oauth/token")
        .basic(&credentials)
        .body("application/x-www-form-urlencoded", "grant_type=client_credentials&scope=associations%3Awrite")
        .send()
        .await
        .expect(200)
        .json();
    let token = narrow["access_token"].as_str().unwrap();
    let shown = app.get_as(token, created.header("location")).await.expect(200);
    assert!(!gives_away(shown.text()));
}

/// Every public read of the document, with its path parameters filled.
async fn public_reads(app: &App, association: &Value) -> Vec<String> {
    let document = app.get("/openapi.json").await.expect(200).json();
    let mut paths = Vec::new();
    for (template, operations) in document["paths"].as_object().expect("it is there") {
        if operations.get("get").is_none_or(|get| get.get("security").is_some()) {
            continue;
        }
        let id = association["id"].as_str().expect("it is there");
        paths.push(
            template
                .replace("{id}", id)
                .replace("{year}", "2022")
                .replace("{code}", if template.contains("problems") { "stale" } else { "oujda" }),
        );
    }
    paths
}

#[tokio::test]
async fn no_public_answer_has_a_byte_of_it() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let created = app.add_association(&admin, &with_secrets("Hidden")).await;
    assert!(!gives_away(created.text()) || created.json().get("internal").is_some());
    let mut paths = public_reads(&app, &created.json()).await;
    for collection in collections::all(&app).await {
        for facet in collection.words("facet") {
            paths.push(with(&with(&collection.path, "facet", &facet), "limit", "200"));
        }
        for expand in collection.words("expand") {
            paths.push(with(&with(&collection.path, "expand", &expand), "limit", "200"));
        }
        for sort in collection.words("sort") {
            paths.push(with(&with(&collection.path, "sort", &sort), "limit", "200"));
        }
    }
    for mark in ["QZSECRET", "QZSECRETPERSON", "QZSECRETADDRESS", "987654321012345", "QZSECRETTAX"] {
        let list = app.get(&with("/v1/associations", "q", mark)).await.expect(200).json();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(0), "found by {mark}: {list}");
    }
    assert!(paths.len() > 60);
    for path in &paths {
        assert!(!gives_away(&app.bytes_of(path).await), "{path}");
    }
}

#[tokio::test]
async fn not_even_those_who_may_see_it_get_it_in_a_list() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    app.add_association(&admin, &with_secrets("Listed")).await;
    for query in ["", "?city=02.411.01.23", "?q=listed", "?expand=city", "?sort=-created_at", "?facet=status"]
    {
        let list = app.get_as(&admin, &format!("/v1/associations{query}")).await.expect(200);
        assert!(!gives_away(list.text()), "{query}");
    }
}

#[tokio::test]
async fn nothing_internal_can_be_asked_for() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let created = app.add_association(&admin, &with_secrets("Unasked")).await;
    let internal: Vec<String> = secrets().as_object().unwrap().keys().cloned().collect();
    for field in internal.iter().map(String::as_str).chain(["internal", "internal.ice"]) {
        for parameter in ["fields", "sort", "facet", "expand"] {
            let path = with("/v1/associations", parameter, field);
            for answer in [app.get(&path).await, app.get_as(&admin, &path).await] {
                assert_eq!(faults(&answer.problem(400)), fault(parameter, "one_of"), "{path}");
            }
        }
        for name in [field.to_owned(), format!("{field}[gte]")] {
            let path = format!("/v1/associations?{name}=QZSECRET");
            let problem = app.get_as(&admin, &path).await.problem(400);
            assert_eq!(faults(&problem), fault(&name, "unknown_parameter"));
            assert!(!gives_away(&problem["errors"].to_string()), "{problem}");
        }
        let path = with(created.header("location"), "fields", field);
        assert_eq!(faults(&app.get(&path).await.problem(400)), fault("fields", "one_of"), "{path}");
    }
}

#[tokio::test]
async fn errors_never_repeat_what_was_written_into_it() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    app.add_association(&admin, &with_secrets("First")).await;
    for internal in [
        json!({"ice": "QZSECRETICE"}),
        json!({"tax_id": "QZSECRET".repeat(20)}),
        json!({"seat_address": ["QZSECRET"]}),
        json!({"legal_representative": "QZSECRET\u{202e}"}),
        json!("QZSECRET"),
        json!({"ice": "987654321012345"}),
    ] {
        let body = json!({"name": {"fr": "Second"}, "internal": internal});
        let answer = app.post(&admin, "/v1/associations", &body).await;
        assert!([409, 422].contains(&answer.status));
        assert!(!gives_away(answer.text()), "{internal}");
    }
}

#[tokio::test]
async fn a_writer_who_cannot_see_it_leaves_it_alone_and_one_who_can_removes_it() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let system = app.token_of(&app.integration(&[Scope::AssociationsWrite])).await;
    let created = app.add_association(&admin, &with_secrets("Kept")).await;
    let path = created.header("location");
    let body = json!({"name": {"fr": "Kept"}, "volunteers": 9});
    let internal = async || app.get_as(&admin, path).await.expect(200).json()["internal"].clone();

    let replaced = app.put(&system, path, "*", &body).await.expect(200);
    assert!(!gives_away(replaced.text()));
    assert_eq!(internal().await, secrets());
    app.patch(&system, path, "*", &json!({"volunteers": 10})).await.expect(200);
    app.patch(&system, path, "*", &json!({"internal": null})).await.problem(403);
    assert_eq!(internal().await, secrets(), "who cannot see it cannot empty it by null");

    app.patch(&admin, path, "*", &json!({"internal": {"tax_id": null}})).await.expect(200);
    let mut fewer = secrets();
    fewer.as_object_mut().unwrap().shift_remove("tax_id");
    assert_eq!(internal().await, fewer);
    app.put(&admin, path, "*", &body).await.expect(200);
    assert_eq!(internal().await, json!({}));
}

#[tokio::test]
async fn a_writer_who_cannot_see_it_can_neither_overwrite_nor_guess_it() {
    let app = App::start().await;
    let admin = app.token_of(app.admin()).await;
    let mut body = association("Association gardée");
    body["internal"] = json!({"ice": "001234567000089", "seat_address": "1, rue de la Paix"});
    let path = format!(
        "/v1/associations/{}",
        app.add_association(&admin, &body).await.json()["id"].as_str().unwrap()
    );
    let blind = app.token_of(&app.integration(&[Scope::AssociationsWrite])).await;
    for guess in ["001234567000089", "001234567000090"] {
        let patch = json!({"internal": {"ice": guess}});
        let mut replacement = association("Association gardée");
        replacement["internal"] = patch["internal"].clone();
        for answer in
            [app.patch(&blind, &path, "*", &patch).await, app.put(&blind, &path, "*", &replacement).await]
        {
            let refused = answer.problem(403);
            assert_eq!(refused["code"], "forbidden_field", "{guess}");
            assert_eq!(faults(&refused), fault("/internal", "unseen"), "{guess}");
        }
    }
    let kept = app.get_as(&admin, &path).await.json();
    assert_eq!(kept["internal"], body["internal"]);
}

#[tokio::test]
async fn a_changed_internal_record_is_a_new_version_for_those_who_see_it() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let created = app.add_association(&admin, &with_secrets("Versioned")).await;
    let path = created.header("location");
    let seen = app.get_as(&admin, path).await.header("etag").to_owned();
    let public = app.get(path).await.header("etag").to_owned();
    assert_ne!(seen, public, "two audiences, two representations");
    app.patch(&admin, path, &seen, &json!({"internal": {"tax_id": "QZSECRETTAX2"}})).await.expect(200);
    app.patch(&admin, path, &seen, &json!({"internal": {"tax_id": "QZSECRETTAX3"}})).await.problem(412);
}

#[tokio::test]
async fn a_deleted_association_that_is_kept_for_others_keeps_no_internal_record() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let created = app.add_association(&admin, &with_secrets("Leaving")).await;
    app.nominate(&admin, &of_association(2027, &created.json()["id"])).await;
    app.delete(&admin, created.header("location"), "*").await.expect(204);
    app.get(created.header("location")).await.problem(410);
    // Its ICE is free for who comes after it.
    app.add_association(&admin, &with_secrets("Coming")).await.expect(201);
}

#[tokio::test]
async fn a_token_for_the_audit_trail_alone_shows_no_internal_record() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    app.add_association(&admin, &with_secrets("Audited")).await.expect(201);
    let auditor = app.account(&NewAccount {
        scopes: vec![Scope::AuditRead],
        ..NewAccount::of_role(Role::Auditor, "Auditor of writes")
    });
    let token = app.token_of(&auditor).await;
    let path = "/v1/audit?resource_type=association&limit=200";
    assert!(!gives_away(app.get_as(&token, path).await.expect(200).text()));
    let token = app.token(Role::Auditor).await;
    assert!(gives_away(app.get_as(&token, path).await.expect(200).text()), "who may see it still does");
}

#[tokio::test]
async fn what_other_systems_call_an_association_is_known_to_its_keepers_alone_and_names_no_other() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let mut body = association("Named elsewhere");
    body["internal"] = json!({
        "receipt_number": "12/2019",
        "receipt_authority": "عمالة وجدة-أنجاد",
        "external_ids": {"prefecture-oujda": "QZEXTERNAL", "drc.ma": "7"},
    });
    let made = app.add_association(&admin, &body).await;
    let path = made.header("location").to_owned();
    let kept = app.get_as(&admin, &path).await.expect(200);
    assert_eq!(kept.json()["internal"]["external_ids"], body["internal"]["external_ids"]);
    assert_eq!(kept.json()["internal"]["receipt_authority"], "عمالة وجدة-أنجاد");
    assert!(!app.get(&path).await.expect(200).text().contains("QZEXTERNAL"));
    assert!(
        !app.get("/v1/associations?format=csv&limit=all").await.expect(200).text().contains("QZEXTERNAL")
    );

    let mut twin = association("Another");
    twin["internal"] = json!({"external_ids": {"prefecture-oujda": "QZEXTERNAL"}});
    let refused = app.post(&admin, "/v1/associations", &twin).await.problem(409);
    assert_eq!(faults(&refused), fault("/internal/external_ids", "already_exists"));
    twin["internal"] = json!({"external_ids": {"Préfecture d'Oujda": "1"}});
    let refused = app.post(&admin, "/v1/associations", &twin).await.problem(422);
    assert_eq!(faults(&refused), fault("/internal/external_ids", "pattern"));

    // A system more, and one less: the rest stays.
    let patch = json!({"internal": {"external_ids": {"drc.ma": null, "ices": "9"}}});
    let changed = app.patch(&admin, &path, "*", &patch).await.expect(200);
    assert_ne!(changed.header("etag"), kept.header("etag"));
    let now = app.get_as(&admin, &path).await.expect(200).json();
    assert_eq!(now["internal"]["external_ids"], json!({"ices": "9", "prefecture-oujda": "QZEXTERNAL"}));
    assert_eq!(now["internal"]["receipt_number"], "12/2019");
    let trail = app.get_as(&admin, "/v1/audit?resource_type=association&limit=1").await.items();
    assert_eq!(trail[0]["after"]["internal"]["external_ids"]["ices"], "9");
}
