//! Eligibility of nominations: what the checks find, and what is frozen when screening ends.

use nasij::access::{Role, Scope};
use nasij::database::types::UtcTime;
use reqwest::Method;
use serde_json::{Value, json};

use crate::achievements::achievement;
use crate::answer::Answer;
use crate::app::App;
use crate::nominations::{of_association, of_city, path};
use crate::steps::{association, fault, faults, full_association, with};

/// A city without associations in the reference data.
pub(crate) const CITY: &str = "safi";

/// The day that was so many days ago.
pub(crate) fn days_ago(days: i64) -> String {
    UtcTime::now().plus_seconds(-days * 24 * 60 * 60).date_in_morocco().to_string()
}

/// The path of a nomination's eligibility.
pub(crate) fn eligibility(nomination: &Value) -> String {
    format!("{}/eligibility", path(nomination))
}

/// A check of a report.
#[track_caller]
pub(crate) fn check<'a>(report: &'a Value, code: &str) -> &'a Value {
    let checks = report["checks"].as_array().expect("checks");
    checks.iter().find(|check| check["code"] == code).unwrap_or_else(|| panic!("no {code} in {report}"))
}

/// The outcomes of a report's checks, in their order.
pub(crate) fn outcomes(report: &Value) -> Vec<(String, String)> {
    let word = |value: &Value| value.as_str().expect("a word").to_owned();
    let checks = report["checks"].as_array().expect("checks").iter();
    checks.map(|check| (word(&check["code"]), word(&check["outcome"]))).collect()
}

impl App {
    /// Adds an association that is seated in [`CITY`], active today in a field; `more` says what is different.
    pub(crate) async fn seat(&self, token: &str, name: &str, more: &Value) -> Value {
        let mut body = association(name);
        body["city_code"] = json!(CITY);
        body["status"] = json!("active");
        body["last_activity_on"] = json!(days_ago(1));
        body["activity_fields"] = json!(["1"]);
        for (field, value) in more.as_object().into_iter().flatten() {
            body[field] = value.clone();
        }
        self.add_association(token, &body).await.json()
    }

    /// Decides on a check of a nomination.
    pub(crate) async fn decide(&self, token: &str, nomination: &Value, check: &str, outcome: &str) -> Answer {
        let body = json!({"check": check, "outcome": outcome, "reason": format!("{check}: {outcome}.")});
        self.post(token, &format!("{}/decisions", eligibility(nomination)), &body).await
    }

    /// A submitted nomination of a new association by an officer, and the token of an administrator, who may decide on it.
    pub(crate) async fn nominated_association(&self, body: &Value) -> (String, Value, Value) {
        let admin = self.with_honours_edition(2027, &Value::Null).await;
        let honoured = self.add_association(&admin, body).await.json();
        let officer = self.token(Role::IcsoOfficer).await;
        let nomination = self.nominate(&officer, &of_association(2027, &honoured["id"])).await;
        self.take_to(&officer, &nomination, "submitted").await.expect(201);
        (admin, nomination, honoured)
    }

    /// What everybody reads of a nomination's eligibility.
    pub(crate) async fn eligibility_of(&self, nomination: &Value) -> Value {
        self.get(&eligibility(nomination)).await.expect(200).json()
    }
}

#[tokio::test]
async fn a_city_is_measured_by_its_active_associations() {
    let app = App::start().await;
    let parameters = json!({"parameters": {
        "min_active_associations": 2, "min_activity_fields": 2, "max_months_since_activity": 12,
    }});
    let admin = app.with_edition(2027, &parameters).await;
    for (name, more) in [
        ("A", json!({"activity_fields": ["1", "2"], "last_activity_on": days_ago(40)})),
        ("B", json!({"activity_fields": ["2"]})),
        ("Trop ancienne", json!({"activity_fields": ["3"], "last_activity_on": days_ago(400)})),
        ("En sommeil", json!({"activity_fields": ["4"], "status": "dormant"})),
        ("Dissoute", json!({"activity_fields": ["5"], "status": "dissolved"})),
        ("Ailleurs", json!({"activity_fields": ["6"], "city_code": "essaouira"})),
        ("Statut inconnu", json!({"activity_fields": ["7"], "status": null})),
        ("Activité inconnue", json!({"activity_fields": [], "last_activity_on": null})),
        ("Les deux", json!({"activity_fields": ["7"], "last_activity_on": null, "status": null})),
        ("Inconnue et ancienne", json!({"last_activity_on": days_ago(400), "status": null})),
    ] {
        app.seat(&admin, name, &more).await;
    }
    let gone = app.seat(&admin, "Supprimée", &json!({"activity_fields": ["8"]})).await;
    app.delete(&admin, &format!("/v1/associations/{}", gone["id"].as_str().unwrap()), "*").await.expect(204);
    let nomination = app.nominate(&admin, &of_city(2027, CITY)).await;
    app.take_to(&admin, &nomination, "submitted").await.expect(201);
    let report = app.eligibility_of(&nomination).await;
    assert_eq!((&report["nomination_id"], &report["frozen"]), (&nomination["id"], &json!(false)));
    assert_eq!(report["outcome"], "pass", "{report}");
    assert_eq!(check(&report, "urban_commune")["evidence"], json!({"city_kind": "urban"}));
    assert_eq!(check(&report, "title_not_held")["evidence"], json!({"capital_years": []}));
    let since = check(&report, "active_associations")["evidence"]["active_since"].clone();
    assert!(
        since.as_str().unwrap() < days_ago(360).as_str() && since.as_str().unwrap() > days_ago(370).as_str()
    );
    let months = ("max_months_since_activity", 12);
    for (code, evidence) in [
        (
            "active_associations",
            json!({
                "active_associations": 2, "min_active_associations": 2, "uncertain_associations": 3,
                "active_since": since, months.0: months.1,
            }),
        ),
        (
            "activity_fields",
            // What is not known could be the field 7 and one more.
            json!({
                "activity_fields": 2, "possible_activity_fields": 4, "min_activity_fields": 2,
                "active_since": since, months.0: months.1,
            }),
        ),
        (
            "latest_activity",
            json!({
                "latest_activity_on": days_ago(1), "uncertain_associations": 3,
                "active_since": since, months.0: months.1,
            }),
        ),
    ] {
        assert_eq!(check(&report, code)["evidence"], evidence, "{code}");
    }
    let detail = &check(&report, "active_associations")["detail"];
    assert_eq!(detail["en"], "2 active associations; 2 are needed.");
    assert!(detail["ar"].is_string() && detail["fr"].is_string());
}

#[tokio::test]
async fn what_the_register_does_not_know_of_an_association_needs_a_review() {
    let app = App::start().await;
    let (.., nomination, _) = app.nominated_association(&association("Inconnue")).await;
    let report = app.eligibility_of(&nomination).await;
    let expected = [
        ("registered", "needs_review"),
        ("national", "needs_review"),
        ("voluntary", "needs_review"),
        ("non_profit", "needs_review"),
        ("non_political", "needs_review"),
        ("described_activity", "fail"),
        ("legal_standing", "needs_review"),
        ("not_honoured_recently", "pass"),
    ];
    assert_eq!(outcomes(&report), expected.map(|(code, outcome)| (code.to_owned(), outcome.to_owned())));
    assert_eq!(report["outcome"], "fail");
    for code in ["national", "voluntary", "non_profit", "non_political"] {
        assert_eq!(check(&report, code)["evidence"], json!({}), "{code}");
    }
    let written = check(&report, "registered")["evidence"]["written"].as_array().unwrap();
    assert_eq!((written.len(), &written[0]["fact"]), (1, &json!("entry")), "nobody has written a status");
    assert_eq!(check(&report, "described_activity")["evidence"], json!({"values": [], "achievements": 0}));
}

#[tokio::test]
async fn an_achievement_of_the_nomination_describes_an_activity() {
    let app = App::start().await;
    let admin = app.with_honours_edition(2027, &Value::Null).await;
    let honoured = app.add_association(&admin, &association("Sans objet")).await.json();
    let nomination = app.nominate(&admin, &of_association(2027, &honoured["id"])).await;
    let before = app.get_as(&admin, &eligibility(&nomination)).await.expect(200).json();
    assert_eq!(check(&before, "described_activity")["outcome"], "fail");
    app.post(&admin, &format!("{}/achievements", path(&nomination)), &achievement()).await.expect(201);
    let after = app.get_as(&admin, &eligibility(&nomination)).await.expect(200).json();
    let described = check(&after, "described_activity");
    assert_eq!(described["outcome"], "needs_review");
    assert_eq!(described["evidence"], json!({"values": ["dialogue"], "achievements": 1}));
}

#[tokio::test]
async fn a_draft_has_no_eligibility_for_those_whom_it_does_not_concern() {
    let app = App::start().await;
    app.with_edition(2027, &Value::Null).await;
    let nominator = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    let draft = app.nominate(&nominator, &of_city(2027, CITY)).await;
    assert_eq!(app.get(&eligibility(&draft)).await.problem(404)["code"], "not_found");
    app.get_as(&app.token(Role::Juror).await, &eligibility(&draft)).await.problem(404);
    app.get_as(&nominator, &eligibility(&draft)).await.expect(200);
    app.get_as(&app.token(Role::Auditor).await, &eligibility(&draft)).await.expect(200);
    assert_eq!(app.get("/v1/nominations/nothing/eligibility").await.problem(404)["code"], "not_found");
}

#[tokio::test]
async fn when_screening_ends_the_report_is_frozen_and_an_appeal_thaws_it() {
    let app = App::start().await;
    let mut body = full_association("Gelée");
    body["attestations"]["national"] = json!(false);
    let admin = app.with_honours_edition(2027, &Value::Null).await;
    let honoured = app.add_association(&admin, &body).await.json();
    let nomination = app.nominate(&admin, &of_association(2027, &honoured["id"])).await;
    app.take_to(&admin, &nomination, "submitted").await.expect(201);
    let live = app.eligibility_of(&nomination).await;
    app.take_to(&admin, &nomination, "ineligible").await.expect(201);
    let frozen = app.get(&eligibility(&nomination)).await.expect(200);
    let report = frozen.json();
    assert_eq!(report["checks"], live["checks"]);
    assert_eq!((&live["frozen"], &report["frozen"]), (&json!(false), &json!(true)));
    assert!(live.get("screened_at").is_none() && report["screened_at"].is_string());
    let item = format!("/v1/associations/{}", honoured["id"].as_str().unwrap());
    let better = json!({"attestations": {"national": true}, "volunteers": 99});
    app.patch(&admin, &item, "*", &better).await.expect(200);
    let later = app.get(&eligibility(&nomination)).await.expect(200);
    assert_eq!((later.text(), later.header("etag")), (frozen.text(), frozen.header("etag")));
    let known =
        app.request(Method::GET, &eligibility(&nomination)).header("if-none-match", frozen.header("etag"));
    known.send().await.expect(304);
    app.take_to(&admin, &nomination, "submitted").await.expect(201);
    let thawed = app.eligibility_of(&nomination).await;
    assert_eq!(thawed["frozen"], false);
    assert_eq!(check(&thawed, "national")["outcome"], "pass");
}

#[tokio::test]
async fn a_report_is_read_in_one_language() {
    let app = App::start().await;
    let (admin, nomination, _) = app.nominated_association(&full_association("Lue")).await;
    let french = app.get(&with(&eligibility(&nomination), "lang", "fr")).await.expect(200);
    assert_eq!(french.header("content-language"), "fr");
    let report = french.json();
    assert_eq!(check(&report, "national")["name"], "Association nationale");
    assert_eq!(check(&report, "national")["detail"], "C'est attesté dans le registre.");
    assert!(report.get("language_fallbacks").is_none());
    let tamazight = app.get(&with(&eligibility(&nomination), "lang", "zgh")).await.expect(200).json();
    assert_eq!(tamazight["language_fallbacks"]["checks.0.name"], "fr");
    // A frozen one as well.
    app.decide(&admin, &nomination, "described_activity", "pass").await.expect(201);
    app.take_to(&admin, &nomination, "eligible").await.expect(201);
    let arabic = app.get(&with(&eligibility(&nomination), "lang", "ar")).await.expect(200).json();
    assert_eq!(check(&arabic, "national")["name"], "جمعية وطنية");
    let unknown = app.get(&with(&eligibility(&nomination), "fields", "outcome")).await.problem(400);
    assert_eq!(faults(&unknown), fault("fields", "unknown_parameter"));
}

#[tokio::test]
async fn nothing_internal_stands_in_a_report() {
    let app = App::start().await;
    let mut body = full_association("Gardée");
    body["internal"] = json!({
        "seat_address": "QZSECRETADDRESS 7", "receipt_number": "QZSECRETRECEIPT", "ice": "987654321012345",
        "tax_id": "QZSECRETTAX", "legal_representative": "QZSECRETPERSON", "representative_contact": "QZSECRETCONTACT",
    });
    let (admin, nomination, _) = app.nominated_association(&body).await;
    app.decide(&admin, &nomination, "described_activity", "pass").await.expect(201);
    for frozen in [false, true] {
        if frozen {
            app.take_to(&admin, &nomination, "eligible").await.expect(201);
        }
        for token in [None, Some(&admin)] {
            let read = app.request(Method::GET, &eligibility(&nomination));
            let answer =
                token.map_or(app.request(Method::GET, &eligibility(&nomination)), |token| read.token(token));
            let answer = answer.send().await.expect(200);
            let gives_away = |mark: &str| answer.text().contains(mark);
            assert!(!["QZSECRET", "987654321012345"].into_iter().any(gives_away), "{}", answer.text());
        }
    }
}
