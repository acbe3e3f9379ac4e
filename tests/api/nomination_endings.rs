//! How nominations end, and what is to be seen of a decision before it is published.

use nasij::access::{Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::nomination_process::lenient;
use crate::nominations::{of_association, of_city, path};
use crate::steps::{association, fault, faults};

fn quoted(nomination: &Value) -> String {
    format!("'{}'", nomination["id"].as_str().expect("an identifier"))
}

impl App {
    /// Notes what has been decided of a nomination, under embargo.
    fn note_outcome(&self, nomination: &Value, outcome: &str, signed: bool) {
        let decided_at = if signed { "updated_at" } else { "NULL" };
        self.execute(format!("DELETE FROM nomination_outcomes WHERE nomination_id = {}", quoted(nomination)));
        let noted = self.execute(format!(
            "INSERT INTO nomination_outcomes (nomination_id, status, decided_at, updated_at) \
             SELECT id, '{outcome}', {decided_at}, updated_at FROM nominations WHERE id = {}",
            quoted(nomination)
        ));
        assert_eq!(noted, 1);
    }

    /// How many decisions under embargo there are of a nomination.
    fn decisions_of(&self, nomination: &Value) -> usize {
        let id = quoted(nomination);
        self.execute(format!("UPDATE nomination_outcomes SET status = status WHERE nomination_id = {id}"))
    }

    /// Nominations of these cities for an edition, under evaluation.
    async fn under_evaluation(&self, token: &str, year: i64, cities: &[&str]) -> Vec<Value> {
        let mut nominations = Vec::new();
        for city in cities {
            let nomination = self.nominate(token, &of_city(year, city)).await;
            self.put_nomination_in(&nomination, "under_evaluation");
            nominations.push(nomination);
        }
        self.put_edition_in(year, "city_review");
        nominations
    }
}

#[tokio::test]
async fn a_nominator_withdraws_until_the_selection() {
    let app = App::start().await;
    app.with_edition(2027, &lenient()).await;
    let nominator = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    let until = [
        "draft",
        "submitted",
        "needs_completion",
        "eligible",
        "ineligible",
        "under_evaluation",
        "shortlisted",
        "reserve",
    ];
    for state in until {
        let nomination = app.nominate(&nominator, &of_city(2027, "fes")).await;
        app.put_nomination_in(&nomination, state);
        app.take_silently(&nominator, &nomination, "withdrawn").await.expect(201);
        // Another one may follow.
    }
    let nomination = app.nominate(&nominator, &of_city(2027, "fes")).await;
    for state in ["selected", "not_selected", "withdrawn", "disqualified", "revoked"] {
        app.put_nomination_in(&nomination, state);
        app.refused(&nominator, &nomination, "withdrawn", "wrong_state").await;
    }
}

#[tokio::test]
async fn what_leaves_an_evaluation_takes_its_undecided_outcome_along() {
    let app = App::start().await;
    let token = app.with_edition(2027, &lenient()).await;
    let [withdrawn, disqualified, other] =
        app.under_evaluation(&token, 2027, &["fes", "safi", "rabat"]).await.try_into().unwrap();
    for nomination in [&withdrawn, &disqualified, &other] {
        app.note_outcome(nomination, "shortlisted", false);
    }
    app.take_to(&token, &withdrawn, "withdrawn").await.expect(201);
    app.take_to(&token, &disqualified, "disqualified").await.expect(201);
    let left = [&withdrawn, &disqualified, &other].map(|nomination| app.decisions_of(nomination));
    assert_eq!(left, [0, 0, 1]);
    // Also one of the reserve that was decided to follow.
    for (city, to) in [("fes", "withdrawn"), ("safi", "disqualified")] {
        app.put_edition_in(2027, "designated");
        let reserve = app.nominate(&token, &of_city(2027, city)).await;
        app.put_nomination_in(&reserve, "reserve");
        app.note_outcome(&reserve, "selected", true);
        app.take_to(&token, &reserve, to).await.expect(201);
        assert_eq!(app.decisions_of(&reserve), 0, "{to}");
    }
}

#[tokio::test]
async fn after_the_signatures_none_is_excluded_and_the_refusal_does_not_tell_who_was_chosen() {
    let app = App::start().await;
    let token = app.with_edition(2027, &lenient()).await;
    app.with_edition(2028, &lenient()).await;
    let cities = ["fes", "safi", "rabat", "meknes"];
    let decided = app.under_evaluation(&token, 2027, &cities).await;
    let elsewhere = app.under_evaluation(&token, 2028, &["fes"]).await;
    for (nomination, outcome) in decided.iter().zip(["selected", "reserve", "not_selected"]) {
        app.note_outcome(nomination, outcome, true);
    }
    let mut told = Vec::new();
    for nomination in &decided {
        let mut problem = app.refused(&token, nomination, "disqualified", "under_embargo").await;
        for own in ["request_id", "instance"] {
            problem[own] = Value::Null;
        }
        told.push(problem);
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:?}");
    assert!(decided[..3].iter().all(|nomination| app.decisions_of(nomination) == 1));
    app.take_to(&token, &elsewhere[0], "withdrawn").await.expect(201);
}

#[tokio::test]
async fn what_comes_by_itself_is_not_asked_for_and_the_refusal_knows_what_is_public() {
    let app = App::start().await;
    let token = app.with_edition(2027, &lenient()).await;
    let chosen = &app.under_evaluation(&token, 2027, &["fes"]).await[0];
    for to in ["shortlisted", "selected", "reserve", "not_selected", "draft", "under_evaluation", "revoked"] {
        let mut told = Vec::new();
        for outcome in [None, Some(("shortlisted", false)), Some(("selected", true))] {
            if let Some((outcome, signed)) = outcome {
                app.note_outcome(chosen, outcome, signed);
            }
            let problem = app.refused(&token, chosen, to, "wrong_state").await;
            let allowed = problem["errors"][0]["detail"].as_str().unwrap();
            assert!(
                allowed.contains("withdrawn, disqualified") && !allowed.contains("selected"),
                "{allowed}"
            );
            told.push((problem["detail"].clone(), problem["errors"].clone()));
        }
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:?}");
    }
    for (from, to) in [("shortlisted", "selected"), ("reserve", "selected"), ("shortlisted", "not_selected")]
    {
        app.put_nomination_in(chosen, from);
        app.refused(&token, chosen, to, "wrong_state").await;
    }
}

#[tokio::test]
async fn the_ministry_disqualifies_with_a_reason_also_a_reserve() {
    let app = App::start().await;
    app.with_edition(2027, &lenient()).await;
    let nominator = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    let ministry = app.token(Role::MinistryOfficer).await;
    for (state, edition) in [
        ("submitted", "city_call_open"),
        ("needs_completion", "city_call_open"),
        ("eligible", "city_review"),
        ("ineligible", "city_review"),
        ("under_evaluation", "city_review"),
        ("reserve", "designated"),
        ("reserve", "in_progress"),
    ] {
        app.put_edition_in(2027, "city_call_open");
        let nomination = app.nominate(&nominator, &of_city(2027, "fes")).await;
        app.put_nomination_in(&nomination, state);
        app.put_edition_in(2027, edition);
        let silent = app.take_silently(&ministry, &nomination, "disqualified").await.problem(422);
        assert_eq!(faults(&silent), fault("/reason", "required"), "{state}");
        app.take_to(&nominator, &nomination, "disqualified").await.problem(403);
        app.take_to(&ministry, &nomination, "disqualified").await.expect(201);
        assert_eq!(app.shown(&nomination).await["status"], "disqualified");
    }
    for state in ["draft", "selected", "not_selected", "revoked"] {
        let nomination = app.nominate(&nominator, &of_city(2027, "fes")).await;
        app.put_nomination_in(&nomination, state);
        app.refused(&ministry, &nomination, "disqualified", "wrong_state").await;
        app.put_nomination_in(&nomination, "withdrawn");
    }
}

#[tokio::test]
async fn an_honour_is_taken_back_with_its_nomination() {
    let app = App::start().await;
    let admin = app.with_honours_edition(2027, &Value::Null).await;
    let ministry = app.token(Role::MinistryOfficer).await;
    let honoured = app.add_association(&admin, &association("Association honorée")).await.json();
    let nomination = app.nominate(&admin, &of_association(2027, &honoured["id"])).await;
    app.put_nomination_in(&nomination, "selected");
    app.execute(format!(
        "INSERT INTO honours (id, edition_id, association_id, title, nomination_id, version, created_at, updated_at) \
         SELECT id, edition_id, association_id, statement, id, 1, created_at, created_at FROM nominations \
         WHERE id = {}",
        quoted(&nomination)
    ));
    // Also when the year is long over.
    app.put_edition_in(2027, "archived");
    let silent = app.take_silently(&ministry, &nomination, "revoked").await.problem(422);
    assert_eq!(faults(&silent), fault("/reason", "required"));
    app.take_to(&ministry, &nomination, "revoked").await.expect(201);
    let honours = app.get("/v1/editions/2027/honours").await.items();
    assert_eq!(honours[0]["revocation_reason"], "Parce que.");
    assert!(honours[0]["revoked_at"].is_string());
    assert_eq!(app.shown(&nomination).await["status"], "revoked");
    app.refused(&ministry, &nomination, "revoked", "wrong_state").await;
}

#[tokio::test]
async fn a_title_is_taken_back_before_its_year_begins() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let ministry = app.token(Role::MinistryOfficer).await;
    let nomination = app.nominate(&admin, &of_city(2027, "fes")).await;
    app.put_nomination_in(&nomination, "selected");
    let code = nomination["city_code"].as_str().unwrap();
    app.execute(format!("UPDATE editions SET city_code = '{code}' WHERE year = 2027"));
    for state in ["in_progress", "completed", "archived"] {
        app.put_edition_in(2027, state);
        app.refused(&ministry, &nomination, "revoked", "edition_state").await;
    }
    app.put_edition_in(2027, "designated");
    app.take_to(&ministry, &nomination, "revoked").await.expect(201);
    let edition = app.get("/v1/editions/2027").await.json();
    assert!(edition.get("city_code").is_none());
    assert_eq!(edition["status"], "designated");
}

#[tokio::test]
async fn what_is_decided_is_shown_only_to_those_who_prepare_its_publication() {
    let app = App::start().await;
    app.with_edition(2027, &lenient()).await;
    let nominator = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    let nomination = app.nominate(&nominator, &of_city(2027, "fes")).await;
    app.put_nomination_in(&nomination, "under_evaluation");
    let others = [
        Some(nominator.clone()),
        Some(app.token(Role::Juror).await),
        Some(app.representative_of_city("fes").await),
        None,
    ];
    let reads = [
        path(&nomination),
        format!("{}/history", path(&nomination)),
        "/v1/nominations?count=exact&facet=status&sort=-updated_at".to_owned(),
        "/v1/nominations?count=exact&status=selected,shortlisted".to_owned(),
    ];
    let read = async || {
        let mut answers = Vec::new();
        for token in &others {
            for path in &reads {
                let request = app.request(Method::GET, path);
                let request = if let Some(token) = token { request.token(token) } else { request };
                let answer = request.send().await.expect(200);
                answers.push((answer.header("etag").to_owned(), answer.text().to_owned()));
            }
        }
        answers
    };
    let before = read().await;
    for (outcome, signed) in [("shortlisted", false), ("selected", true)] {
        app.note_outcome(&nomination, outcome, signed);
        assert_eq!(read().await, before);
        for role in [Role::Admin, Role::MinistryOfficer, Role::IcsoOfficer, Role::JuryChair, Role::Auditor] {
            let token = app.token(role).await;
            let shown = app.get_as(&token, &path(&nomination)).await.expect(200).json();
            let listed = app.get_as(&token, "/v1/nominations").await.items();
            for record in [&shown, &listed[0]] {
                assert_eq!(record["status"], "under_evaluation", "{role}");
                assert_eq!(record["embargoed"]["status"], outcome, "{role}");
                assert_eq!(record["embargoed"].get("decided_at").is_some(), signed, "{role}");
            }
            // Nobody counts or finds by it.
            let page = app.get_as(&token, &reads[3]).await.json();
            assert_eq!(page["page"]["total"], 0, "{role}");
        }
    }
    // Its ETag is one of the nomination: who may change it, may.
    let ministry = app.token(Role::MinistryOfficer).await;
    let etag = app.get_as(&ministry, &path(&nomination)).await.header("etag").to_owned();
    app.put_edition_in(2027, "city_review");
    app.note_outcome(&nomination, "shortlisted", false);
    let transitions = format!("{}/transitions", path(&nomination));
    let request = app.request(Method::POST, &transitions).token(&ministry).if_match(&etag);
    request.json(&json!({"to": "disqualified", "reason": "Dossier faux."})).send().await.expect(201);
}

#[tokio::test]
async fn nothing_selects_by_what_is_under_embargo() {
    let app = App::start().await;
    let chair = app.token(Role::JuryChair).await;
    for query in
        ["embargoed=selected", "sort=embargoed", "facet=embargoed", "fields=embargoed", "expand=embargoed"]
    {
        app.get_as(&chair, &format!("/v1/nominations?{query}")).await.problem(400);
    }
}
