//! Editions that are put off, called off, deleted or archived.

use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::edition_states::{PATH, STATES};
use crate::nominations::of_city;
use crate::steps::{column, fault, faults};

const FES: &str = "03.231.01.0";

fn postponed_to(year: i64) -> Value {
    json!({"to": "postponed", "reason": {"fr": "Pandémie", "ar": "جائحة"}, "year": year})
}

#[tokio::test]
async fn a_postponed_edition_has_another_year_and_returns_to_where_it_was() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    app.give_title(2027, FES);
    let mut path = PATH.to_owned();
    for (from, year) in [("designated", 2028), ("honours_call_open", 2029), ("honours_review", 2031)] {
        let before = app.get(&path).await.json();
        app.put_edition_in(before["year"].as_i64().unwrap(), from);
        let answer = app.take_edition(&token, &path, &postponed_to(year)).await.expect(201);
        let new_path = format!("/v1/editions/{year}");
        assert_eq!(answer.header("location"), format!("{new_path}/history"));
        assert_eq!(answer.json()["edition_year"], year);
        assert_eq!(app.get(&path).await.problem(404)["code"], "no_edition");
        let edition = app.get(&new_path).await.expect(200).json();
        assert_eq!((&edition["year"], &edition["status"]), (&json!(year), &json!("postponed")));
        assert_eq!(edition["designated_for_year"], 2027, "the year that it was first designated for");
        assert_eq!(edition["city_code"], FES);
        let postponement = &edition["postponement"];
        assert_eq!((&postponement["from_year"], &postponement["to_year"]), (&json!(2027), &json!(year)));
        assert_eq!(postponement["reason"], json!({"fr": "Pandémie", "ar": "جائحة"}));
        assert_eq!(app.get("/v1/cities/fes").await.json()["capital_years"], json!([year]));
        for to in ["designated", "honours_call_open", "honours_review"].iter().filter(|to| **to != from) {
            let problem = app.take_edition(&token, &new_path, &json!({"to": to})).await.problem(409);
            assert_eq!(problem["code"], "wrong_state", "{from}, postponed, to {to}");
            assert!(
                problem["detail"].as_str().unwrap().contains(&format!("({from}), “Cancelled” (cancelled).")),
                "{problem}"
            );
        }
        app.take_edition(&token, &new_path, &json!({"to": from})).await.expect(201);
        let back = app.get(&new_path).await.json();
        assert_eq!((&back["status"], &back["year"]), (&json!(from), &json!(year)));
        assert!(back.get("status_reason").is_none(), "the reason was that of the postponement");
        assert_eq!(back["postponement"], edition["postponement"]);
        path = new_path;
    }
    let history = app.get(&format!("{path}/history")).await.items();
    assert_eq!(column(&history, "edition_year"), [2028, 2028, 2029, 2029, 2031, 2031]);
    let problem = app.take_edition(&token, &path, &json!({"to": "designated"})).await.problem(409);
    assert_eq!(problem["code"], "wrong_state", "there is no way back but from a postponement");
}

#[tokio::test]
async fn a_year_whose_edition_was_postponed_is_explained_in_the_language_of_the_answer() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    app.put_edition_in(2027, "designated");
    let put_off =
        |year: i64, french: &str| json!({"to": "postponed", "reason": {"fr": french}, "year": year});
    app.take_edition(&token, PATH, &put_off(2028, "Pandémie.")).await.expect(201);
    app.take_edition(&token, "/v1/editions/2028", &json!({"to": "designated"})).await.expect(201);
    app.take_edition(&token, "/v1/editions/2028", &put_off(2030, "Séisme.")).await.expect(201);
    for (year, to_year, reason) in [(2027, 2028, "Pandémie"), (2028, 2030, "Séisme")] {
        for (language, words) in [("fr", "reportée à"), ("en", "postponed to"), ("ar", "أُجّلت إلى سنة")]
        {
            let request = app.request(Method::GET, &format!("/v1/editions/{year}"));
            let problem = request.header("accept-language", language).send().await.problem(404);
            assert_eq!(problem["code"], "no_edition", "{year}");
            let told = format!("{words} {to_year} ({reason})");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains(&told) && detail.contains(&year.to_string()), "{detail}");
            assert!(detail.contains(&format!("/v1/editions/{to_year}.")), "{detail}");
        }
    }
    assert_eq!(app.get("/v1/editions/2029").await.problem(404)["code"], "not_found");
    let edition = app.get("/v1/editions/2030").await.expect(200).json();
    assert_eq!(
        (&edition["postponement"]["from_year"], &edition["designated_for_year"]),
        (&json!(2027), &json!(2027))
    );
    app.post(&token, "/v1/editions", &json!({"year": 2027, "name": {"fr": "Une autre"}})).await.expect(201);
    app.get(PATH).await.expect(200);
}

#[tokio::test]
async fn an_edition_is_postponed_to_a_later_year_that_is_free() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    app.with_ready_edition(2028).await;
    app.put_edition_in(2027, "designated");
    let before = app.get(PATH).await.header("etag").to_owned();
    for (year, status, code) in [
        (2028, 409, "already_exists"),
        (2027, 422, "range"),
        (2026, 422, "range"),
        (2025, 422, "range"),
        (2201, 422, "range"),
    ] {
        let problem = app.take_edition(&token, PATH, &postponed_to(year)).await.problem(status);
        assert_eq!(faults(&problem), fault("/year", code), "{year}");
    }
    assert_eq!(app.get(PATH).await.header("etag"), before);
    app.take_edition(&token, "/v1/editions/2028", &json!({"to": "cancelled", "reason": {"fr": "Non."}}))
        .await
        .expect(201);
    app.take_edition(&token, PATH, &postponed_to(2028)).await.expect(201);
    assert_eq!(app.get("/v1/editions/2028").await.json()["status"], "postponed", "the live one is shown");
    let new = json!({"year": 2027, "name": {"fr": "Une autre"}});
    app.post(&token, "/v1/editions", &new).await.expect(201);
}

#[tokio::test]
async fn of_editions_that_are_postponed_to_the_same_year_at_once_one_gets_it() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    let years: Vec<i64> = (2027..2035).collect();
    for year in &years {
        if *year != 2027 {
            app.with_ready_edition(*year).await;
        }
        app.put_edition_in(*year, "designated");
    }
    let mut running = tokio::task::JoinSet::new();
    for year in &years {
        let request = app.request(Method::POST, &format!("/v1/editions/{year}/transitions"));
        running.spawn(request.token(&token).if_match("*").json(&postponed_to(2040)).send());
    }
    let mut statuses: Vec<u16> = running.join_all().await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201], vec![409; 7]].concat());
}

#[tokio::test]
async fn to_postpone_and_to_cancel_take_a_reason_and_only_to_postpone_takes_a_year() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    app.put_edition_in(2027, "designated");
    let reason = json!({"fr": "Parce que."});
    for (body, place, code) in [
        (json!({"to": "cancelled"}), "/reason", "required"),
        (json!({"to": "cancelled", "reason": {"fr": " "}}), "/reason/fr", "blank"),
        (json!({"to": "cancelled", "reason": {}}), "/reason", "text_without_language"),
        (json!({"to": "cancelled", "reason": "Parce que."}), "/reason", "type"),
        (json!({"to": "cancelled", "reason": reason, "year": 2028}), "/year", "inapplicable"),
        (json!({"to": "honours_call_open", "year": 2028}), "/year", "inapplicable"),
        (json!({"to": "postponed", "year": 2028}), "/reason", "required"),
        (json!({"to": "postponed", "reason": reason}), "/year", "required"),
        (json!({"to": "nowhere"}), "/to", "one_of"),
        (json!({"reason": reason}), "/to", "required"),
        (json!({"to": "honours_call_open", "city_code": FES}), "/city_code", "unknown_field"),
    ] {
        let problem = app.take_edition(&token, PATH, &body).await.problem(422);
        assert_eq!(faults(&problem), fault(place, code), "{body}");
    }
}

#[tokio::test]
async fn a_cancelled_edition_leaves_its_year_and_its_title() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    app.put_edition_in(2027, "designated");
    app.give_title(2027, FES);
    assert_eq!(app.get("/v1/cities/fes").await.json()["capital_years"], json!([2027]));
    let body = json!({"to": "cancelled", "reason": {"en": "An earthquake.", "ar": "زلزال"}});
    app.take_edition(&token, PATH, &body).await.expect(201);
    let edition = app.get(PATH).await.expect(200).json();
    assert_eq!((&edition["status"], &edition["status_reason"]), (&json!("cancelled"), &body["reason"]));
    assert_eq!(app.get("/v1/cities/fes").await.json()["capital_years"], json!([]));
    let problem = app.take_edition(&token, PATH, &json!({"to": "designated"})).await.problem(409);
    assert_eq!(problem["code"], "wrong_state");
    let next = json!({"year": 2027, "name": {"fr": "La suivante"}, "city_code": FES});
    app.post(&token, "/v1/editions", &next).await.expect(201);
    assert_eq!(app.get(PATH).await.json()["status"], "draft");
    assert_eq!(app.get(&format!("{PATH}/history")).await.items().len(), 0, "the history of the new one");
}

#[tokio::test]
async fn a_draft_with_a_history_is_only_marked_as_deleted() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    app.take_edition(&token, PATH, &json!({"to": "city_call_open"})).await.expect(201);
    app.put_edition_in(2027, "draft");
    app.delete(&token, PATH, "*").await.expect(204);
    for path in ["", "/history", "/criteria"] {
        app.get(&format!("{PATH}{path}")).await.problem(410);
    }
    app.take_edition(&token, PATH, &json!({"to": "city_call_open"})).await.problem(410);
}

#[tokio::test]
async fn the_history_of_an_edition_is_read_by_everybody_and_begins_with_its_first_step() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    assert_eq!(app.get(&format!("{PATH}/history")).await.items().len(), 0);
    assert_eq!(app.get("/v1/editions/2022/history").await.items().len(), 0);
    assert_eq!(app.get("/v1/editions/2021/history").await.problem(404)["code"], "no_edition");
    app.get("/v1/editions/2099/history").await.problem(404);
    let nomination = app.nominate(&token, &of_city(2027, "rabat")).await;
    app.take_edition(&token, PATH, &json!({"to": "city_call_open"})).await.expect(201);
    let juror = app.token(Role::Juror).await;
    for items in [
        app.get(&format!("{PATH}/history")).await.items(),
        app.get_as(&juror, &format!("{PATH}/history?sort=-at")).await.items(),
    ] {
        assert_eq!(column(&items, "to"), ["city_call_open"]);
        assert!(items[0].get("reason").is_none());
    }
    assert_eq!(nomination["edition_year"], 2027);
}

#[tokio::test]
async fn only_a_draft_is_deleted() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    let path = "/v1/editions/2025";
    for status in STATES {
        app.put_edition_in(2025, status);
        let answer = app.request(Method::DELETE, &format!("{path}?dry_run=true")).token(&token).if_match("*");
        let answer = answer.send().await;
        if status == "draft" {
            answer.expect(204);
        } else {
            assert_eq!(answer.problem(409)["code"], "not_editable", "{status}");
        }
    }
}

#[tokio::test]
async fn nothing_of_an_archived_or_cancelled_edition_changes_any_more() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    let base = "/v1/editions/2022";
    let event = app.get(&format!("{base}/events")).await.items()[0]["id"].as_str().unwrap().to_owned();
    let partner = app.get(&format!("{base}/partners")).await.items()[0]["id"].as_str().unwrap().to_owned();
    let (event, partner) = (format!("/events/{event}"), format!("/partners/{partner}"));
    let (new_event, new_partner) =
        (json!({"kind": "stage", "title": {"fr": "Étape"}}), json!({"kind": "partner", "name": {"fr": "A"}}));
    for status in ["archived", "cancelled"] {
        app.put_edition_in(2022, status);
        let before = app.get(base).await.header("etag").to_owned();
        for (method, path, body) in [
            (Method::PUT, "", json!({"year": 2022, "name": {"fr": "Capitale 2022"}})),
            (Method::PATCH, "", json!({"slogan": {"fr": "Ensemble"}})),
            (Method::POST, "/events", new_event.clone()),
            (Method::PUT, &event, new_event.clone()),
            (Method::PATCH, &event, json!({"title": {"fr": "Autre"}})),
            (Method::DELETE, &event, Value::Null),
            (Method::POST, "/partners", new_partner.clone()),
            (Method::PUT, &partner, new_partner.clone()),
            (Method::PATCH, &partner, json!({"name": {"fr": "B"}})),
            (Method::DELETE, &partner, Value::Null),
        ] {
            let mut request = app.request(method.clone(), &format!("{base}{path}")).token(&token);
            if method != Method::POST {
                request = request.if_match("*");
            }
            let request = match method {
                Method::PATCH => request.merge_patch(&body),
                Method::DELETE => request,
                _ => request.json(&body),
            };
            let problem = request.send().await.problem(409);
            assert_eq!(problem["code"], "not_editable", "{status}: {method} {path}");
        }
        assert_eq!(app.get(base).await.header("etag"), before);
    }
}
