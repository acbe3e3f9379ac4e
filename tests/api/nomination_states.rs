//! The way of a nomination through its states, the calls that it is submitted to, and its history.

use nasij::access::{Role, Scope};
use nasij::database::types::UtcTime;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::nominations::{NOMINATIONS, of_association, of_city, path};
use crate::steps::{association, fault, faults};

fn transitions(nomination: &Value) -> String {
    format!("{}/transitions", path(nomination))
}

fn hours(hours: i64) -> String {
    UtcTime::now().plus_seconds(hours * 3600).to_string()
}

#[tokio::test]
async fn a_draft_is_submitted_and_withdrawn_over_the_version_that_was_read() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    let created = app.post(&token, NOMINATIONS, &of_city(2027, "fes")).await.expect(201);
    let nomination = created.json();
    let go = |to: &str| {
        app.request(Method::POST, &transitions(&nomination)).token(&token).json(&json!({"to": to}))
    };
    assert_eq!(go("submitted").send().await.problem(428)["code"], "precondition_required");
    let submitted = go("submitted").if_match(created.header("etag")).send().await.expect(201);
    assert_eq!(submitted.header("location"), format!("{}/history", path(&nomination)));
    let change = submitted.json();
    assert_eq!((&change["from"], &change["to"]), (&json!("draft"), &json!("submitted")));
    assert_eq!(change["nomination_id"], nomination["id"]);
    assert!(change.get("reason").is_none());
    let stale = go("withdrawn").if_match(created.header("etag")).send().await;
    let version = |etag: &str| etag.split('-').next().unwrap().to_owned();
    assert_eq!(version(stale.header("etag")), version(app.get(&path(&nomination)).await.header("etag")));
    stale.problem(412);
    // The ETag of a change is good for the next one.
    go("withdrawn").if_match(submitted.header("etag")).send().await.expect(201);
    assert_eq!(app.get(&path(&nomination)).await.json()["status"], "withdrawn");
}

#[tokio::test]
async fn a_way_that_there_is_not_is_refused_with_those_that_there_are() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    let nomination = app.nominate(&token, &of_city(2027, "fes")).await;
    let problem = app.take_to(&token, &nomination, "draft").await.problem(409);
    assert_eq!((&problem["code"], faults(&problem)), (&json!("wrong_state"), fault("/to", "one_of")));
    for told in [&problem["detail"], &problem["errors"][0]["detail"]] {
        let told = told.as_str().unwrap();
        assert!(told.contains("submitted") && told.contains("withdrawn"), "{told}");
    }
    app.take_to(&token, &nomination, "submitted").await.expect(201);
    for to in ["draft", "submitted"] {
        let problem = app.take_to(&token, &nomination, to).await.problem(409);
        assert_eq!(problem["code"], "wrong_state", "{to}");
        let allowed = problem["errors"][0]["detail"].as_str().unwrap();
        assert!(allowed.contains("withdrawn") && !allowed.contains("submitted"), "{allowed}");
    }
    app.take_to(&token, &nomination, "withdrawn").await.expect(201);
    for to in ["draft", "submitted", "withdrawn"] {
        assert_eq!(app.take_to(&token, &nomination, to).await.problem(409)["code"], "wrong_state", "{to}");
    }
    for (body, place, code) in [
        (json!({"to": "eligable"}), "/to", "one_of"),
        (json!({}), "/to", "required"),
        (json!({"to": "withdrawn", "reason": " "}), "/reason", "blank"),
        (json!({"to": "withdrawn", "why": "x"}), "/why", "unknown_field"),
    ] {
        let request = app.request(Method::POST, &transitions(&nomination)).token(&token).if_match("*");
        assert_eq!(faults(&request.json(&body).send().await.problem(422)), fault(place, code), "{body}");
    }
}

#[tokio::test]
async fn only_the_nominator_withdraws() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let nominator = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    let nomination = app.nominate(&nominator, &of_city(2027, "fes")).await;
    app.take_to(&nominator, &nomination, "submitted").await.expect(201);
    for (who, token) in [
        ("an administrator", admin),
        ("the ministry", app.token(Role::MinistryOfficer).await),
        ("ICSO", app.token(Role::IcsoOfficer).await),
        ("its city", app.representative_of_city("fes").await),
        ("another city", app.representative_of_city("safi").await),
        ("another system", app.token_of(&app.integration(&[Scope::NominationsSubmit])).await),
    ] {
        let refused = app.take_to(&token, &nomination, "withdrawn").await.problem(403);
        assert_eq!(refused["code"], "forbidden", "{who}");
    }
    app.take_to(&nominator, &nomination, "withdrawn").await.expect(201);
}

#[tokio::test]
async fn a_draft_is_changed_by_its_nominator_alone() {
    let app = App::start().await;
    app.with_edition(2027, &Value::Null).await;
    let nominator = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    let draft = app.nominate(&nominator, &of_city(2027, "fes")).await;
    let item = path(&draft);
    let patch = json!({"statement": {"ar": "نسيج جمعوي عريق"}, "programme": null});
    for (who, token) in [
        ("the ministry", app.token(Role::MinistryOfficer).await),
        ("ICSO", app.token(Role::IcsoOfficer).await),
        ("its city", app.representative_of_city("fes").await),
    ] {
        assert_eq!(app.patch(&token, &item, "*", &patch).await.problem(403)["code"], "forbidden", "{who}");
        app.delete(&token, &item, "*").await.problem(403);
        app.take_to(&token, &draft, "submitted").await.problem(403);
    }
    let etag = app.get_as(&nominator, &item).await.header("etag").to_owned();
    app.request(Method::PATCH, &item).token(&nominator).merge_patch(&patch).send().await.problem(428);
    let changed = app.patch(&nominator, &item, &etag, &patch).await.expect(200);
    assert_eq!(changed.json()["statement"].as_object().unwrap().len(), 2);
    assert!(changed.json().get("programme").is_none());
    app.patch(&nominator, &item, &etag, &patch).await.problem(412);
    let body = of_city(2027, "fes");
    let replaced = app.put(&nominator, &item, changed.header("etag"), &body).await.expect(200).json();
    assert_eq!(replaced["statement"], body["statement"]);
    app.delete(&nominator, &item, &etag).await.problem(412);
    app.delete(&nominator, &item, "*").await.expect(204);
    app.get_as(&nominator, &item).await.problem(410);
    app.nominate(&nominator, &of_city(2027, "fes")).await;
}

#[tokio::test]
async fn what_is_nominated_for_which_edition_stays() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    app.with_edition(2028, &Value::Null).await;
    let draft = app.nominate(&token, &of_city(2027, "fes")).await;
    let patch = |patch: Value| {
        app.request(Method::PATCH, &path(&draft)).token(&token).if_match("*").merge_patch(&patch).send()
    };
    for (change, place) in
        [(json!({"city_code": "safi"}), "/city_code"), (json!({"edition_year": 2028}), "/edition_year")]
    {
        assert_eq!(faults(&patch(change).await.problem(422)), fault(place, "read_only"), "{place}");
    }
    patch(json!({"city_code": "fes"})).await.expect(200);
    let replaced = app.put(&token, &path(&draft), "*", &of_city(2028, "safi")).await.problem(422);
    let places: Vec<String> = faults(&replaced).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, ["/city_code", "/edition_year"]);
}

#[tokio::test]
async fn what_was_submitted_is_neither_changed_nor_deleted() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    let nomination = app.nominate(&token, &of_city(2027, "fes")).await;
    for to in ["submitted", "withdrawn"] {
        app.take_to(&token, &nomination, to).await.expect(201);
        let item = path(&nomination);
        let before = app.get(&item).await.expect(200);
        for answer in [
            app.patch(&token, &item, "*", &json!({"statement": {"fr": "Autre"}})).await,
            app.put(&token, &item, "*", &of_city(2027, "fes")).await,
            app.delete(&token, &item, "*").await,
        ] {
            let problem = answer.problem(409);
            assert_eq!(problem["code"], "not_editable", "{to}");
            assert!(problem["detail"].as_str().unwrap().contains(to));
        }
        assert_eq!(app.get(&item).await.header("etag"), before.header("etag"));
    }
}

#[tokio::test]
async fn a_nomination_is_submitted_within_the_window_of_its_call() {
    let app = App::start().await;
    let closed = json!({"opens_at": hours(-48), "closes_at": hours(-1)});
    let coming = json!({"opens_at": hours(1), "closes_at": hours(48)});
    let open = json!({"opens_at": hours(-1), "closes_at": hours(1)});
    let token = app.with_edition(2027, &json!({"city_call": closed, "honours_call": open})).await;
    app.with_edition(2028, &json!({"city_call": coming})).await;
    app.with_edition(2029, &json!({"city_call": open, "honours_call": open})).await;
    app.with_honours_edition(2030, &json!({"city_call": open, "honours_call": open})).await;
    app.with_honours_edition(2031, &json!({"honours_call": closed})).await;
    app.with_draft_edition(2032, &json!({"city_call": open, "honours_call": open})).await;
    let some = app.add_association(&token, &association("Association")).await.json();
    for (body, status) in [
        (of_city(2027, "fes"), 409),
        (of_city(2028, "fes"), 409),
        (of_city(2029, "fes"), 201),
        // The window alone opens nothing.
        (of_association(2029, &some["id"]), 409),
        (of_city(2030, "fes"), 409),
        (of_association(2030, &some["id"]), 201),
        (of_association(2031, &some["id"]), 409),
        (of_city(2032, "fes"), 409),
        (of_association(2032, &some["id"]), 409),
        // The real editions are over, whatever stands in their windows.
        (of_city(2025, "fes"), 409),
    ] {
        let nomination = app.nominate(&token, &body).await;
        let answer = app.take_to(&token, &nomination, "submitted").await;
        assert_eq!(answer.status, status, "{body}");
        if status == 409 {
            let problem = answer.problem(409);
            assert_eq!(problem["code"], "call_closed", "{body}");
            assert!(problem["detail"].as_str().unwrap().contains(&body["edition_year"].to_string()));
            let shown = app.get_as(&token, &path(&nomination)).await.json();
            assert_eq!(shown["status"], "draft", "{body}");
            app.get(&path(&nomination)).await.problem(404);
        }
    }
}

#[tokio::test]
async fn nothing_is_submitted_to_a_draft_of_an_edition() {
    let app = App::start().await;
    let token = app.with_draft_edition(2027, &Value::Null).await;
    let nomination = app.nominate(&token, &of_city(2027, "fes")).await;
    assert_eq!(app.take_to(&token, &nomination, "submitted").await.problem(409)["code"], "call_closed");
    app.put_edition_in(2027, "city_call_open");
    app.take_to(&token, &nomination, "submitted").await.expect(201);
}

#[tokio::test]
async fn nothing_is_submitted_to_an_edition_that_was_deleted() {
    let app = App::start().await;
    let token = app.with_draft_edition(2027, &Value::Null).await;
    let nomination = app.nominate(&token, &of_city(2027, "fes")).await;
    app.delete(&token, "/v1/editions/2027", "*").await.expect(204);
    app.get("/v1/editions/2027").await.problem(410);
    app.take_to(&token, &nomination, "submitted").await.problem(410);
    app.get(&path(&nomination)).await.problem(404);
}

#[tokio::test]
async fn nothing_is_submitted_for_a_subject_that_was_deleted() {
    let app = App::start().await;
    let token = app.with_honours_edition(2027, &Value::Null).await;
    let some = app.add_association(&token, &association("Association")).await.json();
    let nomination = app.nominate(&token, &of_association(2027, &some["id"])).await;
    let item = format!("/v1/associations/{}", some["id"].as_str().unwrap());
    app.delete(&token, &item, "*").await.expect(204);
    app.get(&item).await.problem(410);
    let answer = app.take_to(&token, &nomination, "submitted").await;
    assert!([409, 410].contains(&answer.status), "{}", answer.status);
}

#[tokio::test]
async fn of_twenty_concurrent_submissions_one_wins() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    for (city, blind) in [("fes", false), ("safi", true)] {
        let created = app.post(&token, NOMINATIONS, &of_city(2027, city)).await.expect(201);
        let etag = if blind { "*" } else { created.header("etag") };
        let nomination = created.json();
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let request = app.request(Method::POST, &transitions(&nomination)).token(&token).if_match(etag);
            running.spawn(request.json(&json!({"to": "submitted"})).send());
        }
        let statuses: Vec<u16> = running.join_all().await.iter().map(|answer| answer.status).collect();
        let won = statuses.iter().filter(|status| **status == 201).count();
        let lost = |status: &&u16| **status == 412 || (blind && **status == 409);
        assert_eq!((won, statuses.iter().filter(lost).count()), (1, 19), "{statuses:?}");
        let history = app.get(&format!("{}/history", path(&nomination))).await.items();
        assert_eq!(history.len(), 2);
    }
}

#[tokio::test]
async fn a_rehearsed_submission_leaves_nothing() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    let draft = app.nominate(&token, &of_city(2027, "fes")).await;
    let rehearsal = format!("{}?dry_run=true", transitions(&draft));
    let request = app.request(Method::POST, &rehearsal).token(&token).if_match("*");
    request.json(&json!({"to": "submitted"})).send().await.expect(201);
    assert_eq!(app.get_as(&token, &path(&draft)).await.json()["status"], "draft");
    app.get(&path(&draft)).await.problem(404);
    let history = app.get_as(&token, &format!("{}/history", path(&draft))).await.items();
    assert_eq!(history.len(), 1);
}

#[tokio::test]
async fn a_repeated_submission_with_the_same_key_gives_the_first_answer() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    let created = app.post(&token, NOMINATIONS, &of_city(2027, "fes")).await.expect(201);
    let nomination = created.json();
    let submit = || {
        app.request(Method::POST, &transitions(&nomination))
            .token(&token)
            .if_match(created.header("etag"))
            .header("idempotency-key", "\"submit-1\"")
            .json(&json!({"to": "submitted"}))
            .send()
    };
    let first = submit().await.expect(201);
    let again = submit().await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!((again.json(), again.header("etag")), (first.json(), first.header("etag")));
}

#[tokio::test]
async fn the_history_tells_every_change_but_not_who_made_it() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    let nomination = app.nominate(&token, &of_city(2027, "fes")).await;
    app.take_to(&token, &nomination, "submitted").await.expect(201);
    app.take_to(&token, &nomination, "withdrawn").await.expect(201);
    let answer = app.get(&format!("{}/history?count=exact", path(&nomination))).await.expect(200);
    for who in [&app.admin().client_id, "First administrator"] {
        assert!(!answer.text().contains(who), "{who} is not public");
    }
    let history = answer.json();
    assert_eq!(history["page"]["total"], 3);
    let items = history["items"].as_array().unwrap();
    let ways: Vec<(Option<&str>, &str)> =
        items.iter().map(|change| (change["from"].as_str(), change["to"].as_str().unwrap())).collect();
    let expected = [(None, "draft"), (Some("draft"), "submitted"), (Some("submitted"), "withdrawn")];
    assert_eq!(ways, expected);
    assert!(items[0].get("reason").is_none());
    assert_eq!(items[1]["reason"], "Parce que.");
    let times: Vec<UtcTime> =
        items.iter().map(|change| change["at"].as_str().unwrap().parse().unwrap()).collect();
    assert!(times.is_sorted());
    let shown = app.get(&path(&nomination)).await.json();
    assert_eq!((&shown["submitted_at"], &shown["updated_at"]), (&items[1]["at"], &items[2]["at"]));
}
