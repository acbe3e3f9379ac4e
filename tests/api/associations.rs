//! The register of associations: made, read, changed, replaced and deleted.

use nasij::access::{Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::steps::{association, column, fault, faults, full_association};

/// What of a representation was written, without what the service adds.
fn written(mut association: Value) -> Value {
    let fields = association.as_object_mut().expect("an object");
    for added in ["id", "province_code", "founded_year", "links", "created_at", "updated_at"] {
        assert!(fields.shift_remove(added).is_some(), "{added} is missing");
    }
    assert_eq!(fields.shift_remove("distinctions"), Some(json!([])), "nobody has honoured it");
    association
}

#[tokio::test]
async fn an_association_is_shown_as_it_was_written() {
    let app = App::start().await;
    let token = app.token(Role::MinistryOfficer).await;
    let created = app.add_association(&token, &full_association("Axe")).await;
    assert_eq!(created.header("cache-control"), "private, no-store");
    let path = created.header("location");
    let shown = created.json();
    assert_eq!(path, format!("/v1/associations/{}", shown["id"].as_str().unwrap()));
    assert_eq!((&shown["province_code"], &shown["founded_year"]), (&json!("01.571"), &json!(2015)));
    let read = app.get(path).await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (shown.clone(), created.header("etag")));
    assert_eq!(written(shown), full_association("Axe"));
    let expanded = app.get(&format!("{path}?expand=city.province,province")).await.expect(200).json();
    assert_eq!(expanded["city"]["slug"], "tetouan");
    assert_eq!(
        (&expanded["city"]["province"]["code"], &expanded["province"]["code"]),
        (&json!("01.571"), &json!("01.571"))
    );
}

#[tokio::test]
async fn the_least_association_has_a_name_and_nothing_else() {
    let app = App::start().await;
    let token = app.token(Role::MinistryOfficer).await;
    let shown = app.add_association(&token, &json!({"name": {"ar": "وحدها"}})).await.json();
    let fields: Vec<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "id",
        "name",
        "activity_fields",
        "values",
        "attestations",
        "links",
        "sources",
        "distinctions",
        "created_at",
        "updated_at",
    ];
    assert_eq!(fields, expected);
    assert_eq!((&shown["activity_fields"], &shown["attestations"]), (&json!([]), &json!({})));
}

#[tokio::test]
async fn a_seat_is_found_by_slug_or_given_as_a_province() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    for (name, seat, city, province) in [
        ("By slug", json!({"city_code": "tetouan"}), json!("01.571.01.11"), json!("01.571")),
        (
            "By both",
            json!({"city_code": "oujda", "province_code": "02.411"}),
            json!("02.411.01.23"),
            json!("02.411"),
        ),
        ("By province", json!({"province_code": "02.411"}), Value::Null, json!("02.411")),
    ] {
        let mut body = association(name);
        json_patch::merge(&mut body, &seat);
        let shown = app.add_association(&token, &body).await.json();
        assert_eq!((&shown["city_code"], &shown["province_code"]), (&city, &province), "{name}");
    }
}

#[tokio::test]
async fn a_merge_patch_changes_what_it_names_and_null_makes_unknown() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let created = app.add_association(&token, &full_association("Patched")).await;
    let path = created.header("location");
    let patch = json!({
        "name": {"en": null, "zgh": "ⴰⵙⵍⴰⵢ"},
        "acronym": null,
        "attestations": {"non_profit": null, "national": false},
        "values": ["development"],
        "volunteers": 41.0,
        "city_code": null,
        "object": null,
    });
    let changed = app.patch(&token, path, created.header("etag"), &patch).await.expect(200);
    let mut expected = full_association("Patched");
    json_patch::merge(&mut expected, &patch);
    expected["volunteers"] = json!(41);
    let mut shown = changed.json();
    assert!(shown.get("city_code").is_none() && shown.get("province_code").is_none(), "{shown}");
    shown["province_code"] = json!("");
    assert_eq!(written(shown), expected);
    let (mut before, mut after) = (created.json(), changed.json());
    assert_ne!(after["updated_at"], before["updated_at"]);
    assert_eq!(after["created_at"].take(), before["created_at"].take());
    assert_eq!(app.get(path).await.json(), changed.json());
    let empty = app.patch(&token, path, changed.header("etag"), &json!({})).await.expect(200);
    assert_eq!(written_without_seat(empty.json()), expected);
}

fn written_without_seat(mut shown: Value) -> Value {
    shown["province_code"] = json!("");
    written(shown)
}

#[tokio::test]
async fn a_replacement_forgets_what_it_leaves_out() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let created = app.add_association(&token, &full_association("Replaced")).await;
    let path = created.header("location");
    let body = json!({"name": {"fr": "Replaced"}, "volunteers": 7});
    let replaced = app.put(&token, path, created.header("etag"), &body).await.expect(200).json();
    assert_eq!((&replaced["name"], &replaced["volunteers"]), (&body["name"], &json!(7)));
    for gone in ["acronym", "object", "city_code", "founded_on", "founded_year", "website", "email", "status"]
    {
        assert!(replaced.get(gone).is_none(), "{gone}");
    }
    assert_eq!((&replaced["values"], &replaced["id"]), (&json!([]), &created.json()["id"]));
}

#[tokio::test]
async fn a_deleted_association_is_gone_from_everywhere() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let created = app.add_association(&token, &association("Fleeting")).await;
    let path = created.header("location");
    app.delete(&token, path, created.header("etag")).await.expect(204);
    let problem = app.get(path).await.problem(410);
    assert_eq!(problem["code"], "gone");
    assert_eq!(app.associations_named("Fleeting").await, 0);
    app.patch(&token, path, "*", &json!({"volunteers": 1})).await.problem(410);
    app.put(&token, path, "*", &association("Fleeting")).await.problem(410);
    app.add_association(&token, &association("Fleeting")).await;
}

#[tokio::test]
async fn an_identifier_that_is_none_names_nothing() {
    let app = App::start().await;
    for id in ["1", "abc", "00000000-0000-7000-8000-000000000000", "%00", "..%2F", &"a".repeat(3000)] {
        app.get(&format!("/v1/associations/{id}")).await.problem(404);
    }
}

#[tokio::test]
async fn the_same_names_in_the_same_city_are_one_association() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body = json!({"name": {"fr": "Étoile de l'Est"}, "city_code": "oujda"});
    app.add_association(&token, &body).await;
    for name in ["Étoile de l'Est", "ETOILE DE L’EST", " etoile  de l'est"] {
        let same = json!({"name": {"fr": name}, "city_code": "02.411.01.23"});
        let problem = app.post(&token, "/v1/associations", &same).await.problem(409);
        assert_eq!(
            (&problem["code"], faults(&problem)),
            (&json!("already_exists"), fault("/name", "already_exists"))
        );
    }
    app.add_association(&token, &json!({"name": {"fr": "Étoile de l'Est"}, "city_code": "tetouan"})).await;
    let other = app.add_association(&token, &json!({"name": {"fr": "Lune"}, "city_code": "oujda"})).await;
    let renamed =
        app.patch(&token, other.header("location"), "*", &json!({"name": {"fr": "Étoile de l'Est"}})).await;
    assert_eq!(faults(&renamed.problem(409)), fault("/name", "already_exists"));
    assert_eq!(app.get(other.header("location")).await.json(), other.json(), "nothing was changed");
}

#[tokio::test]
async fn a_common_identifier_belongs_to_one_association() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let with_ice = |name: &str| json!({"name": {"fr": name}, "internal": {"ice": "001234567000089"}});
    let first = app.add_association(&token, &with_ice("First")).await;
    let taken = app.post(&token, "/v1/associations", &with_ice("Second")).await.problem(409);
    assert_eq!(faults(&taken), fault("/internal/ice", "already_exists"));
    let second = app.add_association(&token, &association("Second")).await;
    let patch = json!({"internal": {"ice": "001234567000089"}});
    let taken = app.patch(&token, second.header("location"), "*", &patch).await.problem(409);
    assert_eq!(faults(&taken), fault("/internal/ice", "already_exists"));
    app.patch(&token, first.header("location"), "*", &patch).await.expect(200);
    app.delete(&token, first.header("location"), "*").await.expect(204);
    app.patch(&token, second.header("location"), "*", &patch).await.expect(200);
}

#[tokio::test]
async fn many_who_create_the_same_association_at_once_create_one() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body = association("At once");
    let requests = (0..12).map(|_| app.post(&token, "/v1/associations", &body));
    let answers = futures_util::future::join_all(requests).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201], vec![409; 11]].concat());
    assert_eq!(app.associations_named("At once").await, 1);
}

#[tokio::test]
async fn who_may_write_the_register_is_decided_by_scope_and_role() {
    let app = App::start().await;
    let officer = app.token(Role::MinistryOfficer).await;
    let system = app.token_of(&app.integration(&[Scope::AssociationsWrite])).await;
    let reader = app.token_of(&app.integration(&[Scope::AssociationsReadInternal])).await;
    app.request(Method::POST, "/v1/associations").json(&association("Nobody")).send().await.problem(401);
    for role in [Role::Auditor, Role::Juror, Role::IcsoOfficer] {
        let refused = app.post(&app.token(role).await, "/v1/associations", &association("Refused")).await;
        assert!(refused.header("www-authenticate").contains("scope=\"associations:write\""), "{role}");
        let problem = refused.problem(403);
        assert!(problem["detail"].as_str().unwrap().contains("associations:write"), "{problem}");
    }
    app.post(&reader, "/v1/associations", &association("Refused")).await.problem(403);
    let created = app.add_association(&system, &association("Of a system")).await;
    let (path, own) = (created.header("location"), app.representative_of(&created.json()).await);
    let other = app.add_association(&officer, &association("Of another")).await;
    app.patch(&own, path, "*", &json!({"volunteers": 3})).await.expect(200);
    for (status, answer) in [
        (403, app.patch(&own, other.header("location"), "*", &json!({"volunteers": 3})).await),
        (403, app.put(&own, other.header("location"), "*", &association("Taken over")).await),
        (403, app.delete(&own, path, "*").await),
        (403, app.post(&own, "/v1/associations", &association("One more")).await),
    ] {
        assert_eq!(answer.problem(status)["code"], "forbidden");
    }
    assert_eq!(column(&[app.get(path).await.json()], "volunteers"), [&json!(3)]);
}
