//! Assignments: drawn by a seed, balanced, without conflicts of interest; and by hand.

use std::collections::BTreeMap;

use nasij::access::{NewAccount, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::jury_at_work::{JuryAtWork, YEAR, sheet};
use crate::nominations::{of_city, path};
use crate::steps::{fault, faults};

const CITIES: [&str; 5] = ["fes", "safi", "agadir", "tetouan", "meknes"];

fn by<'a>(pairs: &'a [Value], field: &str) -> BTreeMap<&'a str, usize> {
    let mut counted = BTreeMap::new();
    for pair in pairs {
        *counted.entry(pair[field].as_str().expect("an identifier")).or_default() += 1;
    }
    counted
}

#[tokio::test]
async fn a_draw_gives_every_nomination_its_evaluations_and_every_juror_the_same_load() {
    let jury = JuryAtWork::new(5, &CITIES).await;
    let body = json!({"kind": "city", "evaluations_per_nomination": 3});
    let rehearsed = jury.draw("?dry_run=true", &body).await.expect(201).json();
    assert!(jury.evaluations().await.is_empty());
    assert_eq!(jury.app.get(&path(&jury.nominations[0])).await.json()["status"], "eligible");
    let drawn = jury.draw("", &body).await.expect(201);
    assert_eq!(drawn.header("location"), format!("/v1/editions/{YEAR}/assignments"));
    let drawn = drawn.json();
    for field in ["excluded", "kind", "evaluations_per_nomination"] {
        assert_eq!(drawn[field], rehearsed[field], "{field}");
    }
    let assigned = drawn["assigned"].as_array().unwrap();
    let per_nomination = by(assigned, "nomination_id");
    assert_eq!((per_nomination.len(), per_nomination.values().all(|count| *count == 3)), (5, true));
    // 15 evaluations among the five jurors; the chair has none.
    assert!(by(assigned, "juror_id").values().all(|count| *count == 3), "{assigned:?}");
    let told: Vec<i64> =
        drawn["load"].as_array().unwrap().iter().map(|one| one["evaluations"].as_i64().unwrap()).collect();
    assert_eq!(told, [3; 5]);
    assert_eq!(jury.pairs().await.len(), 15);
    let of_draw = jury.evaluations().await.iter().filter(|one| one["assignment_id"] == drawn["id"]).count();
    assert_eq!(of_draw, 15);
    for nomination in &jury.nominations {
        assert_eq!(jury.app.get(&path(nomination)).await.json()["status"], "under_evaluation");
    }
    let more = json!({"kind": "city", "evaluations_per_nomination": 4});
    let more = jury.draw("", &more).await.expect(201).json();
    assert_eq!(more["assigned"].as_array().unwrap().len(), 5, "one more for each");
}

#[tokio::test]
async fn a_draw_without_wishes_takes_the_edition_s_figure_and_chance() {
    let jury = JuryAtWork::new(3, &CITIES).await;
    let one = jury.draw("", &json!({"kind": "city"})).await.expect(201).json();
    let figure = (&one["evaluations_per_nomination"], one["assigned"].as_array().unwrap().len());
    assert_eq!(figure, (&json!(1), 5));
    let other = jury.draw("", &json!({"kind": "city", "evaluations_per_nomination": 2})).await;
    assert_ne!(one["seed"], other.expect(201).json()["seed"]);
}

#[tokio::test]
async fn nobody_learns_or_chooses_beforehand_whom_a_draw_will_take() {
    let jury = JuryAtWork::new(4, &CITIES).await;
    let body = json!({"kind": "city", "evaluations_per_nomination": 2});
    // However often a draw is rehearsed: it is possible, and that is all.
    for _ in 0..3 {
        let rehearsed = jury.draw("?dry_run=true", &body).await.expect(201);
        for told in ["seed", "assigned", "load"] {
            assert!(rehearsed.json().get(told).is_none(), "{told}: {}", rehearsed.text());
        }
        for juror in &jury.jurors {
            assert!(!rehearsed.text().contains(&juror.id), "{}", rehearsed.text());
        }
    }
    assert!(jury.evaluations().await.is_empty());
    // The rule of the draw is public: whoever gave the seed would give the jury.
    let chosen = json!({"kind": "city", "seed": "the one that suits"});
    assert_eq!(faults(&jury.draw("", &chosen).await.problem(422)), fault("/seed", "unknown_field"));
    let drawn = jury.draw("", &body).await.expect(201).json();
    assert!(drawn["seed"].as_str().is_some_and(|seed| seed.len() >= 20), "{drawn}");
    let listed = format!("/v1/editions/{YEAR}/assignments");
    let listed = jury.app.get_as(&jury.chair.token, &listed).await.items();
    assert_eq!((&listed[0]["seed"], &listed[0]["assigned"]), (&drawn["seed"], &drawn["assigned"]));
}

#[tokio::test]
async fn jurors_in_conflict_are_excluded_and_it_is_noted_once() {
    let jury = JuryAtWork::new(3, &["fes", "safi"]).await;
    let fassi = NewAccount { city: Some("fes".to_owned()), ..NewAccount::of_role(Role::Juror, "From Fès") };
    let fassi = jury.app.person(&fassi).await;
    let fes = &jury.nominations[0];
    let drawn =
        jury.draw("", &json!({"kind": "city", "evaluations_per_nomination": 3})).await.expect(201).json();
    let excluded = json!([{"nomination_id": fes["id"], "juror_id": fassi.id, "ground": "nominee"}]);
    assert_eq!(drawn["excluded"], excluded);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    assert!(!jury.pairs().await.contains(&(text(&fes["id"]), fassi.id.clone())));
    let again =
        jury.draw("", &json!({"kind": "city", "evaluations_per_nomination": 3})).await.expect(201).json();
    assert_eq!((&again["excluded"], &again["assigned"]), (&excluded, &json!([])));
    let detected = format!("{}/conflicts?kind=detected", path(fes));
    let detected = jury.app.get_as(&jury.chair.token, &detected).await.items();
    assert_eq!((detected.len(), &detected[0]["juror_id"]), (1, &json!(fassi.id)));
    let list = format!("/v1/editions/{YEAR}/assignments?kind=city&count=exact");
    let list = jury.app.get_as(&jury.chair.token, &list).await.json();
    assert_eq!((&list["page"]["total"], &list["items"][0]["id"]), (&json!(2), &again["id"]));
    // Three for Fès are three jurors without a conflict; four there are not.
    let problem = jury.draw("", &json!({"kind": "city", "evaluations_per_nomination": 4})).await.problem(409);
    assert_eq!(problem["code"], "too_few_jurors");
    assert_eq!(faults(&problem), fault(&format!("/nominations/{}", text(&fes["id"])), "jurors_missing"));
}

#[tokio::test]
async fn a_juror_who_stepped_back_is_replaced_by_another() {
    let jury = JuryAtWork::new(3, &["fes"]).await;
    let nomination = &jury.nominations[0];
    let [gone, stays, next] = [&jury.jurors[0], &jury.jurors[1], &jury.jurors[2]];
    jury.evaluate(nomination, stays, &sheet(7)).await;
    let evaluation = jury.assign(nomination, gone).await;
    jury.go(gone, &evaluation, &json!({"to": "recused", "reason": "Malade."})).await.expect(201);
    let ids = json!([gone.id, stays.id, next.id]);
    let two = json!({"kind": "city", "evaluations_per_nomination": 2, "juror_ids": ids});
    let drawn = jury.draw("", &two).await.expect(201).json();
    assert_eq!(drawn["assigned"], json!([{"nomination_id": nomination["id"], "juror_id": next.id}]));
    let more = json!({"kind": "city", "evaluations_per_nomination": 3, "juror_ids": ids});
    assert_eq!(jury.draw("", &more).await.problem(409)["code"], "too_few_jurors");
}

#[tokio::test]
async fn a_draw_waits_for_the_screening_the_review_and_an_open_jury() {
    let jury = JuryAtWork::new(3, &["fes"]).await;
    let body = json!({"kind": "city"});
    for state in ["city_call_open", "designated", "cancelled"] {
        jury.app.put_edition_in(YEAR, state);
        assert_eq!(jury.draw("", &body).await.problem(409)["code"], "edition_state", "{state}");
    }
    jury.app.put_edition_in(YEAR, "city_call_open");
    let waiting = jury.app.nominate(&jury.admin, &of_city(YEAR, "safi")).await;
    jury.app.put_edition_in(YEAR, "city_review");
    for state in ["submitted", "needs_completion"] {
        jury.app.put_nomination_in(&waiting, state);
        let problem = jury.draw("", &body).await.problem(409);
        assert_eq!(problem["code"], "not_ready", "{state}");
        let place = format!("/nominations/{}", waiting["id"].as_str().unwrap());
        assert_eq!(faults(&problem), fault(&place, "nomination_waits"), "{state}");
    }
    for (state, other) in [("ineligible", "withdrawn"), ("withdrawn", "disqualified")] {
        jury.app.put_nomination_in(&waiting, state);
        jury.app.put_nomination_in(&jury.nominations[0], other);
        let problem = jury.draw("", &body).await.problem(409);
        assert_eq!(faults(&problem), fault("/kind", "nothing_evaluated"), "{state}");
    }
    jury.app.put_nomination_in(&jury.nominations[0], "eligible");
    let problem = jury.draw("", &json!({"kind": "association"})).await.problem(409);
    assert_eq!(problem["code"], "edition_state");
    assert_eq!(jury.draw("", &body).await.expect(201).json()["assigned"].as_array().unwrap().len(), 1);
    jury.evaluate(&jury.nominations[0], &jury.free_juror().await, &sheet(7)).await;
    jury.close().await;
    assert_eq!(jury.draw("", &body).await.problem(409)["code"], "jury_closed");
}

impl JuryAtWork {
    /// A juror without an evaluation.
    async fn free_juror(&self) -> crate::jury_at_work::Person {
        self.app.person(&NewAccount::of_role(Role::Juror, "A free juror")).await
    }
}

#[tokio::test]
async fn jurors_are_people_who_judge_and_whose_accounts_are_active() {
    let jury = JuryAtWork::new(1, &["fes"]).await;
    let nomination = &jury.nominations[0];
    let officer = jury.app.person(&NewAccount::of_role(Role::IcsoOfficer, "ICSO")).await;
    let gone = jury.app.person(&NewAccount::of_role(Role::Juror, "Gone")).await;
    jury.app.execute(format!("UPDATE accounts SET disabled_at = created_at WHERE id = '{}'", gone.id));
    let nobody = "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11".to_owned();
    for unfit in [&officer.id, &jury.chair.id, &gone.id, &nobody] {
        let juror = jury.jurors[0].id.as_str();
        let problem = jury.draw("", &json!({"kind": "city", "juror_ids": [juror, unfit]})).await.problem(422);
        assert_eq!(faults(&problem), fault("/juror_ids/1", "reference"), "{unfit}");
        let evaluations = format!("{}/evaluations", path(nomination));
        let by_hand = jury.app.post(&jury.chair.token, &evaluations, &json!({"juror_id": unfit})).await;
        assert_eq!(faults(&by_hand.problem(422)), fault("/juror_id", "reference"), "{unfit}");
    }
    for (body, place, code) in [
        (json!({"kind": "city", "juror_ids": []}), "/juror_ids", "length"),
        (json!({"kind": "city", "juror_ids": [nobody, nobody]}), "/juror_ids/1", "repeated"),
        (json!({"kind": "city", "evaluations_per_nomination": 0}), "/evaluations_per_nomination", "range"),
        (json!({"kind": "city", "evaluations_per_nomination": 51}), "/evaluations_per_nomination", "range"),
        (json!({}), "/kind", "required"),
    ] {
        assert_eq!(faults(&jury.draw("", &body).await.problem(422)), fault(place, code), "{body}");
    }
    // By default, those who are gone are left out.
    let drawn = jury.draw("", &json!({"kind": "city"})).await.expect(201).json();
    assert_eq!(drawn["load"].as_array().unwrap().len(), 1, "the juror alone");
}

#[tokio::test]
async fn a_nomination_is_assigned_by_hand_once_and_only_when_it_is_to_be_evaluated() {
    let jury = JuryAtWork::new(2, &["fes"]).await;
    let nomination = &jury.nominations[0];
    for state in ["submitted", "ineligible", "withdrawn", "selected"] {
        jury.app.put_nomination_in(nomination, state);
        let problem = jury.try_assign(nomination, &jury.jurors[0]).await.problem(409);
        assert_eq!(problem["code"], "not_editable", "{state}");
    }
    jury.app.put_nomination_in(nomination, "eligible");
    jury.app.put_edition_in(YEAR, "city_call_open");
    assert_eq!(jury.try_assign(nomination, &jury.jurors[0]).await.problem(409)["code"], "edition_state");
    jury.app.put_edition_in(YEAR, "city_review");
    jury.assign(nomination, &jury.jurors[0]).await;
    let problem = jury.try_assign(nomination, &jury.jurors[0]).await.problem(409);
    assert_eq!(
        (&problem["code"], faults(&problem)),
        (&json!("already_exists"), fault("/juror_id", "already_exists"))
    );
    let history = jury.app.get(&format!("{}/history", path(nomination))).await.items();
    assert_eq!(history.last().unwrap()["to"], "under_evaluation");
    for role in [Role::IcsoOfficer, Role::Juror, Role::Auditor] {
        let evaluations = format!("{}/evaluations", path(nomination));
        let body = json!({"juror_id": jury.jurors[1].id});
        jury.app.post(&jury.app.token(role).await, &evaluations, &body).await.problem(403);
        let assignments = format!("/v1/editions/{YEAR}/assignments");
        jury.app.post(&jury.app.token(role).await, &assignments, &json!({"kind": "city"})).await.problem(403);
    }
    let draft = json!({"id": "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"});
    jury.try_assign(&draft, &jury.jurors[1]).await.problem(404);
}

#[tokio::test]
async fn draws_at_once_do_not_assign_too_many() {
    let jury = JuryAtWork::new(6, &CITIES).await;
    let assignments = format!("/v1/editions/{YEAR}/assignments");
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let request = jury.app.request(Method::POST, &assignments).token(&jury.chair.token);
        running.spawn(request.json(&json!({"kind": "city", "evaluations_per_nomination": 2})).send());
    }
    assert!(running.join_all().await.iter().all(|answer| answer.status == 201));
    assert_eq!(jury.pairs().await.len(), 10);
    assert_eq!(jury.evaluations().await.len(), 10);
}
