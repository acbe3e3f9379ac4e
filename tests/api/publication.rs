//! Publishing a decision: nothing is known of it before, and all of it at once.

use futures_util::future::join_all;
use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::decisions::{by_ranking, designation_path, designations, good, of_honours};
use crate::juries::{Jury, thrice};
use crate::nominations::path;
use crate::steps::{fault, faults};

/// What everybody can ask about an edition and its nominations.
fn public_paths(jury: &Jury) -> Vec<String> {
    let year = jury.year;
    let mut paths = vec![
        format!("/v1/editions/{year}"),
        format!("/v1/editions/{year}?expand=city"),
        format!("/v1/editions/{year}/history"),
        format!("/v1/editions/{year}/honours?count=exact"),
        format!("/v1/editions/{year}/results?count=exact"),
        format!("/v1/editions/{year}/deliberations"),
        format!("/v1/nominations?edition={year}&count=exact&facet=status&expand=city,association,edition"),
        "/v1/nominations?status=selected,reserve,shortlisted,not_selected&count=exact".to_owned(),
        "/v1/editions?count=exact&facet=status".to_owned(),
        "/v1/associations?q=association&count=exact".to_owned(),
    ];
    for nomination in &jury.nominations {
        paths.push(path(nomination));
        paths.push(format!("{}/history", path(nomination)));
        if let Some(code) = nomination["city_code"].as_str() {
            paths.push(format!("/v1/cities/{code}"));
        }
        if let Some(id) = nomination["association_id"].as_str() {
            paths.push(format!("/v1/associations/{id}"));
        }
    }
    paths
}

/// All of it: bodies and validators.
async fn public_bytes(app: &App, jury: &Jury) -> Vec<(String, String, Option<String>, Vec<u8>)> {
    let mut found = Vec::new();
    for path in public_paths(jury) {
        let answer = app.get(&path).await.expect(200);
        let modified = answer.optional_header("last-modified").map(str::to_owned);
        let etag = answer.header("etag").to_owned();
        found.push((path, etag, modified, answer.body));
    }
    found
}

/// Those whose answer has changed.
fn changed(
    before: &[(String, String, Option<String>, Vec<u8>)],
    after: &[(String, String, Option<String>, Vec<u8>)],
) -> Vec<String> {
    before.iter().zip(after).filter(|(one, other)| one != other).map(|(one, _)| one.0.clone()).collect()
}

#[tokio::test]
async fn a_decision_on_the_title_is_unknown_until_it_is_published_and_then_all_is_known() {
    let app = App::start().await;
    let cities = [("fes", good(9)), ("safi", good(8)), ("meknes", good(7)), ("agadir", thrice([2; 3]))];
    let jury = app.with_closed_jury(2027, &cities).await;
    let who = app.institutions().await;
    let before = public_bytes(&app, &jury).await;
    let signed = app.signed(&who, 2027, &by_ranking(&jury, 0, &[1])).await;
    assert_eq!(changed(&before, &public_bytes(&app, &jury).await), Vec::<String>::new());

    // Every nominator is told the same, whatever was decided.
    for nomination in &jury.nominations {
        let refused = app.take_to(&jury.admin, nomination, "withdrawn").await.problem(409);
        assert_eq!(refused["code"], "jury_closed");
        assert!(!refused["detail"].as_str().unwrap().contains("selected"), "{refused}");
    }

    let published = app.take_designation_to(&who.ministry, &signed, "published").await.expect(201).json();
    assert_eq!((&published["from"], &published["to"]), (&json!("signed"), &json!("published")));
    let states = ["selected", "reserve", "not_selected", "not_selected"];
    let by_way_of = [true, true, true, false];
    let signed = app.get_as(&who.icso, &designation_path(&signed)).await.json();
    let closed_at = app.get(&jury.path("deliberations")).await.items()[0]["closed_at"].clone();
    for (place, state) in states.iter().enumerate() {
        assert_eq!(app.status_of(&jury, place).await, *state, "{place}");
        let history = app.get(&format!("{}/history", path(&jury.nominations[place]))).await.items();
        let last = history.last().unwrap();
        let shortlisted = history.iter().find(|entry| entry["to"] == "shortlisted");
        assert_eq!((&last["to"], &last["at"]), (&json!(state), &signed["signed_at"]), "{place}");
        assert_eq!(shortlisted.is_some(), by_way_of[place], "{place}");
        assert!(shortlisted.is_none_or(|entry| entry["at"] == closed_at), "{place}");
        assert!(
            app.get_as(&who.icso, &path(&jury.nominations[place])).await.json().get("embargoed").is_none()
        );
    }
    let edition = app.get("/v1/editions/2027").await.json();
    assert_eq!(
        (&edition["status"], &edition["city_code"]),
        (&json!("designated"), &jury.nominations[0]["city_code"])
    );
    let city = app.get("/v1/cities/fes").await.json();
    assert_eq!(city["capital_years"], json!([2027]));
    let results = app.get("/v1/editions/2027/results").await.items();
    assert_eq!((results.len(), &results[0]["published_at"]), (1, &published["at"]));
    assert_eq!(app.get(&jury.path("deliberations")).await.items()[0]["status"], "concluded");
    app.get("/v1/editions/2027/results/proof?kind=city").await.expect(200);
}

#[tokio::test]
async fn honours_are_unknown_until_they_are_published_and_then_all_are_known() {
    let app = App::start().await;
    let jury = app.with_closed_honours_jury(2027, &[9, 8, 7, 2]).await;
    let who = app.institutions().await;
    let before = public_bytes(&app, &jury).await;
    let signed = app.signed(&who, 2027, &of_honours(&jury, &[0, 1], &[2])).await;
    assert_eq!(changed(&before, &public_bytes(&app, &jury).await), Vec::<String>::new());
    app.take_designation_to(&who.ministry, &signed, "published").await.expect(201);
    for (place, state) in ["selected", "selected", "reserve", "not_selected"].iter().enumerate() {
        assert_eq!(app.status_of(&jury, place).await, *state, "{place}");
    }
    let honours = app.get("/v1/editions/2027/honours?sort=created_at").await.items();
    assert_eq!(honours.len(), 2);
    assert_eq!(honours[0]["title"], json!({"fr": "Association honorée", "ar": "جمعية مكرمة"}));
    assert_eq!(app.get("/v1/editions/2027").await.json()["status"], "honours_review");
    // The honours of an edition are decided once.
    let again = app.post(&who.icso, &designations(2027), &of_honours(&jury, &[2], &[])).await;
    assert_eq!(again.problem(409)["code"], "already_exists");
}

#[tokio::test]
async fn a_title_that_is_withheld_takes_the_edition_back_to_its_draft() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(7)), ("agadir", good(2))]).await;
    let who = app.institutions().await;
    let before = public_bytes(&app, &jury).await;
    let body = json!({"kind": "city", "basis": "withheld", "reason": {"fr": "Aucun programme n'est prêt."}});
    let signed = app.signed(&who, 2027, &body).await;
    assert_eq!(changed(&before, &public_bytes(&app, &jury).await), Vec::<String>::new());
    app.take_designation_to(&who.ministry, &signed, "published").await.expect(201);
    let edition = app.get("/v1/editions/2027").await.json();
    assert_eq!((&edition["status"], &edition["status_reason"]), (&json!("draft"), &body["reason"]));
    for place in 0..2 {
        assert_eq!(app.status_of(&jury, place).await, "not_selected");
    }
    let result = app.get("/v1/editions/2027/results").await.items().remove(0);
    assert_eq!(
        (&result["basis"], &result["reason"], &result["selected"]),
        (&json!("withheld"), &body["reason"], &json!([]))
    );
    // The edition can find its city another way.
    let direct =
        json!({"kind": "city", "basis": "direct", "city_code": "fes", "reason": {"fr": "Par défaut."}});
    app.published(&who, 2027, &direct).await;
    assert_eq!(app.get("/v1/editions/2027").await.json()["status"], "designated");
    assert_eq!(app.get("/v1/editions/2027/results").await.items().len(), 2);
}

#[tokio::test]
async fn a_title_is_withheld_without_a_jury_too() {
    let app = App::start().await;
    let jury = app.with_jury(2027, &[("fes", vec![]), ("safi", vec![])]).await;
    let who = app.institutions().await;
    let body = json!({"kind": "city", "basis": "withheld", "reason": {"fr": "Trop peu de candidatures."}});
    let first = app.signed(&who, 2027, &body).await;
    // The jury has not closed: as far as a nominator may know, nothing stands in the way.
    app.take_to(&jury.admin, &jury.nominations[1], "withdrawn").await.expect(201);
    let refused = app.take_to(&jury.admin, &jury.nominations[0], "disqualified").await;
    assert_eq!(refused.problem(409)["code"], "under_embargo");
    app.take_designation_to(&who.ministry, &first, "annulled").await.expect(201);
    let second = app.signed(&who, 2027, &body).await;
    app.take_designation_to(&who.ministry, &second, "published").await.expect(201);
    assert_eq!(app.status_of(&jury, 0).await, "not_selected");
    let history = app.get(&format!("{}/history", path(&jury.nominations[0]))).await.items();
    assert!(history.iter().all(|entry| entry["to"] != "shortlisted"));
}

#[tokio::test]
async fn a_city_is_designated_directly_with_reasons_and_announced_by_the_edition_before() {
    let app = App::start().await;
    app.with_draft_edition(2027, &Value::Null).await;
    app.with_draft_edition(2026, &Value::Null).await;
    app.execute(
        "UPDATE editions SET city_code = (SELECT code FROM cities WHERE slug = 'meknes') WHERE year = 2026"
            .to_owned(),
    );
    app.put_edition_in(2026, "in_progress");
    let who = app.institutions().await;
    let body = |city: &str| json!({"kind": "city", "basis": "direct", "city_code": city, "reason": {"fr": "Par accord."}});
    let rural = app.get("/v1/cities?kind=rural&limit=1").await.items()[0]["code"].clone();
    for (city, code) in
        [(rural.as_str().unwrap(), "not_urban"), ("oujda", "title_again"), ("nowhere", "reference")]
    {
        let refused = app.post(&who.ministry, &designations(2027), &body(city)).await.problem(422);
        assert_eq!(faults(&refused), fault("/city_code", code), "{city}");
    }
    let before = app.bytes_of("/v1/editions/2026").await;
    let signed = app.signed(&who, 2027, &body("fes")).await;
    let etag = |bytes: &str| bytes.split("\"etag\": ").nth(1).map(|rest| rest[..30].to_owned());
    assert_eq!(etag(&app.bytes_of("/v1/editions/2026").await), etag(&before));
    app.take_designation_to(&who.ministry, &signed, "published").await.expect(201);
    let fes = app.get("/v1/cities/fes").await.json();
    let edition = app.get("/v1/editions/2027").await.json();
    assert_eq!((&edition["status"], &edition["city_code"]), (&json!("designated"), &fes["code"]));
    assert_eq!(
        (&edition["designated_for_year"], fes["capital_years"].clone()),
        (&json!(2027), json!([2027]))
    );
    let announced = &app.get("/v1/editions/2026").await.json()["next_city_announced"];
    assert_eq!(announced, &json!({"city_code": fes["code"], "for_year": 2027}));
    let proof = app.get("/v1/editions/2027/results/proof?kind=city").await.expect(200).json();
    assert_eq!(proof["proof"]["decision"]["city_code"], fes["code"]);
}

#[tokio::test]
async fn the_reserve_follows_when_a_title_was_taken_back() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(8)), ("meknes", good(7))]).await;
    let who = app.institutions().await;
    let first = app.published(&who, 2027, &by_ranking(&jury, 0, &[1])).await;
    app.post(&who.icso, &designations(2027), &by_ranking(&jury, 1, &[])).await.problem(409);
    app.take_to(&jury.admin, &jury.nominations[0], "revoked").await.expect(201);
    assert!(app.get("/v1/editions/2027").await.json().get("city_code").is_none());
    let result = app.get("/v1/editions/2027/results").await.items().remove(0);
    assert_eq!((&result["status"], &result["revoked"]), (&json!("published"), &json!([jury.id(0)])));

    let mut body = by_ranking(&jury, 1, &[]);
    let without = app.post(&who.icso, &designations(2027), &body).await.problem(422);
    assert_eq!(faults(&without), fault("/reason", "required"));
    body["reason"] = json!({"fr": "Le titre de la première a été retiré."});
    let mut not_in_reserve = by_ranking(&jury, 2, &[]);
    not_in_reserve["reason"] = body["reason"].clone();
    let refused = app.post(&who.icso, &designations(2027), &not_in_reserve).await.problem(422);
    assert_eq!(faults(&refused), fault("/selected/0/nomination_id", "not_shortlisted"));
    let mut direct = json!({"kind": "city", "basis": "direct", "city_code": "agadir"});
    direct["reason"] = body["reason"].clone();
    let refused = app.post(&who.icso, &designations(2027), &direct).await;
    assert_eq!(refused.problem(409)["code"], "edition_state");

    let before = public_bytes(&app, &jury).await;
    let second = app.signed(&who, 2027, &body).await;
    assert_eq!(changed(&before, &public_bytes(&app, &jury).await), Vec::<String>::new());
    app.take_designation_to(&who.ministry, &second, "published").await.expect(201);
    assert_eq!(app.status_of(&jury, 1).await, "selected");
    let edition = app.get("/v1/editions/2027").await.json();
    assert_eq!(
        (&edition["city_code"], &edition["status"]),
        (&jury.nominations[1]["city_code"], &json!("designated"))
    );
    let results = app.get("/v1/editions/2027/results").await.items();
    let told: Vec<_> = results.iter().map(|result| (&result["id"], &result["status"])).collect();
    assert_eq!(told, [(&first["id"], &json!("revoked")), (&second["id"], &json!("published"))]);
    assert_eq!(app.get("/v1/cities/fes").await.json()["capital_years"], json!([]));
    assert_eq!(app.get("/v1/cities/safi").await.json()["capital_years"], json!([2027]));
}

#[tokio::test]
async fn a_reserve_that_is_disqualified_is_not_published() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(8))]).await;
    let who = app.institutions().await;
    app.published(&who, 2027, &by_ranking(&jury, 0, &[1])).await;
    app.take_to(&jury.admin, &jury.nominations[0], "revoked").await.expect(201);
    let mut body = by_ranking(&jury, 1, &[]);
    body["reason"] = json!({"fr": "Le titre de la première a été retiré."});
    let signed = app.signed(&who, 2027, &body).await;
    app.take_to(&jury.admin, &jury.nominations[1], "disqualified").await.expect(201);
    let refused = app.take_designation_to(&who.ministry, &signed, "published").await;
    assert_eq!(refused.problem(409)["code"], "result_changed");
    app.take_designation_to(&who.ministry, &signed, "annulled").await.expect(201);
    // Nobody is left in the reserve.
    let direct =
        json!({"kind": "city", "basis": "direct", "city_code": "meknes", "reason": {"fr": "Par accord."}});
    app.published(&who, 2027, &direct).await;
    assert_eq!(app.get("/v1/cities/meknes").await.json()["capital_years"], json!([2027]));
}

#[tokio::test]
async fn an_edition_that_left_its_review_gets_no_city() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9))]).await;
    let who = app.institutions().await;
    let signed = app.signed(&who, 2027, &by_ranking(&jury, 0, &[])).await;
    app.put_edition_in(2027, "cancelled");
    let refused = app.take_designation_to(&who.ministry, &signed, "published").await;
    assert_eq!(refused.problem(409)["code"], "edition_state");
    assert_eq!(app.status_of(&jury, 0).await, "under_evaluation");
    assert_eq!(app.get_as(&who.icso, &designation_path(&signed)).await.json()["status"], "signed");
}

#[tokio::test]
async fn only_the_ministry_publishes_and_a_rehearsal_publishes_nothing() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9))]).await;
    let who = app.institutions().await;
    let signed = app.signed(&who, 2027, &by_ranking(&jury, 0, &[])).await;
    for token in [who.icso.clone(), app.token(Role::Admin).await, app.token(Role::JuryChair).await] {
        app.take_designation_to(&token, &signed, "published").await.problem(403);
    }
    let before = public_bytes(&app, &jury).await;
    let rehearsal = format!("{}/transitions?dry_run=true", designation_path(&signed));
    let request = app.request(Method::POST, &rehearsal).token(&who.ministry).if_match("*");
    request.json(&json!({"to": "published"})).send().await.expect(201);
    assert_eq!(changed(&before, &public_bytes(&app, &jury).await), Vec::<String>::new());
}

#[tokio::test]
async fn of_many_publications_one_counts() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(8))]).await;
    let who = app.institutions().await;
    let signed = app.signed(&who, 2027, &by_ranking(&jury, 0, &[1])).await;
    let ways = ["published", "annulled"].iter().cycle().take(10);
    let answers = join_all(ways.map(|to| app.take_designation_to(&who.ministry, &signed, to))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| [201, 409].contains(&answer.status)));
    let status = app.get_as(&who.icso, &designation_path(&signed)).await.json()["status"].clone();
    let capital = app.get("/v1/cities/fes").await.json()["capital_years"] == json!([2027]);
    assert_eq!(capital, status == "published");
}
