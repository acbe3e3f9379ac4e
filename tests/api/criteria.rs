//! The criteria of an edition: written as one set, whose weights add up, while it is a draft.

use nasij::access::{Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::edition_states::STATES;
use crate::steps::{column, fault, faults};

const PATH: &str = "/v1/editions/2027/criteria";

fn criterion(kind: &str, code: &str, weight: i64) -> Value {
    json!({"code": code, "nomination_kind": kind, "name": {"fr": format!("Critère {code}")}, "weight": weight})
}

/// Two criteria for cities and one for associations.
fn three() -> Vec<Value> {
    vec![
        criterion("city", "association_vitality", 60),
        criterion("association", "impact", 100),
        criterion("city", "programme", 40),
    ]
}

/// A service with a draft for 2027, and an administrator's token.
async fn with_draft() -> (App, String) {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    app.post(&token, "/v1/editions", &json!({"year": 2027, "name": {"fr": "Capitale 2027"}}))
        .await
        .expect(201);
    (app, token)
}

#[tokio::test]
async fn the_criteria_are_replaced_at_once_and_keep_their_order() {
    let (app, token) = with_draft().await;
    let before = app.get(PATH).await.items();
    let etag = app.get("/v1/editions/2027").await.header("etag").to_owned();
    let answer = app.put(&token, PATH, &etag, &json!({"items": three()})).await.expect(200);
    let set = answer.json();
    assert_eq!(set["edition_year"], 2027);
    let items = set["items"].as_array().unwrap();
    assert_eq!(column(items, "code"), ["association_vitality", "impact", "programme"]);
    assert_eq!(column(items, "weight"), [60, 100, 40]);
    assert_eq!(&app.get(PATH).await.items(), items, "the list shows the same");
    let kept = before.iter().find(|criterion| criterion["code"] == "association_vitality").unwrap();
    assert_eq!((&items[0]["id"], &items[0]["created_at"]), (&kept["id"], &kept["created_at"]));
    assert!(before.iter().all(|criterion| criterion["id"] != items[1]["id"]));
    let edition = app.get("/v1/editions/2027").await;
    assert_ne!(edition.header("etag"), etag, "the criteria are a part of the edition");
    assert_eq!(
        edition.header("etag").split('-').next(),
        answer.header("etag").split('-').next(),
        "the version is that of the edition"
    );
    app.put(&token, PATH, &etag, &json!({"items": three()})).await.problem(412);
    app.patch(&token, "/v1/editions/2027", answer.header("etag"), &json!({"ordinal": 7})).await.expect(200);
}

#[tokio::test]
async fn the_weights_of_each_kind_add_up_to_a_hundred() {
    let (app, token) = with_draft().await;
    let before = app.get(PATH).await.items();
    for (items, kinds) in [
        (vec![criterion("city", "a", 99)], vec!["city"]),
        (vec![criterion("city", "a", 100), criterion("association", "a", 101 - 2)], vec!["association"]),
        (vec![criterion("city", "a", 60), criterion("city", "b", 41)], vec!["city"]),
        (vec![criterion("city", "a", 0), criterion("association", "a", 1)], vec!["city", "association"]),
    ] {
        let problem = app.put(&token, PATH, "*", &json!({"items": items})).await.problem(422);
        assert_eq!(faults(&problem), fault("/items", "weights_sum"), "{items:?}");
        let told: Vec<&str> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["detail"].as_str().unwrap())
            .collect();
        assert_eq!(told.len(), kinds.len(), "{told:?}");
        assert!(kinds.iter().zip(&told).all(|(kind, told)| told.contains(&of_kind(kind))), "{told:?}");
    }
    assert_eq!(app.get(PATH).await.items(), before);
    let one_kind = json!({"items": [criterion("association", "a", 100)]});
    app.put(&token, PATH, "*", &one_kind).await.expect(200);
}

#[tokio::test]
async fn every_fault_of_a_set_is_named_at_its_place() {
    let (app, token) = with_draft().await;
    let with = |field: &str, value: Value| {
        let mut items = three();
        items[1][field] = value;
        json!({"items": items})
    };
    let many: Vec<Value> = (0..51).map(|place| criterion("city", &format!("c{place}"), 0)).collect();
    let mut twice = three();
    twice.push(criterion("city", "programme", 0));
    for (body, place, code) in [
        (json!({"items": []}), "/items", "length"),
        (json!({"items": many}), "/items", "length"),
        (json!({}), "/items", "required"),
        (json!({"items": twice}), "/items/3/code", "repeated"),
        (with("code", json!("Impact")), "/items/1/code", "pattern"),
        (with("code", json!("")), "/items/1/code", "pattern"),
        (with("code", json!("1st")), "/items/1/code", "pattern"),
        (with("code", json!("a".repeat(101))), "/items/1/code", "length"),
        (with("weight", json!(101)), "/items/1/weight", "range"),
        (with("weight", json!(-1)), "/items/1/weight", "range"),
        (with("name", json!({})), "/items/1/name", "text_without_language"),
        (with("nomination_kind", json!("region")), "/items/1/nomination_kind", "one_of"),
        (with("position", json!(1)), "/items/1/position", "unknown_field"),
    ] {
        let problem = app.put(&token, PATH, "*", &body).await.problem(422);
        assert_eq!(faults(&problem), fault(place, code), "{body}");
    }
    let mut same_code = three();
    same_code[1] = criterion("association", "programme", 100);
    app.put(&token, PATH, "*", &json!({"items": same_code})).await.expect(200);
}

#[tokio::test]
async fn criteria_are_frozen_from_the_first_call_on() {
    let (app, token) = with_draft().await;
    let body = json!({"items": three()});
    for status in STATES {
        app.put_edition_in(2027, status);
        let request = app.request(Method::PUT, &format!("{PATH}?dry_run=true")).token(&token).if_match("*");
        let answer = request.json(&body).send().await;
        if status == "draft" {
            answer.expect(200);
        } else {
            assert_eq!(answer.problem(409)["code"], "not_editable", "{status}");
        }
    }
    assert_eq!(app.get(PATH).await.items().len(), 12, "nothing was written");
}

#[tokio::test]
async fn criteria_are_written_by_those_who_write_editions_over_a_version_they_have_read() {
    let (app, admin) = with_draft().await;
    let body = json!({"items": three()});
    let request = |token: &str| app.request(Method::PUT, PATH).token(token).json(&body);
    assert_eq!(request(&admin).send().await.problem(428)["code"], "precondition_required");
    for role in [Role::Juror, Role::JuryChair, Role::Auditor] {
        let token = app.token(role).await;
        request(&token).if_match("*").send().await.problem(403);
    }
    let writer = app.token_of(&app.integration(&[Scope::EditionsWrite])).await;
    for token in [writer, app.token(Role::IcsoOfficer).await, app.token(Role::MinistryOfficer).await] {
        request(&token).if_match("*").send().await.expect(200);
    }
    let entry = &app.get_as(&admin, "/v1/audit?resource_type=criteria&sort=at").await.items()[0];
    assert_eq!(entry["before"]["items"].as_array().unwrap().len(), 12);
    assert_eq!(entry["after"]["items"].as_array().unwrap().len(), 3);
    let unknown = app.put(&admin, "/v1/editions/2099/criteria", "*", &body).await;
    unknown.problem(404);
}

#[tokio::test]
async fn of_concurrent_replacements_of_a_version_one_is_kept() {
    let (app, token) = with_draft().await;
    let etag = app.get("/v1/editions/2027").await.header("etag").to_owned();
    let mut running = tokio::task::JoinSet::new();
    for place in 0..8 {
        let body = json!({"items": [criterion("city", &format!("c{place}"), 100)]});
        let request = app.request(Method::PUT, PATH).token(&token).if_match(&etag);
        running.spawn(request.json(&body).send());
    }
    let mut statuses: Vec<u16> = running.join_all().await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![412; 7]].concat());
    assert_eq!(app.get(PATH).await.items().len(), 1);
}

/// How a sentence speaks of the nominations of a kind.
fn of_kind(kind: &str) -> String {
    nasij::language::terms::name("nominations.of_kind", kind, nasij::language::Language::En)
}
