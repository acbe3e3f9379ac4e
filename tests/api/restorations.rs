//! A mistake can be undone: what was deleted is found and restored by those who keep the register.

use nasij::access::Role;
use serde_json::{Value, json};

use crate::app::App;
use crate::nominations::{NOMINATIONS, of_city, path};
use crate::steps::{association, column};

const DELETED: &str = "/v1/deleted-records";

fn reason() -> Value {
    json!({"reason": "Supprimée par erreur."})
}

/// A commune that nothing refers to.
fn city(code: &str) -> Value {
    json!({
        "code": code, "slug": "oujda-jadida", "name": {"fr": "Oujda Jadida"}, "kind": "urban",
        "province_code": "02.411",
    })
}

fn restorations(path: &str) -> String {
    format!("{path}/restorations")
}

/// The version that an `ETag` tells, that of what everybody sees.
fn version(etag: &str) -> i64 {
    etag.trim_start_matches('"')
        .split(['-', '.'])
        .next()
        .and_then(|version| version.parse().ok())
        .expect("a version")
}

impl App {
    /// Deletes a record and restores it; its `ETag` is a later one than any before, and its content what it was.
    async fn delete_and_restore(&self, token: &str, path: &str) -> Value {
        let before = self.get_as(token, path).await.expect(200);
        self.post(token, &restorations(path), &reason()).await.problem(409);
        self.delete(token, path, before.header("etag")).await.expect(204);
        let gone = self.get_as(token, path).await.problem(410);
        assert!(gone["detail"].as_str().expect("a sentence").contains("POST /v1/"), "{gone}");
        for public in [self.patch(token, path, "*", &json!({})).await, self.delete(token, path, "*").await] {
            public.problem(410);
        }
        self.post(token, &format!("{}?dry_run=true", restorations(path)), &reason()).await.expect(201);
        self.get_as(token, path).await.problem(410);
        let restored = self.post(token, &restorations(path), &reason()).await.expect(201);
        assert_eq!(restored.header("location"), path);
        assert_eq!(version(restored.header("etag")), version(before.header("etag")) + 2);
        let read = self.get_as(token, path).await.expect(200);
        assert_eq!(version(read.header("etag")), version(restored.header("etag")));
        let mut after = read.json();
        after["updated_at"] = before.json()["updated_at"].clone();
        assert_eq!(after, before.json());
        let refused = self.post(token, &restorations(path), &reason()).await.problem(409);
        assert_eq!(refused["code"], "not_deleted");
        self.patch(token, path, before.header("etag"), &json!({})).await.problem(412);
        after
    }
}

#[tokio::test]
async fn each_of_the_four_is_restored_with_the_same_identifier_and_its_history() {
    let app = App::start().await;
    let admin = app.with_draft_edition(2027, &json!({"city_code": "agadir"})).await;
    app.post(&admin, "/v1/editions/2027/events", &json!({"kind": "opening", "title": {"fr": "Ouverture"}}))
        .await
        .expect(201);
    app.post(&admin, "/v1/cities", &city("02.411.01.99")).await.expect(201);
    let mut some = association("Association");
    some["activity_fields"] = json!(["1", "5"]);
    some["values"] = json!(["dialogue"]);
    some["internal"] = json!({"ice": "001234567000089", "seat_address": "1, rue de la Paix"});
    let some = app.add_association(&admin, &some).await.header("location").to_owned();
    let nomination = app.nominate(&admin, &of_city(2027, "fes")).await;
    app.add_pdf(&admin, &nomination, "1").await;
    for (kind, key, path) in [
        ("city", "02.411.01.99", "/v1/cities/02.411.01.99"),
        ("association", "", some.as_str()),
        ("nomination", "", &path(&nomination)),
        ("edition", "2027", "/v1/editions/2027"),
    ] {
        let record = app.delete_and_restore(&admin, path).await;
        let key = if key.is_empty() { record["id"].as_str().unwrap() } else { key };
        let trail = format!("/v1/audit?resource_type={kind}&resource_id={key}&sort=at");
        let trail = app.get_as(&admin, &trail).await.items();
        let actions = column(&trail, "action");
        assert_eq!(actions[actions.len() - 2..], ["delete", "restore"], "{kind}");
        assert_eq!(actions[0], "create", "{kind}: the history goes on");
        assert_eq!(trail.last().unwrap()["after"]["restoration_reason"], reason()["reason"], "{kind}");
    }
    assert_eq!(app.get("/v1/editions/2027/events").await.items().len(), 1);
    assert_eq!(app.get("/v1/editions/2027/criteria").await.items().len(), 12);
    let documents = format!("{}/documents", path(&nomination));
    assert_eq!(app.get_as(&admin, &documents).await.items().len(), 1);
    assert_eq!(app.get_as(&admin, DELETED).await.items().len(), 0);
    app.expect_intact();
}

#[tokio::test]
async fn those_who_keep_the_register_find_what_was_deleted() {
    let app = App::start().await;
    let admin = app.with_draft_edition(2027, &Value::Null).await;
    let some = app.add_association(&admin, &association("Éphémère")).await;
    let draft = app.nominate(&admin, &of_city(2027, "fes")).await;
    app.delete(&admin, some.header("location"), "*").await.expect(204);
    app.delete(&admin, &path(&draft), "*").await.expect(204);
    app.delete(&admin, "/v1/editions/2027", "*").await.expect(204);
    for role in [Role::Admin, Role::MinistryOfficer, Role::Auditor] {
        let items = app.get_as(&app.token(role).await, DELETED).await.items();
        assert_eq!(column(&items, "kind"), ["edition", "nomination", "association"], "{role}");
        assert_eq!(items[2]["name"]["fr"], "Éphémère");
        assert_eq!(items[2]["restorations"], restorations(some.header("location")));
    }
    let one = app.get_as(&admin, &format!("{DELETED}?kind=nomination,city")).await.items();
    assert_eq!(one.len(), 1);
    for role in [Role::IcsoOfficer, Role::JuryChair, Role::CityRepresentative] {
        let token = match role {
            Role::CityRepresentative => app.representative_of_city("fes").await,
            role => app.token(role).await,
        };
        app.get_as(&token, DELETED).await.problem(403);
        app.post(&token, &restorations(some.header("location")), &reason()).await.problem(403);
    }
    app.get(DELETED).await.problem(401);
    // The address on the list is the way back.
    for record in app.get_as(&admin, DELETED).await.items() {
        app.post(&admin, record["restorations"].as_str().unwrap(), &reason()).await.expect(201);
    }
}

#[tokio::test]
async fn a_deleted_draft_is_gone_for_those_who_saw_it_and_unknown_to_all_others() {
    let app = App::start().await;
    let admin = app.with_draft_edition(2027, &Value::Null).await;
    let nominator = app.representative_of_city("fes").await;
    let draft = app.nominate(&nominator, &of_city(2027, "fes")).await;
    app.delete(&nominator, &path(&draft), "*").await.expect(204);
    for token in [&nominator, &admin] {
        app.get_as(token, &path(&draft)).await.problem(410);
    }
    app.get(&path(&draft)).await.problem(404);
    app.get_as(&app.representative_of_city("safi").await, &path(&draft)).await.problem(404);
    assert_eq!(app.get_as(&admin, NOMINATIONS).await.items().len(), 0);
}

#[tokio::test]
async fn what_has_taken_its_place_stands_in_the_way() {
    let app = App::start().await;
    let admin = app.with_draft_edition(2027, &Value::Null).await;
    let first = app.get("/v1/editions/2027").await.json();
    app.post(&admin, "/v1/cities", &city("02.411.01.99")).await.expect(201);
    let some = app.add_association(&admin, &association("Association")).await.header("location").to_owned();
    let draft = app.nominate(&admin, &of_city(2027, "fes")).await;
    for path in [path(&draft).as_str(), "/v1/cities/oujda-jadida", &some, "/v1/editions/2027"] {
        app.delete(&admin, path, "*").await.expect(204);
    }
    app.post(&admin, "/v1/cities", &city("02.411.01.99")).await.problem(409);
    app.post(&admin, "/v1/cities", &city("02.411.01.98")).await.expect(201);
    app.add_association(&admin, &association("Association")).await;
    let again = app.post(&admin, "/v1/editions", &json!({"year": 2027, "name": {"fr": "Encore"}})).await;
    assert!(version(again.expect(201).header("etag")) > 2, "no ETag of the one before is good for it");
    let edition = format!("/v1/editions/{}", first["id"].as_str().unwrap());
    for path in ["/v1/cities/02.411.01.99", &some, &edition] {
        let refused = app.post(&admin, &restorations(path), &reason()).await.problem(409);
        assert_eq!(refused["code"], "already_exists", "{path}");
    }
    // The year names the one that was deleted last, while another is live.
    let refused = app.post(&admin, "/v1/editions/2027/restorations", &reason()).await.problem(409);
    assert_eq!(refused["code"], "already_exists");
    app.delete(&admin, "/v1/editions/2027", "*").await.expect(204);
    let by_id = format!("/v1/editions/{}/restorations", first["id"].as_str().unwrap());
    app.post(&admin, &by_id, &reason()).await.expect(201);
    assert_eq!(app.get("/v1/editions/2027").await.json()["id"], first["id"]);
    app.nominate(&admin, &of_city(2027, "fes")).await;
    let refused = app.post(&admin, &restorations(&path(&draft)), &reason()).await.problem(409);
    assert_eq!(refused["code"], "already_exists");
    for unknown in ["/v1/cities/nowhere", "/v1/associations/x", "/v1/editions/2099", "/v1/nominations/x"] {
        app.post(&admin, &restorations(unknown), &reason()).await.problem(404);
    }
    app.post(&admin, &by_id, &json!({})).await.problem(422);
    app.post(&admin, &by_id, &json!({"reason": "  "})).await.problem(422);
}

#[tokio::test]
async fn an_association_does_not_come_back_to_a_deleted_city() {
    let app = App::start().await;
    let admin = app.token_of(app.admin()).await;
    app.post(&admin, "/v1/cities", &city("02.411.01.99")).await.expect(201);
    let mut seated = association("Association");
    seated["city_code"] = json!("oujda-jadida");
    let some = app.add_association(&admin, &seated).await.header("location").to_owned();
    app.delete(&admin, &some, "*").await.expect(204);
    app.delete(&admin, "/v1/cities/oujda-jadida", "*").await.expect(204);
    let refused = app.post(&admin, &restorations(&some), &reason()).await.problem(409);
    assert_eq!(refused["code"], "restore_first");
    app.post(&admin, "/v1/cities/oujda-jadida/restorations", &reason()).await.expect(201);
    app.post(&admin, &restorations(&some), &reason()).await.expect(201);
}

#[tokio::test]
async fn an_internal_record_comes_back_unless_it_was_erased() {
    let app = App::start().await;
    let admin = app.token_of(app.admin()).await;
    for (name, ice, erased) in [("Une", "001234567000089", false), ("Autre", "001234567000097", true)] {
        let mut some = association(name);
        some["internal"] = json!({"ice": ice, "legal_representative": "Quelqu'un"});
        let path = app.add_association(&admin, &some).await.header("location").to_owned();
        app.delete(&admin, &path, "*").await.expect(204);
        if erased {
            let personal = format!("{path}/personal-data");
            app.delete(&admin, &personal, "*").await.expect(204);
        }
        app.post(&admin, &restorations(&path), &reason()).await.expect(201);
        let internal = app.get_as(&admin, &path).await.json()["internal"].clone();
        assert_eq!(internal == some["internal"], !erased, "{internal}");
    }
    app.expect_intact();
}
