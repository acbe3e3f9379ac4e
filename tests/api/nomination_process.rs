//! The screening of a nomination: completion, eligibility, appeal, and the way to the jury; in which states of the
//! edition, and who takes each step.

use nasij::access::{Role, Scope};
use nasij::database::types::UtcTime;
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::nominations::{of_city, path};
use crate::steps::{association, fault, faults};

/// An edition for which one active association makes a city eligible.
pub(crate) fn lenient() -> Value {
    json!({"parameters": {"min_active_associations": 1, "min_activity_fields": 1, "appeal_days": 7, "completion_days": 3}})
}

impl App {
    /// Makes a city eligible by [`lenient`] conditions.
    pub(crate) async fn seat_an_association_in(&self, token: &str, city: &str) {
        let code = self.get(&format!("/v1/cities/{city}")).await.json()["code"].clone();
        let mut seated = association(&format!("Association de {city}"));
        for (field, value) in [
            ("city_code", code),
            ("status", json!("active")),
            ("activity_fields", json!(["1"])),
            ("last_activity_on", json!(UtcTime::now().date_in_morocco().to_string())),
        ] {
            seated[field] = value;
        }
        self.add_association(token, &seated).await;
    }

    /// Adds a nomination that is submitted.
    pub(crate) async fn submit(&self, token: &str, body: &Value) -> Value {
        let nomination = self.nominate(token, body).await;
        self.take_to(token, &nomination, "submitted").await.expect(201);
        nomination
    }

    /// Takes a nomination to another state without saying why.
    pub(crate) async fn take_silently(&self, token: &str, nomination: &Value, to: &str) -> Answer {
        let transitions = format!("{}/transitions", path(nomination));
        self.request(Method::POST, &transitions)
            .token(token)
            .if_match("*")
            .json(&json!({"to": to}))
            .send()
            .await
    }

    /// A nomination as everybody reads it.
    pub(crate) async fn shown(&self, nomination: &Value) -> Value {
        self.get(&path(nomination)).await.expect(200).json()
    }

    /// The change must be refused with this problem, and nothing is changed by it.
    pub(crate) async fn refused(&self, token: &str, nomination: &Value, to: &str, code: &str) -> Value {
        let before = self.get_as(token, &path(nomination)).await.header("etag").to_owned();
        let history = self.get_as(token, &format!("{}/history", path(nomination))).await.items();
        let problem = self.take_to(token, nomination, to).await.problem(409);
        assert_eq!(problem["code"], code, "{to}: {problem}");
        assert_eq!(self.get_as(token, &path(nomination)).await.header("etag"), before, "{to}");
        let after = self.get_as(token, &format!("{}/history", path(nomination))).await.items();
        assert_eq!(after, history, "{to}");
        problem
    }
}

#[tokio::test]
async fn what_is_incomplete_goes_back_to_its_nominator_and_comes_again() {
    let app = App::start().await;
    app.with_edition(2027, &lenient()).await;
    let nominator = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    let icso = app.token(Role::IcsoOfficer).await;
    let nomination = app.submit(&nominator, &of_city(2027, "fes")).await;
    let first_submitted_at = app.shown(&nomination).await["submitted_at"].clone();
    for round in 1..=2 {
        let silent = app.take_silently(&icso, &nomination, "needs_completion").await.problem(422);
        assert_eq!(faults(&silent), fault("/reason", "required"));
        let sent_back = app.take_to(&icso, &nomination, "needs_completion").await.expect(201).json();
        let shown = app.shown(&nomination).await;
        let due_at: UtcTime = shown["completion_due_at"].as_str().unwrap().parse().unwrap();
        let at: UtcTime = sent_back["at"].as_str().unwrap().parse().unwrap();
        assert_eq!(due_at, at.plus_seconds(3 * 24 * 60 * 60), "round {round}");
        let better = json!({"statement": {"fr": format!("Mieux dit, {round} fois.")}});
        app.patch(&nominator, &path(&nomination), "*", &better).await.expect(200);
        app.put(&nominator, &path(&nomination), "*", &of_city(2027, "fes")).await.expect(200);
        // It was public, and stays so.
        app.delete(&nominator, &path(&nomination), "*").await.problem(409);
        app.take_silently(&nominator, &nomination, "submitted").await.expect(201);
        let shown = app.shown(&nomination).await;
        assert_eq!(shown["submitted_at"], first_submitted_at);
        assert!(shown.get("completion_due_at").is_none());
    }
    let ways: Vec<Value> = app.get(&format!("{}/history", path(&nomination))).await.items();
    assert_eq!(ways.len(), 6);
}

#[tokio::test]
async fn what_is_completed_too_late_stays_where_it_is() {
    let app = App::start().await;
    let token = app.with_edition(2027, &lenient()).await;
    let nomination = app.submit(&token, &of_city(2027, "fes")).await;
    app.take_to(&token, &nomination, "needs_completion").await.expect(201);
    let late =
        format!("UPDATE nominations SET completion_due_at = created_at WHERE id = {}", quoted(&nomination));
    app.execute(late);
    app.refused(&token, &nomination, "submitted", "completion_closed").await;
    app.take_to(&token, &nomination, "withdrawn").await.expect(201);
}

fn quoted(nomination: &Value) -> String {
    format!("'{}'", nomination["id"].as_str().expect("an identifier"))
}

#[tokio::test]
async fn a_completed_nomination_is_taken_also_when_the_call_is_over() {
    let app = App::start().await;
    let token = app.with_edition(2027, &lenient()).await;
    let nomination = app.submit(&token, &of_city(2027, "fes")).await;
    app.put_edition_in(2027, "city_review");
    app.take_to(&token, &nomination, "needs_completion").await.expect(201);
    app.take_to(&token, &nomination, "submitted").await.expect(201);
}

#[tokio::test]
async fn screening_finds_what_the_checks_say_and_keeps_them() {
    let app = App::start().await;
    let token = app.with_edition(2027, &lenient()).await;
    let ministry = app.token(Role::MinistryOfficer).await;
    app.seat_an_association_in(&token, "fes").await;
    let fit = app.submit(&token, &of_city(2027, "fes")).await;
    let unfit = app.submit(&token, &of_city(2027, "safi")).await;
    app.refused(&ministry, &fit, "ineligible", "eligibility_mismatch").await;
    app.refused(&ministry, &unfit, "eligible", "eligibility_mismatch").await;
    let found = app.take_silently(&ministry, &fit, "eligible").await.expect(201).json();
    assert_eq!(app.shown(&fit).await["screened_at"], found["at"]);
    let silent = app.take_silently(&ministry, &unfit, "ineligible").await.problem(422);
    assert_eq!(faults(&silent), fault("/reason", "required"));
    app.take_to(&ministry, &unfit, "ineligible").await.expect(201);
    for (nomination, outcome) in [(&fit, "pass"), (&unfit, "fail")] {
        let report = app.get(&format!("{}/eligibility", path(nomination))).await.expect(200).json();
        assert_eq!((&report["frozen"], &report["outcome"]), (&json!(true), &json!(outcome)));
    }
}

#[tokio::test]
async fn ineligibility_is_appealed_against_once() {
    let app = App::start().await;
    app.with_edition(2027, &lenient()).await;
    let ministry = app.token(Role::MinistryOfficer).await;
    let nominator = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    let nomination = app.submit(&nominator, &of_city(2027, "safi")).await;
    app.take_to(&ministry, &nomination, "ineligible").await.expect(201);
    app.put_edition_in(2027, "city_review");
    let silent = app.take_silently(&nominator, &nomination, "submitted").await.problem(422);
    assert_eq!(faults(&silent), fault("/reason", "required"));
    let appeal = app.take_to(&nominator, &nomination, "submitted").await.expect(201).json();
    let shown = app.shown(&nomination).await;
    assert_eq!((&shown["status"], &shown["appealed_at"]), (&json!("submitted"), &appeal["at"]));
    assert!(shown.get("screened_at").is_none());
    // It is screened anew.
    let report = app.get(&format!("{}/eligibility", path(&nomination))).await.expect(200).json();
    assert_eq!(report["frozen"], false);
    app.take_to(&ministry, &nomination, "ineligible").await.expect(201);
    let problem = app.refused(&nominator, &nomination, "submitted", "appeal_closed").await;
    assert!(problem["detail"].as_str().unwrap().contains('7'), "{problem}");
    app.take_to(&nominator, &nomination, "withdrawn").await.expect(201);
}

#[tokio::test]
async fn a_late_appeal_and_one_that_no_jury_would_hear_are_refused() {
    let app = App::start().await;
    let mut hurried = lenient();
    hurried["parameters"]["appeal_days"] = json!(0);
    let token = app.with_edition(2027, &hurried).await;
    app.with_edition(2028, &lenient()).await;
    let late = app.submit(&token, &of_city(2027, "safi")).await;
    app.take_to(&token, &late, "ineligible").await.expect(201);
    app.refused(&token, &late, "submitted", "appeal_closed").await;
    let unheard = app.submit(&token, &of_city(2028, "safi")).await;
    app.take_to(&token, &unheard, "ineligible").await.expect(201);
    app.put_edition_in(2028, "city_review");
    app.close_the_jury_of(2028);
    app.refused(&token, &unheard, "submitted", "jury_closed").await;
}

impl App {
    /// Closes the jury of cities without its work.
    pub(crate) fn close_the_jury_of(&self, year: i64) {
        let closed = self.execute(format!(
            "INSERT INTO deliberations (id, edition_id, kind, status, commitment, record, pseudonyms, closed_by, \
             closed_at, version, created_at, updated_at) SELECT id, id, 'city', 'closed', 'x', '{{}}', '{{}}', id, \
             created_at, 1, created_at, created_at FROM editions WHERE year = {year}"
        ));
        assert_eq!(closed, 1, "the edition of {year}");
    }
}

#[tokio::test]
async fn an_eligible_nomination_goes_to_the_jury_under_review_and_while_the_jury_works() {
    let app = App::start().await;
    let token = app.with_edition(2027, &lenient()).await;
    app.seat_an_association_in(&token, "fes").await;
    app.seat_an_association_in(&token, "safi").await;
    let (early, late) =
        (app.submit(&token, &of_city(2027, "fes")).await, app.submit(&token, &of_city(2027, "safi")).await);
    for nomination in [&early, &late] {
        app.take_to(&token, nomination, "eligible").await.expect(201);
        app.refused(&token, nomination, "under_evaluation", "edition_state").await;
    }
    app.put_edition_in(2027, "city_review");
    app.take_silently(&token, &early, "under_evaluation").await.expect(201);
    app.close_the_jury_of(2027);
    app.refused(&token, &late, "under_evaluation", "jury_closed").await;
}

#[tokio::test]
async fn each_step_needs_its_edition_in_the_state_for_it() {
    let app = App::start().await;
    let token = app.with_edition(2027, &lenient()).await;
    app.seat_an_association_in(&token, "fes").await;
    let nomination = app.submit(&token, &of_city(2027, "fes")).await;
    for (from, to, fine) in [
        ("submitted", "needs_completion", &["city_call_open", "city_review"][..]),
        ("submitted", "eligible", &["city_call_open", "city_review"]),
        ("needs_completion", "submitted", &["city_call_open", "city_review"]),
        ("eligible", "under_evaluation", &["city_review"]),
    ] {
        app.put_nomination_in(&nomination, from);
        for state in nasij::editions::rules::Status::ALL {
            let state = nasij::database::types::keyword(&state);
            app.put_edition_in(2027, &state);
            if fine.contains(&state.as_str()) {
                let rehearsal = format!("{}/transitions?dry_run=true", path(&nomination));
                let request = app.request(Method::POST, &rehearsal).token(&token).if_match("*");
                request.json(&json!({"to": to, "reason": "Parce que."})).send().await.expect(201);
            } else {
                let problem = app.refused(&token, &nomination, to, "edition_state").await;
                assert!(problem["detail"].as_str().unwrap().contains(&state), "{problem}");
            }
        }
    }
}

#[tokio::test]
async fn nothing_moves_in_an_edition_that_is_over_or_does_not_take_place() {
    let app = App::start().await;
    let token = app.with_edition(2027, &lenient()).await;
    let nomination = app.submit(&token, &of_city(2027, "fes")).await;
    for state in ["completed", "archived", "cancelled"] {
        app.put_edition_in(2027, state);
        for to in ["needs_completion", "eligible", "ineligible", "withdrawn", "disqualified"] {
            app.refused(&token, &nomination, to, "edition_state").await;
        }
    }
}

#[tokio::test]
async fn screening_is_for_the_institutions() {
    let app = App::start().await;
    app.with_edition(2027, &lenient()).await;
    let nominator =
        app.token_of(&app.integration(&[Scope::NominationsSubmit, Scope::NominationsManage])).await;
    let nomination = app.submit(&nominator, &of_city(2027, "fes")).await;
    let (icso, city) = (app.token(Role::IcsoOfficer).await, app.representative_of_city("fes").await);
    for to in ["eligible", "ineligible", "under_evaluation", "disqualified", "revoked"] {
        for token in [&nominator, &icso, &city] {
            let refused = app.take_to(token, &nomination, to).await.problem(403);
            assert_eq!(refused["code"], "forbidden", "{to}");
        }
    }
    for token in [&nominator, &city] {
        app.take_to(token, &nomination, "needs_completion").await.problem(403);
    }
    for role in [Role::Juror, Role::JuryChair, Role::Auditor] {
        let token = app.token(role).await;
        assert_eq!(
            app.take_to(&token, &nomination, "eligible").await.problem(403)["code"],
            "insufficient_scope"
        );
    }
    app.take_to(&icso, &nomination, "needs_completion").await.expect(201);
}

#[tokio::test]
async fn of_an_officer_and_a_nominator_who_act_at_once_one_wins() {
    let app = App::start().await;
    let token = app.with_edition(2027, &lenient()).await;
    for city in ["fes", "safi", "rabat"] {
        let nomination = app.submit(&token, &of_city(2027, city)).await;
        let etag = app.get(&path(&nomination)).await.header("etag").to_owned();
        let mut running = tokio::task::JoinSet::new();
        for to in ["withdrawn", "disqualified", "needs_completion"] {
            let transitions = format!("{}/transitions", path(&nomination));
            let request = app.request(Method::POST, &transitions).token(&token).if_match(&etag);
            running.spawn(request.json(&json!({"to": to, "reason": "Parce que."})).send());
        }
        let mut statuses: Vec<u16> = running.join_all().await.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 412, 412], "{city}");
        assert_eq!(app.get(&format!("{}/history", path(&nomination))).await.items().len(), 3);
    }
}
