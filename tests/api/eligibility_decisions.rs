//! Decisions on checks of eligibility, and the end of a screening that the checks contradict.

use nasij::access::Role;
use serde_json::{Value, json};

use crate::app::App;
use crate::eligibility::{CITY, check, eligibility};
use crate::nominations::{of_association, of_city, path};
use crate::steps::{fault, faults, full_association, with};

#[tokio::test]
async fn an_officer_decides_what_needs_a_review() {
    let app = App::start().await;
    let mut body = full_association("Presque");
    body["attestations"] = json!({"voluntary": true, "non_profit": true, "non_political": true});
    let (_, nomination, _) = app.nominated_association(&body).await;
    let ministry = app.token(Role::MinistryOfficer).await;
    let before = app.eligibility_of(&nomination).await;
    assert_eq!(check(&before, "national")["outcome"], "needs_review");
    let decided = app.decide(&ministry, &nomination, "national", "fail").await.expect(201);
    assert_eq!(decided.header("location"), eligibility(&nomination));
    let made = decided.json();
    assert_eq!(
        (&made["nomination_id"], &made["check"], &made["outcome"], &made["reason"]),
        (&nomination["id"], &json!("national"), &json!("fail"), &json!("national: fail.")),
    );
    let report = app.eligibility_of(&nomination).await;
    assert_eq!(
        (&report["outcome"], &check(&report, "national")["outcome"]),
        (&json!("fail"), &json!("fail"))
    );
    // The latest counts.
    let again = app.decide(&ministry, &nomination, "national", "pass").await.expect(201).json();
    let answer = app.get(&eligibility(&nomination)).await.expect(200);
    let report = answer.json();
    let national = check(&report, "national");
    assert_eq!(national["outcome"], "pass");
    let shown = json!({"outcome": "pass", "reason": "national: pass.", "at": again["at"]});
    assert_eq!(national["decision"], shown);
    assert_eq!(
        national["detail"],
        check(&before, "national")["detail"],
        "what was to be decided is still told"
    );
    assert_eq!(report["outcome"], "needs_review", "the described activity is not confirmed yet");
    assert!(!answer.text().contains("account") && !answer.text().contains("officer\""), "{}", answer.text());
}

#[tokio::test]
async fn only_icso_confirms_a_described_activity() {
    let app = App::start().await;
    let (admin, nomination, _) = app.nominated_association(&full_association("Décrite")).await;
    let ministry = app.token(Role::MinistryOfficer).await;
    let refused = app.decide(&ministry, &nomination, "described_activity", "pass").await.problem(403);
    assert_eq!(refused["code"], "forbidden");
    for role in [Role::Juror, Role::JuryChair, Role::Auditor] {
        let token = app.token(role).await;
        app.decide(&token, &nomination, "described_activity", "pass").await.problem(403);
    }
    let icso = app.token(Role::IcsoOfficer).await;
    app.decide(&icso, &nomination, "described_activity", "pass").await.expect(201);
    assert_eq!(app.eligibility_of(&nomination).await["outcome"], "pass");
    app.decide(&admin, &nomination, "described_activity", "fail").await.expect(201);
    assert_eq!(app.eligibility_of(&nomination).await["outcome"], "fail");
}

#[tokio::test]
async fn what_the_register_answers_is_not_decided() {
    let app = App::start().await;
    let mut body = full_association("Répondue");
    body["attestations"]["non_profit"] = json!(false);
    body["status"] = Value::Null;
    let (admin, nomination, honoured) = app.nominated_association(&body).await;
    for check in ["national", "non_profit", "not_honoured_recently"] {
        let problem = app.decide(&admin, &nomination, check, "pass").await.problem(409);
        assert_eq!(problem["code"], "eligibility_mismatch", "{check}");
        assert_eq!(faults(&problem), fault("/check", "one_of"), "{check}");
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("registered, described_activity"));
    }
    let of_cities = app.decide(&admin, &nomination, "urban_commune", "pass").await.problem(422);
    assert_eq!(faults(&of_cities), fault("/check", "one_of"));
    let unknown = app.decide(&admin, &nomination, "beauty", "pass").await.problem(422);
    assert_eq!(faults(&unknown), fault("/check", "one_of"));
    let undecided = app.decide(&admin, &nomination, "registered", "needs_review").await.problem(422);
    assert_eq!(faults(&undecided), fault("/outcome", "one_of"));
    let decisions = format!("{}/decisions", eligibility(&nomination));
    let blank = json!({"check": "registered", "outcome": "pass", "reason": " "});
    assert_eq!(faults(&app.post(&admin, &decisions, &blank).await.problem(422)), fault("/reason", "blank"));
    // A decision counts only as long as the register does not answer.
    app.decide(&admin, &nomination, "registered", "pass").await.expect(201);
    assert_eq!(check(&app.eligibility_of(&nomination).await, "registered")["outcome"], "pass");
    let item = format!("/v1/associations/{}", honoured["id"].as_str().unwrap());
    app.patch(&admin, &item, "*", &json!({"status": "dissolved"})).await.expect(200);
    let report = app.eligibility_of(&nomination).await;
    assert_eq!(check(&report, "registered")["outcome"], "fail");
    assert!(check(&report, "registered").get("decision").is_none());
}

#[tokio::test]
async fn checks_are_decided_only_while_the_nomination_is_screened() {
    let app = App::start().await;
    let admin = app.with_honours_edition(2027, &Value::Null).await;
    let honoured = app.add_association(&admin, &full_association("Examinée")).await.json();
    let nomination = app.nominate(&admin, &of_association(2027, &honoured["id"])).await;
    let icso = app.token(Role::IcsoOfficer).await;
    let decide = || app.decide(&icso, &nomination, "described_activity", "pass");
    assert_eq!(decide().await.problem(409)["code"], "not_editable");
    app.take_to(&admin, &nomination, "submitted").await.expect(201);
    let rehearsed = json!({"check": "described_activity", "outcome": "pass", "reason": "Essai."});
    let decisions = format!("{}/decisions", eligibility(&nomination));
    app.post(&icso, &with(&decisions, "dry_run", "true"), &rehearsed).await.expect(201);
    assert_eq!(app.eligibility_of(&nomination).await["outcome"], "needs_review");
    decide().await.expect(201);
    app.take_to(&admin, &nomination, "eligible").await.expect(201);
    assert_eq!(decide().await.problem(409)["code"], "not_editable");
    let draft = app.nominate(&admin, &of_city(2027, CITY)).await;
    let stranger = app.token(Role::MinistryOfficer).await;
    assert_eq!(
        app.decide(&stranger, &draft, "urban_commune", "pass").await.problem(409)["code"],
        "not_editable"
    );
}

#[tokio::test]
async fn eligible_is_only_who_passes_every_check() {
    let app = App::start().await;
    let mut body = full_association("Presque");
    body["attestations"]["national"] = json!(false);
    let (admin, nomination, honoured) = app.nominated_association(&body).await;
    let etag = app.get(&path(&nomination)).await.header("etag").to_owned();
    let problem = app.take_to(&admin, &nomination, "eligible").await.problem(409);
    assert_eq!(problem["code"], "eligibility_mismatch");
    let told: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(told, ["check_failed", "check_undecided"]);
    let said = problem["errors"].to_string();
    assert!(
        said.contains("“National association”") && said.contains("“Described activity that serves a value”"),
        "{said}"
    );
    assert_eq!(app.get(&path(&nomination)).await.header("etag"), etag, "nothing has changed");
    let item = format!("/v1/associations/{}", honoured["id"].as_str().unwrap());
    app.patch(&admin, &item, "*", &json!({"attestations": {"national": true}})).await.expect(200);
    let undecided = app.take_to(&admin, &nomination, "eligible").await.problem(409);
    assert_eq!(faults(&undecided), fault("/to", "check_undecided"));
    let unfounded = app.take_to(&admin, &nomination, "ineligible").await.problem(409);
    assert_eq!(unfounded["errors"][0]["code"], "no_check_failed");
    app.decide(&admin, &nomination, "described_activity", "pass").await.expect(201);
    app.take_to(&admin, &nomination, "ineligible").await.problem(409);
    app.take_to(&admin, &nomination, "eligible").await.expect(201);
}

#[tokio::test]
async fn a_decision_is_enough_to_be_ineligible() {
    let app = App::start().await;
    let (admin, nomination, _) = app.nominated_association(&full_association("Sans valeur")).await;
    app.take_to(&admin, &nomination, "ineligible").await.problem(409);
    app.decide(&admin, &nomination, "described_activity", "fail").await.expect(201);
    app.take_to(&admin, &nomination, "ineligible").await.expect(201);
    let report = app.eligibility_of(&nomination).await;
    assert_eq!((&report["frozen"], &report["outcome"]), (&json!(true), &json!("fail")));
}
