//! The way of an edition through its states: which steps there are, and what each of them needs.

use nasij::access::{Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::nominations::{of_association, path as nomination_path};
use crate::steps::{association, column, fault, faults};

/// All states of an edition.
pub(crate) const STATES: [&str; 11] = [
    "draft",
    "city_call_open",
    "city_review",
    "designated",
    "honours_call_open",
    "honours_review",
    "in_progress",
    "completed",
    "archived",
    "postponed",
    "cancelled",
];

/// The steps that can be asked for, as the product's page tells them.
const STEPS: [(&str, &str); 17] = [
    ("draft", "city_call_open"),
    ("city_call_open", "city_review"),
    ("designated", "honours_call_open"),
    ("honours_call_open", "honours_review"),
    ("honours_review", "in_progress"),
    ("in_progress", "completed"),
    ("completed", "archived"),
    ("designated", "postponed"),
    ("honours_call_open", "postponed"),
    ("honours_review", "postponed"),
    ("draft", "cancelled"),
    ("city_call_open", "cancelled"),
    ("city_review", "cancelled"),
    ("designated", "cancelled"),
    ("honours_call_open", "cancelled"),
    ("honours_review", "cancelled"),
    ("postponed", "cancelled"),
];

/// Those that only a designation takes.
const BY_DESIGNATION: [(&str, &str); 3] =
    [("draft", "designated"), ("city_review", "designated"), ("city_review", "draft")];

pub(crate) const PATH: &str = "/v1/editions/2027";

/// A window that is open now.
pub(crate) fn open() -> Value {
    json!({"opens_at": "2020-01-01T00:00:00Z", "closes_at": "2199-01-01T00:00:00Z"})
}

/// A window that is over.
pub(crate) fn over() -> Value {
    json!({"opens_at": "2020-01-01T00:00:00Z", "closes_at": "2020-02-01T00:00:00Z"})
}

/// The body that asks for a step, with what the step cannot be asked without.
fn step(to: &str) -> Value {
    let mut body = json!({"to": to, "reason": {"fr": "Parce que."}});
    if to == "postponed" {
        body["year"] = json!(2029);
    }
    body
}

impl App {
    /// Adds a draft that has all that it needs on its way, and returns an administrator's token.
    pub(crate) async fn with_ready_edition(&self, year: i64) -> String {
        let token = self.token_of(self.admin()).await;
        let edition = json!({
            "year": year, "name": {"fr": format!("Capitale {year}")}, "city_call": open(), "honours_call": open(),
            "starts_on": "2020-06-01", "ends_on": "2020-06-05",
        });
        self.post(&token, "/v1/editions", &edition).await.expect(201);
        token
    }

    /// Asks for a change of an edition's state, whatever its version.
    pub(crate) async fn take_edition(&self, token: &str, path: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, &format!("{path}/transitions"));
        request.token(token).if_match("*").json(body).send().await
    }

    /// As [`App::take_edition`], as a rehearsal.
    async fn rehearse(&self, token: &str, to: &str) -> Answer {
        let request = self.request(Method::POST, &format!("{PATH}/transitions?dry_run=true"));
        request.token(token).if_match("*").json(&step(to)).send().await
    }

    /// Gives the edition of a year a city, without a designation.
    pub(crate) fn give_title(&self, year: i64, city_code: &str) {
        let sql = format!("UPDATE editions SET city_code = '{city_code}' WHERE year = {year}");
        assert_eq!(self.execute(sql), 1, "the edition of {year}");
    }
}

#[tokio::test]
async fn an_edition_goes_step_by_step_and_its_history_tells_how() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    let officer = app.token(Role::MinistryOfficer).await;
    let mut walked = Vec::new();
    for to in [
        "city_call_open",
        "city_review",
        "honours_call_open",
        "honours_review",
        "in_progress",
        "completed",
        "archived",
    ] {
        match to {
            "city_review" => {
                drop(app.patch(&token, PATH, "*", &json!({"city_call": over()})).await.expect(200))
            }
            "honours_call_open" => {
                app.put_edition_in(2027, "designated");
                app.give_title(2027, "03.231.01.0");
            }
            "honours_review" => {
                drop(app.patch(&token, PATH, "*", &json!({"honours_call": over()})).await.expect(200))
            }
            _ => {}
        }
        let before = app.get(PATH).await;
        let request = app.request(Method::POST, &format!("{PATH}/transitions")).token(&officer);
        let body = json!({"to": to, "reason": {"fr": format!("Vers {to}")}});
        let answer = request.if_match(before.header("etag")).json(&body).send().await.expect(201);
        assert_eq!(answer.header("location"), format!("{PATH}/history"));
        let (made, after) = (answer.json(), app.get(PATH).await);
        assert_eq!((&made["from"], &made["to"]), (&before.json()["status"], &json!(to)));
        assert_eq!((&after.json()["status"], &after.json()["status_reason"]), (&json!(to), &body["reason"]));
        let version = |answer: &Answer| answer.header("etag").split('-').next().unwrap().to_owned();
        assert_eq!(version(&answer), version(&after), "good for the next change");
        assert_ne!(version(&answer), version(&before));
        walked.push(made);
    }
    let history = app.get(&format!("{PATH}/history")).await;
    assert!(!history.text().contains("account"), "who made it is not shown");
    assert_eq!(history.items(), walked);
    let latest =
        &app.get_as(&token, "/v1/audit?resource_type=edition&action=transition&sort=-at").await.items()[0];
    assert_eq!(
        (&latest["before"]["status"], &latest["after"]["status"]),
        (&json!("completed"), &json!("archived"))
    );
}

#[tokio::test]
async fn every_other_step_is_refused_and_names_those_that_there_are() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    app.execute("UPDATE editions SET postponed_from = 'designated' WHERE year = 2027".to_owned());
    for from in STATES {
        app.put_edition_in(2027, from);
        let before = app.get(PATH).await.header("etag").to_owned();
        let mut allowed: Vec<&str> = STATES.into_iter().filter(|to| STEPS.contains(&(from, to))).collect();
        if from == "postponed" {
            allowed.insert(0, "designated");
        }
        for to in STATES.into_iter().filter(|to| !allowed.contains(to)) {
            let problem = app.rehearse(&token, to).await.problem(409);
            if BY_DESIGNATION.contains(&(from, to)) {
                assert_eq!(problem["code"], "designation_needed", "{from} → {to}");
                continue;
            }
            assert_eq!(problem["code"], "wrong_state", "{from} → {to}");
            let detail = problem["detail"].as_str().unwrap();
            let (_, named) = detail.split_once("Allowed: ").expect("what is allowed");
            let words: Vec<&str> = named
                .split(['(', ')'])
                .enumerate()
                .filter(|(place, _)| place % 2 == 1)
                .map(|(_, word)| word)
                .collect();
            assert_eq!(words, allowed, "{from} → {to}: {detail}");
            assert_eq!(named == "—.", allowed.is_empty(), "{from} → {to}: {detail}");
            let at_to = if allowed.is_empty() { Default::default() } else { fault("/to", "one_of") };
            assert_eq!(faults(&problem), at_to, "{from} → {to}");
        }
        assert_eq!(app.get(PATH).await.header("etag"), before, "{from}");
    }
}

#[tokio::test]
async fn what_a_city_call_needs_is_named_field_by_field() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    app.rehearse(&token, "city_call_open").await.expect(201);
    let refused = |patch: Value, place: &'static str, code: &'static str| {
        let (app, token) = (&app, &token);
        async move {
            app.patch(token, PATH, "*", &patch).await.expect(200);
            let problem = app.rehearse(token, "city_call_open").await.problem(409);
            assert_eq!(problem["code"], "not_ready", "{patch}");
            assert_eq!(faults(&problem), fault(place, code), "{patch}");
        }
    };
    refused(json!({"city_call": null}), "/city_call", "needed_first").await;
    refused(json!({"city_call": over()}), "/city_call", "call_over").await;
    refused(json!({"city_call": open(), "city_code": "fes"}), "/city_code", "left_to_designation").await;
    app.patch(&token, PATH, "*", &json!({"city_code": null})).await.expect(200);
    app.rehearse(&token, "city_call_open").await.expect(201);
    for (sql, codes) in [
        ("UPDATE editions SET parameters = NULL WHERE year = 2027", vec![("/parameters", "needed_first")]),
        (
            "UPDATE criteria SET weight = weight + 1 WHERE code = 'innovation'",
            vec![("/criteria", "weights_sum")],
        ),
        ("DELETE FROM criteria WHERE nomination_kind = 'city'", vec![("/criteria", "criteria_needed")]),
    ] {
        app.execute(sql.to_owned());
        let problem = app.rehearse(&token, "city_call_open").await.problem(409);
        for (place, code) in codes {
            assert!(faults(&problem).contains(&(place.to_owned(), code.to_owned())), "{sql}: {problem}");
        }
    }
    let problem = app.rehearse(&token, "city_call_open").await.problem(409);
    assert_eq!(faults(&problem).len(), 3, "all at once: {problem}");
}

#[tokio::test]
async fn nominations_are_examined_only_when_the_call_is_over() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    for (from, to, call) in [
        ("city_call_open", "city_review", "city_call"),
        ("honours_call_open", "honours_review", "honours_call"),
    ] {
        app.put_edition_in(2027, from);
        let problem = app.rehearse(&token, to).await.problem(409);
        assert_eq!(problem["code"], "call_still_open");
        assert!(problem["detail"].as_str().unwrap().contains("1 January 2199 at 01:00 (Morocco time)"));
        app.patch(&token, PATH, "*", &json!({call: over()})).await.expect(200);
        app.rehearse(&token, to).await.expect(201);
    }
}

#[tokio::test]
async fn a_call_for_honours_has_a_window_that_is_not_over() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    app.put_edition_in(2027, "designated");
    app.rehearse(&token, "honours_call_open").await.expect(201);
    for (window, code) in [(Value::Null, "needed_first"), (over(), "call_over")] {
        app.patch(&token, PATH, "*", &json!({"honours_call": window})).await.expect(200);
        let problem = app.rehearse(&token, "honours_call_open").await.problem(409);
        assert_eq!(problem["code"], "not_ready");
        assert_eq!(faults(&problem), fault("/honours_call", code));
    }
}

#[tokio::test]
async fn a_call_for_honours_needs_criteria_for_associations_that_add_up() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    app.put_edition_in(2027, "designated");
    app.execute("DELETE FROM criteria WHERE nomination_kind = 'city'".to_owned());
    app.rehearse(&token, "honours_call_open").await.expect(201);
    for (sql, code) in [
        (
            "UPDATE criteria SET weight = weight + 1 WHERE position = (SELECT MAX(position) FROM criteria)",
            "weights_sum",
        ),
        ("DELETE FROM criteria", "criteria_needed"),
    ] {
        app.execute(sql.to_owned());
        let problem = app.rehearse(&token, "honours_call_open").await.problem(409);
        assert_eq!(problem["code"], "not_ready");
        assert_eq!(faults(&problem), fault("/criteria", code));
    }
}

#[tokio::test]
async fn celebrations_begin_on_their_day_with_a_city_and_with_the_honours_decided() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    app.put_edition_in(2027, "honours_review");
    let problem = app.rehearse(&token, "in_progress").await.problem(409);
    assert_eq!(faults(&problem), fault("/city_code", "title_vacant"));
    app.give_title(2027, "03.231.01.0");
    app.rehearse(&token, "in_progress").await.expect(201);
    for (patch, place, code) in [
        (json!({"starts_on": null}), "/starts_on", "needed_first"),
        (json!({"starts_on": "2199-05-01", "ends_on": "2199-05-02"}), "/starts_on", "not_yet"),
        (json!({"starts_on": "2020-05-01", "ends_on": null}), "/ends_on", "needed_first"),
    ] {
        app.patch(&token, PATH, "*", &patch).await.expect(200);
        let problem = app.rehearse(&token, "in_progress").await.problem(409);
        assert_eq!(faults(&problem), fault(place, code), "{patch}");
    }
    app.patch(&token, PATH, "*", &json!({"ends_on": "2199-01-01"})).await.expect(200);
    let some = app.add_association(&token, &association("Association")).await.json();
    let nomination = app.nominate(&token, &of_association(2027, &some["id"])).await;
    app.rehearse(&token, "in_progress").await.expect(201);
    for status in ["submitted", "needs_completion", "eligible", "under_evaluation"] {
        app.put_nomination_in(&nomination, status);
        let problem = app.rehearse(&token, "in_progress").await.problem(409);
        assert_eq!(faults(&problem), fault("/honours", "undecided_nominations"), "{status}");
    }
    for status in
        ["ineligible", "selected", "reserve", "not_selected", "withdrawn", "disqualified", "revoked"]
    {
        app.put_nomination_in(&nomination, status);
        app.rehearse(&token, "in_progress").await.expect(201);
    }
    app.put_nomination_in(&nomination, "ineligible");
    app.execute("UPDATE nominations SET screened_at = updated_at".to_owned());
    let problem = app.rehearse(&token, "in_progress").await.problem(409);
    assert_eq!(faults(&problem), fault("/honours", "undecided_nominations"), "it can still appeal");
    app.get(&nomination_path(&nomination)).await.expect(200);
    app.put_edition_in(2027, "in_progress");
    let problem = app.rehearse(&token, "completed").await.problem(409);
    assert_eq!(faults(&problem), fault("/ends_on", "not_yet"));
    app.patch(&token, PATH, "*", &json!({"ends_on": "2020-05-02"})).await.expect(200);
    app.rehearse(&token, "completed").await.expect(201);
}

#[tokio::test]
async fn a_step_is_taken_once_from_the_version_that_was_read() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    let transitions = format!("{PATH}/transitions");
    let request = || app.request(Method::POST, &transitions).token(&token);
    let without = request().json(&step("city_call_open")).send().await;
    assert_eq!(without.problem(428)["code"], "precondition_required");
    let etag = app.get(PATH).await.header("etag").to_owned();
    let mut running = tokio::task::JoinSet::new();
    for place in 0..10 {
        let to = ["city_call_open", "cancelled"][place % 2];
        running.spawn(request().if_match(&etag).json(&step(to)).send());
    }
    let mut statuses: Vec<u16> = running.join_all().await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    // Whoever comes after a cancellation finds the edition at another version as well.
    assert_eq!(statuses, [vec![201], vec![412; 9]].concat());
    assert_eq!(app.get(&format!("{PATH}/history")).await.items().len(), 1);
    let last = request().if_match(&etag).json(&step("cancelled")).send().await;
    last.problem(412);
}

#[tokio::test]
async fn the_ministry_and_administrators_alone_change_the_state() {
    let app = App::start().await;
    app.with_ready_edition(2027).await;
    let integration = app.token_of(&app.integration(&[Scope::EditionsWrite])).await;
    for token in [integration, app.token(Role::IcsoOfficer).await, app.token(Role::JuryChair).await] {
        for to in ["city_call_open", "designated", "draft"] {
            app.rehearse(&token, to).await.problem(403);
        }
    }
    for role in [Role::Admin, Role::MinistryOfficer] {
        app.rehearse(&app.token(role).await, "city_call_open").await.expect(201);
    }
    let answer = app.request(Method::POST, &format!("{PATH}/transitions")).if_match("*");
    answer.json(&step("city_call_open")).send().await.problem(401);
    let history = app.get(&format!("{PATH}/history")).await.items();
    assert!(column(&history, "to").is_empty(), "nothing but rehearsals");
}
