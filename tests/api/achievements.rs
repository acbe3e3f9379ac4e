//! Achievements of a nomination: who writes them and while what, and who sees them.

use nasij::access::{Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::nominations::{of_city, path};
use crate::steps::{column, fault, faults};

/// The least that makes an achievement.
pub(crate) fn achievement() -> Value {
    json!({
        "value": "dialogue",
        "title": {"fr": "Les cafés du dialogue"},
        "description": {"fr": "Chaque mois, trente habitants débattent."},
    })
}

fn achievements(nomination: &Value) -> String {
    format!("{}/achievements", path(nomination))
}

#[tokio::test]
async fn an_achievement_is_added_read_changed_and_deleted() {
    let app = App::start().await;
    app.with_edition(2027, &Value::Null).await;
    let nominator = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    let nomination = app.nominate(&nominator, &of_city(2027, "fes")).await;
    let before = app.get_as(&nominator, &path(&nomination)).await.header("etag").to_owned();
    let mut body = achievement();
    body["title"]["ar"] = json!("مقاهي الحوار");
    body["achieved_on"] = json!("2025-06-14");
    body["url"] = json!("https://example.org/dialogue");
    let created = app.post(&nominator, &achievements(&nomination), &body).await.expect(201);
    let made = created.json();
    let item = format!("{}/{}", achievements(&nomination), made["id"].as_str().unwrap());
    assert_eq!(created.header("location"), item);
    assert_eq!(made["nomination_id"], nomination["id"]);
    for field in ["value", "title", "description", "achieved_on", "url"] {
        assert_eq!(made[field], body[field], "{field}");
    }
    let read = app.get_as(&nominator, &item).await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (made, created.header("etag")));
    let patch = json!({"achieved_on": null, "value": "citizenship"});
    app.request(Method::PATCH, &item).token(&nominator).merge_patch(&patch).send().await.problem(428);
    let changed = app.patch(&nominator, &item, created.header("etag"), &patch).await.expect(200);
    assert_eq!(changed.json()["value"], "citizenship");
    assert!(changed.json().get("achieved_on").is_none());
    app.put(&nominator, &item, created.header("etag"), &body).await.problem(412);
    app.delete(&nominator, &item, created.header("etag")).await.problem(412);
    let replaced = app.put(&nominator, &item, changed.header("etag"), &achievement()).await.expect(200);
    assert!(replaced.json().get("url").is_none());
    app.delete(&nominator, &item, replaced.header("etag")).await.expect(204);
    assert_eq!(app.get_as(&nominator, &item).await.problem(404)["code"], "not_found");
    // Nothing of this is a change of the nomination itself.
    assert_eq!(app.get_as(&nominator, &path(&nomination)).await.header("etag"), before);
}

#[tokio::test]
async fn achievements_stand_in_their_order_and_are_counted_by_value() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    let nomination = app.nominate(&token, &of_city(2027, "fes")).await;
    let other = app.nominate(&token, &of_city(2027, "safi")).await;
    app.post(&token, &achievements(&other), &achievement()).await.expect(201);
    for (value, title) in [("dialogue", "Un"), ("coexistence", "Deux"), ("dialogue", "Trois")] {
        let mut body = achievement();
        (body["value"], body["title"]["fr"]) = (json!(value), json!(title));
        app.post(&token, &achievements(&nomination), &body).await.expect(201);
    }
    let query = format!("{}?lang=fr&count=exact&facet=value", achievements(&nomination));
    let page = app.get_as(&token, &query).await.expect(200).json();
    assert_eq!(column(page["items"].as_array().unwrap(), "title"), ["Un", "Deux", "Trois"]);
    assert_eq!(page["page"]["total"], 3);
    let counts = page["facets"]["value"].as_array().unwrap();
    assert!(counts.contains(&json!({"value": "dialogue", "label": "Dialogue", "count": 2})), "{counts:?}");
    let filtered = format!("{}?value=coexistence", achievements(&nomination));
    assert_eq!(app.get_as(&token, &filtered).await.items().len(), 1);
    // An achievement is found below its own nomination alone.
    let id = page["items"][0]["id"].as_str().unwrap();
    app.get_as(&token, &format!("{}/{id}", achievements(&other))).await.problem(404);
    app.delete(&token, &format!("{}/{id}", achievements(&other)), "*").await.problem(404);
}

#[tokio::test]
async fn an_achievement_says_what_was_achieved_and_when() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    let nomination = app.nominate(&token, &of_city(2027, "fes")).await;
    for (field, value, place, code) in [
        ("value", json!("dialog"), "/value", "one_of"),
        ("value", Value::Null, "/value", "type"),
        ("title", json!({}), "/title", "text_without_language"),
        ("title", json!({"fr": "Deux\nlignes"}), "/title/fr", "characters"),
        ("description", json!({"fr": " "}), "/description/fr", "blank"),
        ("achieved_on", json!("2199-01-01"), "/achieved_on", "future"),
        ("achieved_on", json!("hier"), "/achieved_on", "date"),
        ("url", json!("example.org"), "/url", "url"),
        ("position", json!(1), "/position", "unknown_field"),
    ] {
        let mut body = achievement();
        body[field] = value;
        let problem = app.post(&token, &achievements(&nomination), &body).await.problem(422);
        assert_eq!(faults(&problem), fault(place, code), "{body}");
    }
}

#[tokio::test]
async fn achievements_are_seen_with_their_nomination() {
    let app = App::start().await;
    app.with_edition(2027, &Value::Null).await;
    let nominator = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    let nomination = app.nominate(&nominator, &of_city(2027, "fes")).await;
    let made = app.post(&nominator, &achievements(&nomination), &achievement()).await.expect(201);
    let item = made.header("location").to_owned();
    let stranger = app.representative_of_city("safi").await;
    for path in [&item, &achievements(&nomination)] {
        app.get(path).await.problem(404);
        app.get_as(&stranger, path).await.problem(404);
        for token in [app.representative_of_city("fes").await, app.token(Role::Auditor).await] {
            app.get_as(&token, path).await.expect(200);
        }
    }
    // To write is not to see: its city reads the draft of another, and that is all.
    let city = app.representative_of_city("fes").await;
    for token in [&stranger, &city] {
        let expected = if token == &city { 403 } else { 404 };
        app.post(token, &achievements(&nomination), &achievement()).await.problem(expected);
        app.patch(token, &item, "*", &json!({"value": "dialogue"})).await.problem(expected);
        app.delete(token, &item, "*").await.problem(expected);
    }
    app.take_to(&nominator, &nomination, "submitted").await.expect(201);
    app.get(&item).await.expect(200);
    assert_eq!(app.get(&achievements(&nomination)).await.items().len(), 1);
}

#[tokio::test]
async fn achievements_are_written_while_the_nomination_is_and_no_longer() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    let nomination = app.nominate(&token, &of_city(2027, "fes")).await;
    let made = app.post(&token, &achievements(&nomination), &achievement()).await.expect(201);
    let item = made.header("location").to_owned();
    for state in <nasij::nominations::rules::Status as strum::VariantNames>::VARIANTS {
        app.put_nomination_in(&nomination, state);
        let writable = ["draft", "needs_completion"].contains(state);
        let (added, changed) = if writable { (201, 200) } else { (409, 409) };
        let add = app.post(&token, &achievements(&nomination), &achievement()).await;
        assert_eq!(add.status, added, "{state}");
        let change = app.patch(&token, &item, "*", &json!({"value": "development"})).await;
        assert_eq!(change.status, changed, "{state}");
        assert_eq!(app.put(&token, &item, "*", &achievement()).await.status, changed, "{state}");
        let rehearsal = app.delete(&token, &format!("{item}?dry_run=true"), "*").await;
        assert_eq!(rehearsal.status, if writable { 204 } else { 409 }, "{state}");
        if !writable {
            let problem = app.delete(&token, &item, "*").await.problem(409);
            assert_eq!(problem["code"], "not_editable", "{state}");
            assert!(problem["detail"].as_str().unwrap().contains("needs_completion"));
        }
    }
}

#[tokio::test]
async fn a_nomination_has_at_most_fifty_achievements_also_when_they_are_added_at_once() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    let nomination = app.nominate(&token, &of_city(2027, "fes")).await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..60 {
        let request = app.request(Method::POST, &achievements(&nomination)).token(&token);
        running.spawn(request.json(&achievement()).send());
    }
    let answers = running.join_all().await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    let refused = answers
        .iter()
        .filter(|answer| answer.status == 409 && answer.json()["code"] == "too_many_achievements");
    assert_eq!((made, refused.count()), (50, 10));
    let page = app.get_as(&token, &format!("{}?limit=200&count=exact", achievements(&nomination))).await;
    assert_eq!(page.expect(200).json()["page"]["total"], 50);
}
