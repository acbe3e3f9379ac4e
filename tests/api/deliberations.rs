//! The closing of a jury: what it needs, what it publishes and what not, and its reopening.

use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl as _};
use nasij::access::Role;
use nasij::selection::results::record::SealedRecord;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::juries::{Jury, thrice};
use crate::nominations::{of_city, path};
use crate::steps::{fault, faults};
use crate::tampering::as_kept;

const CITY: &str = r#"{"kind": "city"}"#;

fn city() -> Value {
    serde_json::from_str(CITY).expect("JSON")
}

/// Two cities of which one passes.
async fn two_cities(app: &App) -> Jury {
    app.with_jury(2031, &[("fes", thrice([8, 7, 6])), ("safi", thrice([5, 4, 3]))]).await
}

#[derive(Debug, QueryableByName)]
struct Kept {
    #[diesel(sql_type = Text)]
    record: String,
}

/// What a deliberation has sealed, as it is kept.
fn record_of(app: &App, deliberation: &Value) -> SealedRecord {
    let id = deliberation["id"].as_str().expect("an identifier");
    let sql = format!("SELECT CAST(record AS TEXT) AS record FROM deliberations WHERE id = '{id}'");
    let read = |connection: &mut nasij::database::Connection| {
        Ok(diesel::sql_query(as_kept(connection, &sql)).get_result::<Kept>(connection)?)
    };
    let kept = app.database().write_blocking(read).expect("the record is there");
    serde_json::from_str(&kept.record).expect("a sealed record")
}

/// The outcomes under embargo that there are of this state.
fn outcomes(app: &App, status: &str) -> usize {
    app.execute(format!("UPDATE nomination_outcomes SET updated_at = updated_at WHERE status = '{status}'"))
}

/// What everybody reads of the edition, its cities and its nominations, with all that could tell a change.
async fn public(app: &App, jury: &Jury) -> Vec<(String, Vec<u8>)> {
    let mut paths = vec![
        jury.path("").trim_end_matches('/').to_owned(),
        jury.path("honours"),
        jury.path("criteria"),
        format!("/v1/nominations?edition={}&facet=status&count=exact", jury.year),
        "/v1/nominations?status=shortlisted,selected,not_selected,reserve&count=exact".to_owned(),
        "/v1/editions?facet=status&count=exact".to_owned(),
        "/v1/cities/fes".to_owned(),
    ];
    for nomination in &jury.nominations {
        paths.push(path(nomination));
        paths.push(format!("{}/history", path(nomination)));
    }
    let mut read = Vec::new();
    for path in paths {
        let answer = app.get(&path).await.expect(200);
        read.push((answer.header("etag").to_owned(), answer.body.clone()));
    }
    read
}

#[tokio::test]
async fn a_closed_jury_publishes_its_commitment_and_nothing_else() {
    let app = App::start().await;
    let jury = two_cities(&app).await;
    let before = public(&app, &jury).await;
    assert!(app.get(&jury.path("deliberations")).await.items().is_empty());
    let closed = app.close_jury(&jury).await.expect(201);
    let deliberation = closed.json();
    let mut fields: Vec<&String> = deliberation.as_object().unwrap().keys().collect();
    fields.sort();
    let shown = [
        "audit_hash",
        "audit_seq",
        "closed_at",
        "commitment",
        "edition_id",
        "edition_year",
        "id",
        "kind",
        "status",
    ];
    assert_eq!(fields, shown);
    assert_eq!((&deliberation["kind"], &deliberation["status"]), (&json!("city"), &json!("closed")));
    let read = app.get(closed.header("location")).await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (deliberation.clone(), closed.header("etag")));
    assert_eq!(app.get(&jury.path("deliberations")).await.items(), std::slice::from_ref(&deliberation));
    assert!(app.get(&jury.path("deliberations?kind=association")).await.items().is_empty());
    assert_eq!(app.get(&jury.path("deliberations?status=closed&kind=city")).await.items().len(), 1);
    assert_eq!(public(&app, &jury).await, before, "a closing shows in what is public");
    assert_eq!((outcomes(&app, "shortlisted"), outcomes(&app, "not_selected")), (1, 1));
}

#[tokio::test]
async fn the_commitment_is_the_hash_of_what_was_sealed() {
    let app = App::start().await;
    let jury = two_cities(&app).await;
    // What was not handed in does not count.
    app.put_evaluation(&jury.nominations[0], nasij::database::types::Id::new(), "draft", [1, 1, 1]);
    let deliberation = app.close_jury(&jury).await.expect(201).json();
    let record = record_of(&app, &deliberation);
    assert_eq!(json!(record.commitment()), deliberation["commitment"]);
    let mut ids: Vec<String> = record.nominations.iter().map(ToString::to_string).collect();
    let mut expected = vec![jury.id(0).to_owned(), jury.id(1).to_owned()];
    ids.sort();
    expected.sort();
    assert_eq!((ids, record.sheets.len(), record.edition_year), (expected, 6, jury.year));
    assert_eq!(record.rules.criteria.iter().map(|criterion| criterion.weight).sum::<i64>(), 100);
    let text = json!(record).to_string();
    for juror in &jury.jurors {
        assert!(!text.contains(&juror.to_string()), "a juror is named");
    }
    assert!(record.sheets.iter().all(|sheet| sheet.juror.starts_with("juror-") && sheet.scores.len() == 6));
    let mut other = record.clone();
    *other.sheets[0].scores.get_mut("programme").unwrap() += 1;
    assert_ne!(other.commitment(), record.commitment());
}

#[tokio::test]
async fn the_chair_alone_closes_the_jury_and_an_office_alone_opens_it() {
    let app = App::start().await;
    let jury = two_cities(&app).await;
    app.request(Method::POST, &jury.path("deliberations")).json(&city()).send().await.problem(401);
    let deliberation = app.post(&jury.chair, &jury.path("deliberations"), &city()).await.expect(201).json();
    let transitions =
        jury.path(&format!("deliberations/{}/transitions", deliberation["id"].as_str().unwrap()));
    let tokens = [Role::Admin, Role::MinistryOfficer, Role::IcsoOfficer, Role::Juror, Role::Auditor]
        .map(|role| app.token(role));
    for token in futures_util::future::join_all(tokens).await {
        app.post(&token, &jury.path("deliberations"), &city()).await.problem(403);
    }
    // Who has seen the scores and says who evaluates does not choose to have more of them.
    let others = [Role::Admin, Role::Juror, Role::Auditor].map(|role| app.token(role));
    for token in futures_util::future::join_all(others).await.iter().chain([&jury.chair]) {
        let reopening = json!({"to": "reopened", "reason": "Une fiche manquait à la clôture."});
        let request = app.request(Method::POST, &transitions).token(token).if_match("*").json(&reopening);
        request.send().await.problem(403);
    }
    for office in [Role::IcsoOfficer, Role::MinistryOfficer] {
        let reopening = json!({"to": "reopened", "reason": "Une fiche manquait à la clôture."});
        let token = app.token(office).await;
        let request = app.request(Method::POST, &format!("{transitions}?dry_run=true")).token(&token);
        request.if_match("*").json(&reopening).send().await.expect(201);
    }
}

#[tokio::test]
async fn a_jury_closes_while_its_edition_is_in_review() {
    let app = App::start().await;
    let jury = two_cities(&app).await;
    for status in ["draft", "city_call_open", "designated", "honours_review", "completed", "cancelled"] {
        app.put_edition_in(jury.year, status);
        assert_eq!(app.close_jury(&jury).await.problem(409)["code"], "edition_state", "{status}");
    }
    app.put_edition_in(jury.year, "city_review");
    let honours = json!({"kind": "association"});
    let refused = app.post(&jury.chair, &jury.path("deliberations"), &honours).await.problem(409);
    assert_eq!(refused["code"], "edition_state");
    app.put_edition_in(jury.year, "honours_review");
    let refused = app.post(&jury.chair, &jury.path("deliberations"), &honours).await.problem(409);
    assert_eq!(
        (&refused["code"], faults(&refused)),
        (&json!("not_ready"), fault("/kind", "nothing_evaluated"))
    );
    for (body, place, code) in [
        (json!({}), "/kind", "required"),
        (json!({"kind": "village"}), "/kind", "one_of"),
        (json!({"kind": "city", "scores": 1}), "/scores", "unknown_field"),
    ] {
        let refused = app.post(&jury.chair, &jury.path("deliberations"), &body).await.problem(422);
        assert_eq!(faults(&refused), fault(place, code), "{body}");
    }
    app.post(&jury.chair, "/v1/editions/2199/deliberations", &city()).await.problem(404);
}

#[tokio::test]
async fn a_jury_does_not_close_while_a_nomination_is_on_its_way_to_it() {
    let app = App::start().await;
    let jury = two_cities(&app).await;
    let late = app.nominate(&jury.admin, &of_city(jury.year, "agadir")).await;
    let pointer = format!("/nominations/{}", late["id"].as_str().unwrap());
    for status in ["submitted", "needs_completion", "eligible"] {
        app.put_nomination_in(&late, status);
        let refused = app.close_jury(&jury).await.problem(409);
        assert_eq!(refused["code"], "not_ready", "{status}");
        assert_eq!(faults(&refused), fault(&pointer, "nomination_waits"), "{status}");
    }
    app.put_nomination_in(&late, "ineligible");
    app.close_jury(&jury).await.expect(201);
}

#[tokio::test]
async fn a_jury_closes_with_a_quorum_for_every_nomination() {
    let app = App::start().await;
    let cities = [("fes", thrice([8, 7, 6])), ("safi", vec![[8, 8, 8]; 2]), ("agadir", vec![])];
    let jury = app.with_jury(2031, &cities).await;
    for status in ["assigned", "draft", "recused", "voided"] {
        app.put_evaluation(&jury.nominations[1], nasij::database::types::Id::new(), status, [8, 8, 8]);
    }
    let refused = app.close_jury(&jury).await.problem(409);
    assert_eq!(refused["code"], "quorum_missing");
    let missing =
        |place: usize| (format!("/nominations/{}", jury.id(place)), "evaluations_missing".to_owned());
    assert_eq!(faults(&refused), [missing(1), missing(2)].into());
    assert_eq!(outcomes(&app, "shortlisted"), 0);
    app.put_nomination_in(&jury.nominations[2], "withdrawn");
    app.put_evaluation(&jury.nominations[1], nasij::database::types::Id::new(), "submitted", [8, 8, 8]);
    app.close_jury(&jury).await.expect(201);
}

#[tokio::test]
async fn of_two_chairs_that_close_at_once_one_does() {
    let app = App::start().await;
    let jury = two_cities(&app).await;
    let other = app.token(Role::JuryChair).await;
    let (path, body) = (jury.path("deliberations"), city());
    let close = |token| app.post(token, &path, &body);
    let (chair, other) = (&jury.chair, &other);
    let (a, b, c, d, e, f) =
        tokio::join!(close(chair), close(other), close(chair), close(other), close(chair), close(other));
    let mut statuses = Vec::new();
    for answer in [a, b, c, d, e, f] {
        statuses.push(answer.status);
        if answer.status != 201 {
            assert_eq!(answer.problem(409)["code"], "jury_closed");
        }
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
    assert_eq!(app.get(&path).await.items().len(), 1);
    // A rehearsal and a retry tell the same.
    assert_eq!(
        app.post(chair, &format!("{path}?dry_run=true"), &body).await.problem(409)["code"],
        "jury_closed"
    );
}

#[tokio::test]
async fn a_rehearsed_closing_leaves_nothing() {
    let app = App::start().await;
    let jury = two_cities(&app).await;
    app.post(&jury.chair, &jury.path("deliberations?dry_run=true"), &city()).await.expect(201);
    assert!(app.get(&jury.path("deliberations")).await.items().is_empty());
    assert_eq!(outcomes(&app, "shortlisted"), 0);
    app.close_jury(&jury).await.expect(201);
}

#[tokio::test]
async fn a_jury_is_opened_again_with_a_public_reason() {
    let app = App::start().await;
    let jury = two_cities(&app).await;
    let closed = app.close_jury(&jury).await.expect(201);
    let deliberation = jury.path(&format!("deliberations/{}", closed.json()["id"].as_str().unwrap()));
    let transitions = format!("{deliberation}/transitions");
    let office = app.token(Role::IcsoOfficer).await;
    let go = |body: Value| app.request(Method::POST, &transitions).token(&office).json(&body);
    let body = json!({"to": "reopened", "reason": "Une fiche manquait à la clôture."});
    assert_eq!(go(body.clone()).send().await.problem(428)["code"], "precondition_required");
    go(body.clone()).if_match("\"7-x\"").send().await.problem(412);
    for (wrong, place, code) in [
        (json!({"to": "reopened"}), "/reason", "required"),
        (json!({"to": "reopened", "reason": " "}), "/reason", "blank"),
        (json!({"to": "reopened", "reason": "Recompter svp"}), "/reason", "sentence"),
        (json!({"to": "open", "reason": "x"}), "/to", "one_of"),
    ] {
        assert_eq!(faults(&go(wrong).if_match("*").send().await.problem(422)), fault(place, code), "{place}");
    }
    for to in ["concluded", "closed"] {
        let refused = go(json!({"to": to, "reason": "x"})).if_match("*").send().await.problem(409);
        assert_eq!((&refused["code"], faults(&refused)), (&json!("wrong_state"), fault("/to", "one_of")));
    }
    let opened = go(body.clone()).if_match(closed.header("etag")).send().await.expect(201);
    assert_eq!(opened.header("location"), deliberation);
    let change = opened.json();
    assert_eq!((&change["from"], &change["to"]), (&json!("closed"), &json!("reopened")));
    let read = app.get(&deliberation).await.expect(200).json();
    assert_eq!((&read["status"], &read["reopening_reason"]), (&json!("reopened"), &body["reason"]));
    assert_eq!(read["reopened_at"], change["at"]);
    assert_eq!((outcomes(&app, "shortlisted"), outcomes(&app, "not_selected")), (0, 0));
    assert_eq!(go(body).if_match("*").send().await.problem(409)["code"], "wrong_state");
    // The same scores, closed again, have another commitment.
    let again = app.close_jury(&jury).await.expect(201).json();
    assert_ne!(again["commitment"], read["commitment"]);
    assert_eq!(app.get(&jury.path("deliberations")).await.items().len(), 2);
    assert_eq!(outcomes(&app, "shortlisted"), 1);
}

#[tokio::test]
async fn a_jury_stays_closed_while_a_designation_stands_on_it() {
    let app = App::start().await;
    let jury = two_cities(&app).await;
    let deliberation = app.close_jury(&jury).await.expect(201).json();
    let transitions =
        jury.path(&format!("deliberations/{}/transitions", deliberation["id"].as_str().unwrap()));
    let office = app.token(Role::IcsoOfficer).await;
    let reopen = || {
        let body = json!({"to": "reopened", "reason": "Une fiche manquait à la clôture."});
        app.request(Method::POST, &transitions).token(&office).if_match("*").json(&body).send()
    };
    app.put_designation(&deliberation, "proposed");
    for status in ["proposed", "signed"] {
        app.execute(format!("UPDATE designations SET status = '{status}'"));
        let refused = reopen().await.problem(409);
        assert_eq!(
            (&refused["code"], faults(&refused)),
            (&json!("under_embargo"), fault("", "designation_stands"))
        );
    }
    app.execute("UPDATE designations SET status = 'annulled'".to_owned());
    app.put_edition_in(jury.year, "cancelled");
    assert_eq!(reopen().await.problem(409)["code"], "edition_state");
    app.put_edition_in(jury.year, "city_review");
    reopen().await.expect(201);
}

#[tokio::test]
async fn a_deliberation_is_known_in_its_own_edition_alone() {
    let app = App::start().await;
    let jury = two_cities(&app).await;
    let deliberation = app.close_jury(&jury).await.expect(201).json();
    let id = deliberation["id"].as_str().unwrap();
    app.get(&format!("/v1/editions/2022/deliberations/{id}")).await.problem(404);
    app.get(&jury.path("deliberations/x")).await.problem(404);
    assert!(app.get("/v1/editions/2022/deliberations").await.items().is_empty());
}

#[tokio::test]
async fn a_closing_stands_in_the_audit_trail_without_what_would_undo_the_commitment() {
    let app = App::start().await;
    let jury = two_cities(&app).await;
    let deliberation = app.close_jury(&jury).await.expect(201).json();
    let auditor = app.token(Role::Auditor).await;
    let events = app.get_as(&auditor, "/v1/audit?resource_type=deliberation").await.items();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["after"]["commitment"], deliberation["commitment"]);
    assert_eq!(events[0]["after"]["outcomes"][jury.id(0)], "shortlisted");
    let salt = record_of(&app, &deliberation).salt;
    assert!(salt.len() >= 43 && !json!(events).to_string().contains(&salt));
}
