//! The question that anybody may ask before nominating: would this city or association be eligible?

use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::eligibility::{CITY, check, days_ago, outcomes};
use crate::nominations::{of_association, of_city, path};
use crate::steps::{association, fault, faults, full_association, with};

fn checks_of(year: i64) -> String {
    format!("/v1/editions/{year}/eligibility-checks")
}

fn city(code: &str) -> Value {
    json!({"kind": "city", "city_code": code})
}

fn honour(association: &Value) -> Value {
    json!({"kind": "association", "association_id": association["id"]})
}

impl App {
    /// Asks without a token.
    async fn question(&self, path: &str, body: &Value) -> Answer {
        self.request(Method::POST, path).json(body).send().await
    }

    /// Asks for the edition of 2027, and is answered.
    pub(crate) async fn would_be(&self, body: &Value) -> Value {
        self.question(&checks_of(2027), body).await.expect(200).json()
    }
}

#[tokio::test]
async fn anybody_asks_and_is_answered_as_a_nomination_is() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    app.seat(&admin, "Une", &json!({})).await;
    let some = app.add_association(&admin, &full_association("Une autre")).await.json();
    for (question, nomination) in
        [(city(CITY), of_city(2027, CITY)), (honour(&some), of_association(2027, &some["id"]))]
    {
        let answer = app.question(&checks_of(2027), &question).await.expect(200);
        assert_eq!(answer.header("cache-control"), "no-store");
        let answer = answer.json();
        let nomination = app.nominate(&admin, &nomination).await;
        let report =
            app.get_as(&admin, &format!("{}/eligibility", path(&nomination))).await.expect(200).json();
        assert_eq!(answer["checks"], report["checks"]);
        assert_eq!((&answer["outcome"], &answer["edition_year"]), (&report["outcome"], &json!(2027)));
        assert_eq!(answer["subject"]["kind"], nomination["kind"]);
        for field in ["city_code", "association_id"] {
            assert_eq!(answer["subject"].get(field), nomination.get(field), "{field}");
        }
    }
    // Its kind and its code, or its slug, are the same city.
    let code = app.get(&format!("/v1/cities/{CITY}")).await.json()["code"].as_str().unwrap().to_owned();
    assert_eq!(app.would_be(&city(&code)).await, app.would_be(&city(CITY)).await);
}

#[tokio::test]
async fn the_figures_are_those_of_the_edition() {
    let app = App::start().await;
    let mut admin = String::new();
    for (year, min) in [(2027, 2), (2028, 3), (2029, 4), (2030, 0)] {
        let parameters = json!({"min_active_associations": min, "min_activity_fields": min});
        admin = app.with_edition(year, &json!({"parameters": parameters})).await;
    }
    app.seat(&admin, "A", &json!({"activity_fields": ["1"]})).await;
    app.seat(&admin, "B", &json!({"activity_fields": ["2"]})).await;
    app.seat(&admin, "Statut inconnu", &json!({"status": null, "activity_fields": ["3"]})).await;
    for (year, outcome, said) in [
        (2027, "pass", "2 active associations; 2 are needed."),
        (2028, "needs_review", "2 active associations are known; 3 are needed. Of 1 other the status "),
        (2029, "fail", "2 active associations; 4 are needed, 2 are missing."),
        (2030, "pass", "2 active associations; 0 are needed."),
    ] {
        let answer = app.question(&checks_of(year), &city(CITY)).await.expect(200).json();
        for code in ["active_associations", "activity_fields"] {
            assert_eq!(check(&answer, code)["outcome"], outcome, "{code}, {year}");
        }
        assert_eq!(answer["outcome"], outcome, "{year}");
        let detail = check(&answer, "active_associations")["detail"]["en"].as_str().unwrap();
        assert!(detail.starts_with(said), "{detail}");
    }
}

#[tokio::test]
async fn the_latest_activity_of_a_city_has_to_be_recent() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let latest = || async { check(&app.would_be(&city(CITY)).await, "latest_activity").clone() };
    assert_eq!(latest().await["outcome"], "fail", "without associations");
    let old = app.seat(&admin, "Ancienne", &json!({"last_activity_on": days_ago(800)})).await;
    let found = latest().await;
    assert_eq!(
        (&found["outcome"], &found["evidence"]["latest_activity_on"]),
        (&json!("fail"), &json!(days_ago(800)))
    );
    let silent = app.seat(&admin, "Muette", &json!({"last_activity_on": null})).await;
    assert_eq!(latest().await["outcome"], "needs_review");
    let item = |association: &Value| format!("/v1/associations/{}", association["id"].as_str().unwrap());
    app.patch(&admin, &item(&silent), "*", &json!({"status": "dormant"})).await.expect(200);
    assert_eq!(latest().await["outcome"], "fail");
    app.patch(&admin, &item(&old), "*", &json!({"last_activity_on": days_ago(3)})).await.expect(200);
    let found = latest().await;
    assert_eq!(
        (&found["outcome"], &found["evidence"]["latest_activity_on"]),
        (&json!("pass"), &json!(days_ago(3)))
    );
}

#[tokio::test]
async fn a_rural_commune_and_a_former_capital_read_why_they_would_fail() {
    let app = App::start().await;
    app.with_edition(2027, &Value::Null).await;
    app.with_edition(2028, &json!({"parameters": {"city_title_again_after_editions": 2}})).await;
    let rural = app.get("/v1/cities?kind=rural&limit=1").await.items()[0]["code"].clone();
    let answer = app.would_be(&city(rural.as_str().unwrap())).await;
    assert_eq!(
        (&answer["outcome"], &check(&answer, "urban_commune")["outcome"]),
        (&json!("fail"), &json!("fail"))
    );
    assert_eq!(check(&answer, "urban_commune")["evidence"], json!({"city_kind": "rural"}));
    let editions = app.get("/v1/editions?sort=year&limit=1&expand=city").await.items();
    let (first, year) = (&editions[0]["city"]["slug"], &editions[0]["year"]);
    let answer = app.would_be(&city(first.as_str().unwrap())).await;
    let title = check(&answer, "title_not_held");
    assert_eq!((&title["outcome"], &title["evidence"]), (&json!("fail"), &json!({"capital_years": [year]})));
    let again = app.question(&checks_of(2028), &city(first.as_str().unwrap())).await.expect(200).json();
    let title = check(&again, "title_not_held");
    assert_eq!(title["outcome"], "pass");
    assert_eq!(title["evidence"], json!({"capital_years": [year], "title_again_after_editions": 2}));
}

#[tokio::test]
async fn an_association_reads_what_is_missing() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let fine = app.add_association(&admin, &full_association("Complète")).await.json();
    let item = format!("/v1/associations/{}", fine["id"].as_str().unwrap());
    let answer = app.would_be(&honour(&fine)).await;
    let all_but = |code: &str| -> Vec<(String, String)> {
        let mut expected = outcomes(&answer);
        expected.retain(|(known, _)| known != code);
        expected
    };
    assert_eq!(answer["outcome"], "needs_review");
    assert!(all_but("described_activity").iter().all(|(_, outcome)| outcome == "pass"), "{answer}");
    for (patch, code, outcome, said) in [
        (json!({"status": "dissolved"}), "registered", "fail", "dissolved"),
        (json!({"status": null}), "registered", "needs_review", "not known"),
        (json!({"attestations": {"national": false}}), "national", "fail", "contrary"),
        (json!({"attestations": {"national": null}}), "national", "needs_review", "Nothing"),
        (json!({"attestations": {"non_profit": false}}), "non_profit", "fail", "contrary"),
        (json!({"attestations": {"non_political": null}}), "non_political", "needs_review", "Nothing"),
        (json!({"volunteers": 0}), "voluntary", "fail", "no volunteers"),
        (json!({"volunteers": null}), "voluntary", "needs_review", "number of volunteers"),
        (json!({"values": []}), "described_activity", "fail", "No activity is described"),
        (json!({"object": null}), "described_activity", "fail", "No activity is described"),
        (json!({"receipt_status": "none", "receipt_on": null}), "legal_standing", "fail", "declared"),
        (json!({"receipt_status": null, "receipt_on": null}), "legal_standing", "needs_review", "not known"),
        (
            json!({"receipt_status": "provisional", "receipt_on": days_ago(70)}),
            "legal_standing",
            "pass",
            "counts since",
        ),
        (
            json!({"receipt_status": "provisional", "receipt_on": days_ago(60)}),
            "legal_standing",
            "fail",
            "a final receipt counts at once",
        ),
    ] {
        let etag = app.get(&item).await.header("etag").to_owned();
        app.patch(&admin, &item, &etag, &patch).await.expect(200);
        let changed = app.would_be(&honour(&fine)).await;
        assert_eq!(check(&changed, code)["outcome"], outcome, "{patch}");
        let detail = check(&changed, code)["detail"]["en"].as_str().unwrap();
        assert!(detail.contains(said), "{patch}: {detail}");
        let mut others = outcomes(&changed);
        others.retain(|(known, _)| known != code);
        assert_eq!(others, all_but(code), "{patch}");
        app.put(&admin, &item, "*", &full_association("Complète")).await.expect(200);
    }
}

#[tokio::test]
async fn an_association_honoured_lately_reads_when_it_can_be_honoured_again() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    app.with_edition(2028, &json!({"parameters": {"association_honour_pause_years": 1}})).await;
    let some = app.add_association(&admin, &association("Honorée")).await.json();
    let award = |year: i64, id: &str| {
        app.execute(format!(
            "INSERT INTO honours (id, edition_id, association_id, title, version, created_at, updated_at) \
             SELECT '{id}', id, '{}', name, 1, created_at, updated_at FROM editions WHERE year = {year}",
            some["id"].as_str().unwrap()
        ))
    };
    let honoured = |year: i64| {
        let (app, question) = (&app, honour(&some));
        async move {
            let answer = app.question(&checks_of(year), &question).await.expect(200).json();
            check(&answer, "not_honoured_recently").clone()
        }
    };
    assert_eq!(award(2022, "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e21"), 1);
    assert_eq!(honoured(2027).await["outcome"], "pass");
    assert_eq!(award(2025, "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e22"), 1);
    let found = honoured(2027).await;
    assert_eq!(found["outcome"], "fail");
    assert_eq!(found["evidence"], json!({"honoured_in": [2022, 2025], "association_honour_pause_years": 4}));
    assert!(found["detail"]["en"].as_str().unwrap().contains("from the edition 2030 on"), "{found}");
    assert_eq!(honoured(2028).await["outcome"], "pass");
    // What was taken back does not count.
    app.execute("UPDATE honours SET revoked_at = updated_at WHERE edition_id IN (SELECT id FROM editions WHERE year = 2025)".to_owned());
    let found = honoured(2027).await;
    assert_eq!((&found["outcome"], &found["evidence"]["honoured_in"]), (&json!("pass"), &json!([2022])));
}

#[tokio::test]
async fn a_question_names_a_subject_and_an_edition_that_there_are() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let some = app.add_association(&admin, &association("Une")).await.json();
    let gone = app.add_association(&admin, &association("Supprimée")).await.json();
    app.delete(&admin, &format!("/v1/associations/{}", gone["id"].as_str().unwrap()), "*").await.expect(204);
    app.delete(&admin, "/v1/cities/essaouira", "*").await.expect(204);
    let both = json!({"kind": "city", "city_code": CITY, "association_id": some["id"]});
    for (body, place, code) in [
        (city("atlantis"), "/city_code", "reference"),
        (city("essaouira"), "/city_code", "reference"),
        (honour(&gone), "/association_id", "reference"),
        (honour(&json!({"id": "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"})), "/association_id", "reference"),
        (json!({"kind": "city"}), "/city_code", "required"),
        (json!({"kind": "association"}), "/association_id", "required"),
        (json!({"city_code": CITY}), "/kind", "required"),
        (both, "/association_id", "inapplicable"),
        (json!({"kind": "region", "city_code": CITY}), "/kind", "one_of"),
        (json!({"kind": "city", "city_code": CITY, "edition": 2027}), "/edition", "unknown_field"),
    ] {
        let problem = app.question(&checks_of(2027), &body).await.problem(422);
        assert_eq!(faults(&problem), fault(place, code), "{body}");
    }
    for year in [2021, 2099] {
        app.question(&checks_of(year), &city(CITY)).await.problem(404);
    }
    app.question("/v1/editions/twenty/eligibility-checks", &city(CITY)).await.problem(404);
    for (status, expected) in [("cancelled", 409), ("archived", 409), ("draft", 200), ("completed", 200)] {
        app.put_edition_in(2027, status);
        let answer = app.question(&checks_of(2027), &city(CITY)).await.expect(expected);
        if expected == 409 {
            let problem = answer.problem(409);
            assert_eq!(problem["code"], "edition_state", "{status}");
            assert!(problem["detail"].as_str().unwrap().contains(status), "{problem}");
        }
    }
    // The real editions had no parameters: the usual ones are used.
    let answer = app.question(&checks_of(2022), &city(CITY)).await.expect(200).json();
    assert_eq!(check(&answer, "active_associations")["evidence"]["min_active_associations"], 20);
}

#[tokio::test]
async fn a_question_keeps_nothing_and_takes_only_the_parameters_that_it_has() {
    let app = App::start().await;
    app.with_edition(2027, &Value::Null).await;
    let auditor = app.token(Role::Auditor).await;
    let trail = || async {
        app.get_as(&auditor, "/v1/audit?count=exact&limit=1").await.json()["page"]["total"].clone()
    };
    let before = trail().await;
    let french = app.question(&with(&checks_of(2027), "lang", "fr"), &city(CITY)).await.expect(200);
    assert_eq!(french.header("content-language"), "fr");
    assert_eq!(check(&french.json(), "urban_commune")["name"], "Commune urbaine");
    let fallback = app.question(&with(&checks_of(2027), "lang", "zgh"), &city(CITY)).await.expect(200).json();
    assert_eq!(fallback["language_fallbacks"]["checks.0.name"], "fr");
    app.question(&with(&checks_of(2027), "dry_run", "true"), &city(CITY)).await.expect(200);
    let unknown = app.question(&with(&checks_of(2027), "dryrun", "true"), &city(CITY)).await.problem(400);
    assert_eq!(faults(&unknown), fault("dryrun", "unknown_parameter"));
    assert_eq!(unknown["errors"][0]["did_you_mean"], "dry_run");
    let other = app.request(Method::POST, &checks_of(2027)).header("accept", "text/csv").json(&city(CITY));
    other.send().await.problem(406);
    assert_eq!(trail().await, before);
    // A token that is shown is judged, here as everywhere.
    let bad_token = app.request(Method::POST, &checks_of(2027)).token("nonsense").json(&city(CITY));
    bad_token.send().await.problem(401);
}

#[tokio::test]
async fn a_page_of_any_site_may_ask() {
    let app = App::start().await;
    app.with_edition(2027, &Value::Null).await;
    let stranger = ("origin", "https://stranger.example");
    let leave = app
        .request(Method::OPTIONS, &checks_of(2027))
        .header(stranger.0, stranger.1)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type")
        .send()
        .await
        .expect(204);
    assert_eq!(leave.header("access-control-allow-origin"), "*");
    assert_eq!(leave.header("access-control-allow-methods"), "POST");
    assert!(leave.header("access-control-allow-headers").contains("content-type"));
    let asked = app.request(Method::POST, &checks_of(2027)).header(stranger.0, stranger.1).json(&city(CITY));
    assert_eq!(asked.send().await.expect(200).header("access-control-allow-origin"), "*");
    // What looks alike is a write all the same.
    let token = app.token_of(app.admin()).await;
    let write = app.request(Method::DELETE, "/v1/cities/eligibility-checks").header(stranger.0, stranger.1);
    let refused = write.token(&token).if_match("*").send().await.problem(403);
    assert_eq!(refused["code"], "origin_not_allowed");
}
