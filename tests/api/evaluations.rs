//! Evaluations: how a sheet is written and handed in, and when not.

use nasij::access::{NewAccount, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::jury_at_work::{JuryAtWork, Person, YEAR, evaluation_path, sheet};
use crate::nominations::path;
use crate::steps::{fault, faults};

const NONE: &str = "{\"conflict\": false}";

fn none() -> Value {
    serde_json::from_str(NONE).expect("JSON")
}

#[tokio::test]
async fn a_sheet_is_assigned_declared_written_and_handed_in() {
    let jury = JuryAtWork::new(1, &["fes"]).await;
    let (juror, nomination) = (&jury.jurors[0], &jury.nominations[0]);
    let assigned = jury.try_assign(nomination, juror).await.expect(201);
    let evaluation = assigned.json();
    assert_eq!(assigned.header("location"), evaluation_path(&evaluation));
    assert_eq!((&evaluation["status"], &evaluation["seen_as"]), (&json!("assigned"), &json!("progress")));
    assert_eq!(jury.app.get(&path(nomination)).await.json()["status"], "under_evaluation");
    let own = jury.seen(juror, &evaluation).await;
    assert_eq!((&own["seen_as"], &own["juror_id"]), (&json!("own"), &json!(juror.id)));

    let refused = jury.write(juror, &evaluation, &sheet(7)).await.problem(409);
    assert_eq!(refused["code"], "declaration_needed");
    for to in ["draft", "submitted"] {
        let refused = jury.go(juror, &evaluation, &json!({"to": to})).await.problem(409);
        assert_eq!(refused["code"], "declaration_needed", "{to}");
    }
    jury.declare(juror, nomination, &none()).await.expect(201);

    let draft = jury.app.get_as(&juror.token, &evaluation_path(&evaluation)).await.expect(200);
    assert_eq!(draft.json()["status"], "draft");
    assert!(draft.json()["declared_at"].is_string());
    let first = json!({"scores": {"heritage": {"score": 9, "comment": "La médina."}}, "comment": "Solide."});
    let item = evaluation_path(&evaluation);
    let saved = jury.app.put(&juror.token, &item, draft.header("etag"), &first).await.expect(200);
    jury.app.put(&juror.token, &item, draft.header("etag"), &first).await.problem(412);
    let patch =
        json!({"scores": {"programme": {"score": 6}, "heritage": {"comment": null}}, "comment": null});
    let patched = jury.app.patch(&juror.token, &item, saved.header("etag"), &patch).await.expect(200).json();
    assert_eq!(patched["scores"], json!({"heritage": {"score": 9}, "programme": {"score": 6}}));
    assert!(patched.get("comment").is_none());
    jury.app.request(Method::PATCH, &item).token(&juror.token).merge_patch(&patch).send().await.problem(428);

    let incomplete = jury.submit(juror, &evaluation).await.problem(422);
    let missing: Vec<String> = faults(&incomplete).into_iter().map(|(place, _)| place).collect();
    assert_eq!(
        missing,
        ["association_vitality", "capacity_and_legacy", "fit_with_values", "partnership"]
            .map(|code| format!("/scores/{code}"))
    );
    jury.write(juror, &evaluation, &sheet(7)).await.expect(200);
    let submitted = jury.submit(juror, &evaluation).await.expect(201);
    assert_eq!(submitted.header("location"), item);
    assert_eq!((&submitted.json()["from"], &submitted.json()["to"]), (&json!("draft"), &json!("submitted")));
    let read = jury.app.get_as(&juror.token, &item).await.expect(200);
    let version = |etag: &str| etag.trim_matches('"').split('-').next().unwrap().to_owned();
    assert_eq!(version(read.header("etag")), version(submitted.header("etag")));
    assert!(read.json()["submitted_at"].is_string());

    let refused = jury.write(juror, &evaluation, &sheet(8)).await.problem(409);
    assert_eq!(refused["code"], "not_editable");
    let again = jury.submit(juror, &evaluation).await.problem(409);
    assert_eq!((&again["code"], faults(&again)), (&json!("wrong_state"), fault("/to", "one_of")));
    assert_eq!(jury.app.get_as(&juror.token, &item).await.header("etag"), read.header("etag"));
}

#[tokio::test]
async fn what_is_wrong_in_a_sheet_is_named() {
    let jury = JuryAtWork::new(1, &["fes"]).await;
    let (juror, nomination) = (&jury.jurors[0], &jury.nominations[0]);
    let evaluation = jury.draft(nomination, juror).await;
    for (scores, place, code) in [
        (json!({"heritages": {"score": 5}}), "/scores/heritages", "unknown_field"),
        // A criterion of associations.
        (json!({"innovation": {"score": 5}}), "/scores/innovation", "unknown_field"),
        (json!({"heritage": {"score": 11}}), "/scores/heritage/score", "range"),
        (json!({"heritage": {"score": -1}}), "/scores/heritage/score", "range"),
        (json!({"heritage": {"score": 7.5}}), "/scores/heritage/score", "type"),
        (json!({"heritage": {"score": "7"}}), "/scores/heritage/score", "type"),
        (json!({"heritage": {}}), "/scores/heritage/score", "required"),
        (json!({"heritage": {"score": 7, "comment": " "}}), "/scores/heritage/comment", "blank"),
        (json!({"heritage": {"score": 7, "weight": 3}}), "/scores/heritage/weight", "unknown_field"),
    ] {
        let problem = jury.write(juror, &evaluation, &json!({"scores": scores})).await.problem(422);
        assert_eq!(faults(&problem), fault(place, code), "{scores}");
        if place == "/scores/heritages" {
            assert_eq!(problem["errors"][0]["did_you_mean"], "heritage");
        }
    }
    for (body, place, code) in [
        (json!({"comment": "  "}), "/comment", "blank"),
        (json!({"status": "submitted"}), "/status", "unknown_field"),
    ] {
        let problem = jury.write(juror, &evaluation, &body).await.problem(422);
        assert_eq!(faults(&problem), fault(place, code), "{body}");
    }
    assert_eq!(jury.seen(juror, &evaluation).await["scores"], json!({}));
}

#[tokio::test]
async fn of_two_tabs_that_save_at_once_one_wins() {
    let jury = JuryAtWork::new(1, &["fes"]).await;
    let juror = &jury.jurors[0];
    let evaluation = jury.draft(&jury.nominations[0], juror).await;
    jury.write(juror, &evaluation, &sheet(5)).await.expect(200);
    let item = evaluation_path(&evaluation);
    let etag = jury.app.get_as(&juror.token, &item).await.header("etag").to_owned();
    let mut running = tokio::task::JoinSet::new();
    for score in 0..10 {
        let patch = json!({"scores": {"heritage": {"score": score}}});
        let request = jury.app.request(Method::PATCH, &item).token(&juror.token).if_match(&etag);
        running.spawn(request.merge_patch(&patch).send());
    }
    let submit = jury.app.request(Method::POST, &format!("{item}/transitions")).token(&juror.token);
    running.spawn(submit.if_match(&etag).json(&json!({"to": "submitted"})).send());
    let answers = running.join_all().await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status < 300).collect();
    assert_eq!((won.len(), answers.iter().filter(|answer| answer.status == 412).count()), (1, 10));
}

/// Everything that a juror may do with a draft, as a rehearsal: status and code.
async fn tried(jury: &JuryAtWork, juror: &Person, evaluation: &Value) -> Vec<(u16, String)> {
    let item = evaluation_path(evaluation);
    let request = |method: Method, path: &str| {
        jury.app.request(method, &format!("{path}?dry_run=true")).token(&juror.token).if_match("*")
    };
    let transitions = format!("{item}/transitions");
    let answers = [
        request(Method::PUT, &item).json(&sheet(4)).send().await,
        request(Method::PATCH, &item).merge_patch(&json!({"comment": "Bien."})).send().await,
        request(Method::POST, &transitions).json(&json!({"to": "submitted"})).send().await,
        request(Method::POST, &transitions).json(&json!({"to": "recused", "reason": "Malade."})).send().await,
    ];
    let told = |answer: &crate::answer::Answer| {
        let code = if answer.status < 300 {
            String::new()
        } else {
            answer.json()["code"].as_str().unwrap_or_default().to_owned()
        };
        (answer.status, code)
    };
    answers.iter().map(told).collect()
}

#[tokio::test]
async fn a_jury_works_only_while_its_edition_is_in_review_and_it_is_open() {
    let jury = JuryAtWork::new(2, &["fes"]).await;
    let (juror, nomination) = (&jury.jurors[0], &jury.nominations[0]);
    let evaluation = jury.draft(nomination, juror).await;
    jury.write(juror, &evaluation, &sheet(7)).await.expect(200);
    let refused = |code: &str| vec![(409, code.to_owned()); 4];
    let statuses: Vec<u16> =
        tried(&jury, juror, &evaluation).await.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [200, 200, 201, 201]);
    for state in ["city_call_open", "designated", "honours_review", "cancelled"] {
        jury.app.put_edition_in(YEAR, state);
        assert_eq!(tried(&jury, juror, &evaluation).await, refused("edition_state"), "{state}");
    }
    jury.app.put_edition_in(YEAR, "city_review");
    for state in ["eligible", "withdrawn", "disqualified", "not_selected"] {
        jury.app.put_nomination_in(nomination, state);
        assert_eq!(tried(&jury, juror, &evaluation).await, refused("not_editable"), "{state}");
    }
    jury.app.put_nomination_in(nomination, "under_evaluation");
    jury.evaluate(nomination, &jury.jurors[1], &sheet(8)).await;
    jury.close().await;
    // The closing has ended the draft.
    let ended = ["not_editable", "not_editable", "wrong_state", "wrong_state"];
    assert_eq!(tried(&jury, juror, &evaluation).await, ended.map(|code| (409, code.to_owned())));
    let late = json!({"conflict": true, "ground": "other", "statement": "…"});
    assert_eq!(jury.declare(juror, nomination, &late).await.problem(409)["code"], "jury_closed");
    let third = jury.app.person(&NewAccount::of_role(Role::Juror, "Juror 3")).await;
    assert_eq!(jury.try_assign(nomination, &third).await.problem(409)["code"], "jury_closed");
}

#[tokio::test]
async fn a_juror_steps_back_with_a_reason_also_after_submitting() {
    let jury = JuryAtWork::new(2, &["fes", "safi"]).await;
    let (juror, other) = (&jury.jurors[0], &jury.jurors[1]);
    let submitted = jury.evaluate(&jury.nominations[0], juror, &sheet(7)).await;
    let assigned = jury.assign(&jury.nominations[1], juror).await;
    for (evaluation, from) in [(&submitted, "submitted"), (&assigned, "assigned")] {
        let problem = jury.go(juror, evaluation, &json!({"to": "recused"})).await.problem(422);
        assert_eq!(faults(&problem), fault("/reason", "required"));
        let recusal = json!({"to": "recused", "reason": "Un parent y travaille."});
        jury.go(other, evaluation, &recusal).await.problem(404);
        let change = jury.go(juror, evaluation, &recusal).await.expect(201).json();
        assert_eq!((&change["from"], &change["to"]), (&json!(from), &json!("recused")));
        let own = jury.seen(juror, evaluation).await;
        assert_eq!((&own["status"], own["ended_at"].is_string()), (&json!("recused"), true));
        assert_eq!(jury.submit(juror, evaluation).await.problem(409)["code"], "wrong_state");
        let conflicts = format!(
            "/v1/nominations/{}/conflicts?kind=declared",
            evaluation["nomination_id"].as_str().unwrap()
        );
        let noted = jury.app.get_as(&jury.chair.token, &conflicts).await.items();
        assert_eq!(noted[0]["statement"], "Un parent y travaille.");
    }
    let voided = jury.go(juror, &submitted, &json!({"to": "voided"})).await.problem(409);
    assert_eq!(voided["code"], "wrong_state");
}

#[tokio::test]
async fn nobody_writes_for_a_juror() {
    let jury = JuryAtWork::new(1, &["fes"]).await;
    let evaluation = jury.draft(&jury.nominations[0], &jury.jurors[0]).await;
    let people = [
        (Role::JuryChair, "the chair", 403),
        (Role::Juror, "another juror", 404),
        (Role::Admin, "an administrator", 403),
        (Role::MinistryOfficer, "the ministry", 403),
        (Role::IcsoOfficer, "ICSO", 403),
        (Role::Auditor, "an auditor", 403),
    ];
    for (role, who, status) in people {
        let person = jury.app.person(&NewAccount::of_role(role, who)).await;
        for (refused, _) in tried(&jury, &person, &evaluation).await {
            assert_eq!(refused, status, "{who}");
        }
    }
}

#[tokio::test]
async fn the_progress_tells_how_far_the_jury_is_and_no_score() {
    let jury = JuryAtWork::new(3, &["fes", "safi"]).await;
    let [fes, safi] = [&jury.nominations[0], &jury.nominations[1]];
    let marked = json!({"scores": sheet(9)["scores"], "comment": "Marque secrète"});
    jury.evaluate(fes, &jury.jurors[0], &marked).await;
    jury.draft(fes, &jury.jurors[1]).await;
    let recused = jury.assign(safi, &jury.jurors[1]).await;
    jury.go(&jury.jurors[1], &recused, &json!({"to": "recused", "reason": "Malade."})).await.expect(201);
    jury.assign(safi, &jury.jurors[2]).await;
    let path = format!("/v1/editions/{YEAR}/evaluation-progress?kind=city");
    for role in [Role::JuryChair, Role::Admin, Role::MinistryOfficer, Role::IcsoOfficer, Role::Auditor] {
        let answer = jury.app.get_as(&jury.app.token(role).await, &path).await.expect(200);
        assert!(!answer.text().contains("score") && !answer.text().contains("Marque"), "{role}");
        let progress = answer.json();
        let of = |nomination: &Value| {
            let all = progress["nominations"].as_array().unwrap();
            all.iter().find(|one| one["nomination_id"] == nomination["id"]).unwrap().clone()
        };
        let expected = |nomination: &Value, numbers: [i64; 5], quorum: bool| {
            json!({"nomination_id": nomination["id"], "needed": 1, "quorum": quorum, "evaluations": {
                "assigned": numbers[0], "declared": numbers[1], "submitted": numbers[2], "recused": numbers[3],
                "voided": numbers[4],
            }})
        };
        assert_eq!(of(fes), expected(fes, [2, 2, 1, 0, 0], true), "{role}");
        assert_eq!(of(safi), expected(safi, [1, 0, 0, 1, 0], false), "{role}");
        assert_eq!((&progress["with_quorum"], &progress["total"]["assigned"]), (&json!(1), &json!(3)));
        let second =
            progress["jurors"].as_array().unwrap().iter().find(|one| one["name"] == "Juror 2").unwrap();
        assert_eq!(
            (&second["evaluations"]["assigned"], &second["evaluations"]["recused"]),
            (&json!(1), &json!(1))
        );
    }
    let token = &jury.jurors[0].token;
    jury.app.get_as(token, &path).await.problem(403);
    let token = &jury.chair.token;
    jury.app.get_as(token, &format!("/v1/editions/{YEAR}/evaluation-progress")).await.problem(400);
    let other = format!("/v1/editions/{YEAR}/evaluation-progress?kind=association");
    assert_eq!(jury.app.get_as(token, &other).await.expect(200).json()["nominations"], json!([]));
}
