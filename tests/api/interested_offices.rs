//! An interested office takes no part: who belongs to a nominee decides neither on it nor on its rivals, and has no hand in
//! their jury and their decision.

use nasij::access::{NewAccount, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::decisions::{by_ranking, designations, good};
use crate::eligibility::eligibility;
use crate::nominations::{of_association, of_city, path};
use crate::steps::full_association;

/// The token of an office that belongs to a city.
async fn of(app: &App, role: Role, city: &str) -> String {
    let account = NewAccount { city: Some(city.to_owned()), ..NewAccount::of_role(role, "Of a city") };
    app.token_of(&app.account(&account)).await
}

fn interested(answer: Answer, by: &Value) {
    let refused = answer.problem(403);
    assert_eq!(refused["code"], "interested_office", "{refused}");
    let detail = refused["detail"].as_str().expect("a sentence");
    assert!(detail.contains(by.as_str().expect("an identifier")), "{detail}");
}

#[tokio::test]
async fn who_belongs_to_a_nominee_decides_neither_on_it_nor_on_its_rivals() {
    let app = App::start().await;
    app.with_edition(2027, &Value::Null).await;
    let mut nominations = Vec::new();
    for city in ["fes", "safi"] {
        let nominator = app.representative_of_city(city).await;
        nominations.push(app.nominate(&nominator, &of_city(2027, city)).await);
    }
    nominations.iter().for_each(|nomination| app.put_nomination_in(nomination, "submitted"));
    let fes = &nominations[0]["id"];
    let offices = [
        of(&app, Role::MinistryOfficer, "fes").await,
        of(&app, Role::Admin, "fes").await,
        of(&app, Role::IcsoOfficer, "fes").await,
    ];
    for nomination in &nominations {
        for office in &offices {
            interested(app.decide(office, nomination, "urban_commune", "pass").await, fes);
            interested(app.take_to(office, nomination, "needs_completion").await, fes);
        }
        for office in &offices[..2] {
            for to in ["eligible", "ineligible", "disqualified"] {
                interested(app.take_to(office, nomination, to).await, fes);
            }
        }
    }
    // Who belongs elsewhere decides.
    let disinterested = of(&app, Role::MinistryOfficer, "agadir").await;
    app.take_to(&disinterested, &nominations[1], "needs_completion").await.expect(201);
    nominations.iter().for_each(|nomination| app.put_nomination_in(nomination, "eligible"));
    app.put_edition_in(2027, "city_review");
    interested(app.take_to(&offices[0], &nominations[1], "under_evaluation").await, fes);
    app.take_to(&disinterested, &nominations[1], "under_evaluation").await.expect(201);
    // Once it is out, nobody is tied to it any more.
    app.take_to(&disinterested, &nominations[0], "disqualified").await.expect(201);
    app.take_to(&offices[0], &nominations[1], "disqualified").await.expect(201);
}

#[tokio::test]
async fn who_belongs_to_a_nominee_neither_makes_nor_closes_its_jury() {
    let app = App::start().await;
    let jury = app.with_jury(2027, &[("fes", good(9)), ("safi", good(8))]).await;
    let fes = &jury.nominations[0]["id"];
    let juror = app.person(&NewAccount::of_role(Role::Juror, "A juror")).await;
    let of_fes = [
        of(&app, Role::JuryChair, "fes").await,
        of(&app, Role::MinistryOfficer, "fes").await,
        of(&app, Role::Admin, "fes").await,
    ];
    let evaluations = format!("{}/evaluations", path(&jury.nominations[1]));
    let draw = json!({"kind": "city", "evaluations_per_nomination": 4});
    for office in &of_fes {
        interested(app.post(office, &jury.path("assignments"), &draw).await, fes);
        interested(app.post(office, &evaluations, &json!({"juror_id": juror.id})).await, fes);
    }
    interested(app.post(&of_fes[0], &jury.path("deliberations"), &json!({"kind": "city"})).await, fes);
    let closed = app.close_jury(&jury).await.expect(201);
    let reopen = app
        .request(Method::POST, &format!("{}/transitions", closed.header("location")))
        .token(&of_fes[1])
        .if_match("*")
        .json(&json!({"to": "reopened", "reason": "A conflict of interest was found."}))
        .send()
        .await;
    interested(reopen, fes);
}

#[tokio::test]
async fn who_belongs_to_a_nominee_neither_proposes_nor_signs_nor_undoes_a_decision() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(8))]).await;
    let fes = &jury.nominations[0]["id"];
    let who = app.institutions().await;
    let [ministry, icso] =
        [of(&app, Role::MinistryOfficer, "fes").await, of(&app, Role::IcsoOfficer, "fes").await];
    for office in [&ministry, &icso] {
        interested(app.post(office, &designations(2027), &by_ranking(&jury, 0, &[1])).await, fes);
    }
    let proposed = app.propose(&who.icso, 2027, &by_ranking(&jury, 0, &[1])).await;
    for office in [&ministry, &icso] {
        interested(app.sign(office, &proposed).await, fes);
        interested(app.take_designation_to(office, &proposed, "withdrawn").await, fes);
    }
    app.sign(&who.icso, &proposed).await.expect(201);
    app.sign(&who.ministry, &proposed).await.expect(201);
    interested(app.take_designation_to(&ministry, &proposed, "annulled").await, fes);
    // The publication only does what both have signed.
    app.take_designation_to(&ministry, &proposed, "published").await.expect(201);
}

#[tokio::test]
async fn who_belongs_to_a_city_does_not_give_it_a_title_without_a_jury() {
    let app = App::start().await;
    app.with_draft_edition(2027, &Value::Null).await;
    let who = app.institutions().await;
    let direct =
        json!({"kind": "city", "basis": "direct", "city_code": "fes", "reason": {"fr": "Par accord."}});
    let code = app.get("/v1/cities/fes").await.json()["code"].clone();
    let [ministry, icso] =
        [of(&app, Role::MinistryOfficer, "fes").await, of(&app, Role::IcsoOfficer, "fes").await];
    interested(app.post(&ministry, &designations(2027), &direct).await, &code);
    let proposed = app.propose(&who.icso, 2027, &direct).await;
    for office in [&ministry, &icso] {
        interested(app.sign(office, &proposed).await, &code);
    }
    app.sign(&who.icso, &proposed).await.expect(201);
    app.sign(&who.ministry, &proposed).await.expect(201);
}

#[tokio::test]
async fn whoever_nominated_does_not_decide_on_the_checks_and_a_small_ministry_still_runs_the_process() {
    let app = App::start().await;
    let admin = app.with_honours_edition(2027, &Value::Null).await;
    let account = |name: &str| NewAccount {
        organisation: Some("Ministère".to_owned()),
        ..NewAccount::of_role(Role::MinistryOfficer, name)
    };
    let nominating = app.token_of(&app.account(&account("One"))).await;
    let colleague = app.token_of(&app.account(&account("Two"))).await;
    let mut body = full_association("Nommée");
    body["attestations"] = json!({"voluntary": true, "non_profit": true, "non_political": true});
    let nominee = app.add_association(&admin, &body).await.json();
    let nomination = app.nominate(&nominating, &of_association(2027, &nominee["id"])).await;
    app.take_to(&nominating, &nomination, "submitted").await.expect(201);
    interested(app.decide(&nominating, &nomination, "national", "pass").await, &nomination["id"]);
    // An account whose organisation is the nominee is no disinterested office.
    let organisation = Some("NOMMEE".to_owned());
    let member = NewAccount { organisation, ..NewAccount::of_role(Role::IcsoOfficer, "A member") };
    let member = app.token_of(&app.account(&member)).await;
    interested(app.decide(&member, &nomination, "national", "pass").await, &nomination["id"]);
    app.decide(&colleague, &nomination, "national", "pass").await.expect(201);
    let icso = app.token(Role::IcsoOfficer).await;
    app.decide(&icso, &nomination, "described_activity", "pass").await.expect(201);
    assert_eq!(app.get(&eligibility(&nomination)).await.json()["outcome"], "pass");
    // What the checks have decided, the same office writes down.
    app.take_to(&nominating, &nomination, "eligible").await.expect(201);
}
