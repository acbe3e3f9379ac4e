//! The events and partners of an edition, and what is answered for years that have none.

use nasij::access::{Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::steps::{column, fault, faults};

/// Something that belongs to an edition.
struct Part {
    path: &'static str,
    body: Value,
    patch: Value,
    patched: (&'static str, Value),
    other: Value,
}

fn parts() -> [Part; 2] {
    [
        Part {
            path: "/v1/editions/2022/events",
            body: json!({
                "kind": "opening", "title": {"fr": "Ouverture"}, "starts_on": "2022-06-09",
                "ends_on": "2022-06-09", "place": {"fr": "Théâtre"}, "sources": ["https://example.org/a"],
            }),
            patch: json!({"place": null, "title": {"ar": "الافتتاح"}}),
            patched: ("title", json!({"fr": "Ouverture", "ar": "الافتتاح"})),
            other: json!({"kind": "closing", "title": {"fr": "Clôture"}}),
        },
        Part {
            path: "/v1/editions/2022/partners",
            body: json!({"kind": "elected", "name": {"fr": "Commune de Tétouan"}}),
            patch: json!({"kind": "authority"}),
            patched: ("kind", json!("authority")),
            other: json!({"kind": "partner", "name": {"ar": "شريك"}}),
        },
    ]
}

#[tokio::test]
async fn an_officer_adds_changes_and_deletes_parts_of_an_edition() {
    let app = App::start().await;
    let token = app.token(Role::MinistryOfficer).await;
    for Part { path, body, patch, patched: (field, value), other } in parts() {
        let before = app.get(path).await.items();
        let created = app.post(&token, path, &body).await.expect(201);
        let item = created.header("location").to_owned();
        let id = created.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(item, format!("{path}/{id}"));
        for (name, given) in body.as_object().unwrap() {
            assert_eq!(created.json()[name], *given, "{path}: {name}");
        }
        let read = app.get(&item).await.expect(200);
        assert_eq!((read.json(), read.header("etag")), (created.json(), created.header("etag")));
        let after = app.get(path).await.items();
        assert_eq!(after.len(), before.len() + 1);
        assert_eq!(after.last().unwrap()["id"], id.as_str(), "a new one comes last");

        let first = created.header("etag");
        let missing = app.request(Method::PATCH, &item).token(&token).merge_patch(&patch).send().await;
        missing.problem(428);
        let changed = app.patch(&token, &item, first, &patch).await.expect(200);
        assert_eq!(changed.json()[field], value);
        let stale = app.put(&token, &item, first, &other).await;
        assert!(stale.header("etag").starts_with("\"2-"), "{}", stale.header("etag"));
        stale.problem(412);
        let replaced = app.put(&token, &item, changed.header("etag"), &other).await.expect(200);
        assert_eq!(replaced.json()["kind"], other["kind"]);
        assert!(replaced.json().get("starts_on").is_none(), "what is left out becomes unknown");
        app.request(Method::DELETE, &item).token(&token).send().await.problem(428);
        app.delete(&token, &item, first).await.problem(412);
        app.delete(&token, &item, replaced.header("etag")).await.expect(204);
        app.get(&item).await.problem(404);
        assert_eq!(column(&app.get(path).await.items(), "id"), column(&before, "id"));
    }
}

#[tokio::test]
async fn a_part_is_found_under_its_own_edition_alone() {
    let app = App::start().await;
    let token = app.token(Role::MinistryOfficer).await;
    for Part { path, patch, other, .. } in parts() {
        let id = app.get(path).await.items()[0]["id"].as_str().unwrap().to_owned();
        let elsewhere = format!("{}/{id}", path.replace("2022", "2023"));
        app.get(&elsewhere).await.problem(404);
        app.patch(&token, &elsewhere, "*", &patch).await.problem(404);
        app.put(&token, &elsewhere, "*", &other).await.problem(404);
        app.delete(&token, &elsewhere, "*").await.problem(404);
        app.get(&format!("{path}/{id}")).await.expect(200);
        app.get(&format!("{path}/not-an-identifier")).await.problem(404);
    }
}

#[tokio::test]
async fn every_fault_of_a_part_is_told_at_its_place() {
    let app = App::start().await;
    let token = app.token(Role::MinistryOfficer).await;
    let (events, partners) = ("/v1/editions/2022/events", "/v1/editions/2022/partners");
    for (path, body, place, code) in [
        (events, json!({"kind": "opening"}), "/title", "required"),
        (events, json!({"title": {"fr": "Ouverture"}}), "/kind", "required"),
        (events, json!({"kind": "openning", "title": {"fr": "Ouverture"}}), "/kind", "one_of"),
        (events, json!({"kind": "opening", "title": {}}), "/title", "text_without_language"),
        (events, json!({"kind": "opening", "title": {"fr": "A\nB"}}), "/title/fr", "characters"),
        (
            events,
            json!({"kind": "stage", "title": {"fr": "Étape"}, "starts_on": "2022-06-09", "ends_on": "2022-06-08"}),
            "/ends_on",
            "order",
        ),
        (
            events,
            json!({"kind": "stage", "title": {"fr": "Étape"}, "sources": ["https://example.org", "nowhere"]}),
            "/sources/1",
            "url",
        ),
        (partners, json!({"kind": "elected"}), "/name", "required"),
        (partners, json!({"kind": "elected", "name": {"fr": "  "}}), "/name/fr", "blank"),
        (partners, json!({"kind": "elected", "name": {"fr": "A"}, "title": 1}), "/title", "unknown_field"),
    ] {
        let problem = app.post(&token, path, &body).await.problem(422);
        assert_eq!(faults(&problem), fault(place, code), "{body}");
    }
    let order = json!({"starts_on": "2023-01-01"});
    let last = app.get(events).await.items().pop().unwrap();
    if last.get("ends_on").is_some() {
        let item = format!("{events}/{}", last["id"].as_str().unwrap());
        let problem = app.patch(&token, &item, "*", &order).await.problem(422);
        assert_eq!(faults(&problem), fault("/ends_on", "order"));
    }
}

#[tokio::test]
async fn whatever_belongs_to_an_unknown_year_is_not_found() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    let id = "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11";
    for year in ["2099", "2021", "2017", "20220", "abc", "٢٠٢٢"] {
        let base = format!("/v1/editions/{year}");
        for path in ["", "/events", "/partners", "/criteria", "/honours"] {
            app.get(&format!("{base}{path}")).await.problem(404);
        }
        for Part { path, body, patch, .. } in parts() {
            let path = path.replace("/v1/editions/2022", &base);
            let item = format!("{path}/{id}");
            app.post(&token, &path, &body).await.problem(404);
            app.get(&item).await.problem(404);
            app.put(&token, &item, "*", &body).await.problem(404);
            app.patch(&token, &item, "*", &patch).await.problem(404);
            app.delete(&token, &item, "*").await.problem(404);
        }
        app.patch(&token, &base, "*", &json!({"slogan": {"fr": "Rien"}})).await.problem(404);
        app.delete(&token, &base, "*").await.problem(404);
    }
}

#[tokio::test]
async fn what_a_completed_edition_was_only_the_institutions_correct() {
    let app = App::start().await;
    let ministry = app.token(Role::MinistryOfficer).await;
    let icso = app.token(Role::IcsoOfficer).await;
    let system = app.token_of(&app.integration(&[Scope::EditionsWrite])).await;
    let slogan = json!({"slogan": {"fr": "Ensemble"}});
    for Part { path, body, patch, other, .. } in parts() {
        let item = format!("{path}/{}", app.get(path).await.items()[0]["id"].as_str().unwrap());
        for stranger in [&system, &app.token_of(app.admin()).await] {
            for refused in [
                app.post(stranger, path, &body).await,
                app.patch(stranger, &item, "*", &patch).await,
                app.put(stranger, &item, "*", &other).await,
                app.delete(stranger, &item, "*").await,
                app.patch(stranger, "/v1/editions/2022", "*", &slogan).await,
            ] {
                assert_eq!(refused.problem(403)["code"], "forbidden", "{path}");
            }
        }
        app.get(&item).await.expect(200);
        for institution in [&ministry, &icso] {
            app.post(institution, path, &body).await.expect(201);
            app.patch(institution, &item, "*", &patch).await.expect(200);
            app.patch(institution, "/v1/editions/2022", "*", &slogan).await.expect(200);
        }
        app.delete(&icso, &item, "*").await.problem(403);
        app.delete(&ministry, &item, "*").await.expect(204);
    }
}

#[tokio::test]
async fn once_a_city_is_designated_only_the_ministry_deletes_parts_of_its_edition() {
    let app = App::start().await;
    let admin = app.token_of(app.admin()).await;
    app.post(&admin, "/v1/editions", &json!({"year": 2027, "name": {"fr": "Capitale 2027"}}))
        .await
        .expect(201);
    let ministry = app.token(Role::MinistryOfficer).await;
    let system = app.token_of(&app.integration(&[Scope::EditionsWrite])).await;
    for Part { path, body, patch, .. } in parts() {
        let path = path.replace("2022", "2027");
        for (state, is_designated) in [
            ("draft", false),
            ("city_call_open", false),
            ("city_review", false),
            ("designated", true),
            ("honours_review", true),
            ("in_progress", true),
            ("postponed", true),
        ] {
            app.put_edition_in(2027, state);
            let item = app.post(&system, &path, &body).await.expect(201).header("location").to_owned();
            app.patch(&system, &item, "*", &patch).await.expect(200);
            if is_designated {
                for stranger in [&system, &admin] {
                    assert_eq!(
                        app.delete(stranger, &item, "*").await.problem(403)["code"],
                        "forbidden",
                        "{state}"
                    );
                }
                app.get(&item).await.expect(200);
                app.delete(&ministry, &item, "*").await.expect(204);
            } else {
                app.delete(&system, &item, "*").await.expect(204);
            }
        }
    }
}

#[tokio::test]
async fn a_draft_is_deleted_with_its_parts() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    let edition = json!({"year": 2027, "name": {"fr": "Capitale 2027"}});
    app.post(&token, "/v1/editions", &edition).await.expect(201);
    for Part { path, body, .. } in parts() {
        app.post(&token, &path.replace("2022", "2027"), &body).await.expect(201);
    }
    app.delete(&token, "/v1/editions/2027", "*").await.expect(204);
    app.post(&token, "/v1/editions", &edition).await.expect(201);
    for Part { path, .. } in parts() {
        assert_eq!(app.get(&path.replace("2022", "2027")).await.items().len(), 0, "{path}");
    }
    assert_eq!(app.get("/v1/editions/2027/criteria").await.items().len(), 12);
}
