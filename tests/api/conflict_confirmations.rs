//! No one voids another's sheet alone: what one office alleges of a juror another one has to confirm, and what was voided
//! stays to be seen.

use nasij::access::{NewAccount, Role};
use nasij::selection::results::verification::{Known, verify};
use reqwest::Method;
use serde_json::{Value, json};

use crate::allegations::{STATEMENT, allegation, conflict_path};
use crate::decisions::{designations, good};
use crate::jury_at_work::{JuryAtWork, Person, YEAR, sheet};
use crate::nominations::path;
use crate::steps::{fault, faults};

fn id(record: &Value) -> &str {
    record["id"].as_str().expect("an identifier")
}

fn code(problem: &Value) -> &str {
    problem["code"].as_str().expect("a code")
}

async fn office(jury: &JuryAtWork, role: Role) -> Person {
    jury.app.person(&NewAccount::of_role(role, "An office")).await
}

#[tokio::test]
async fn an_allegation_voids_nothing_before_another_office_has_confirmed_it() {
    let jury = JuryAtWork::new(1, &["fes"]).await;
    let (app, chair, juror, nomination) = (&jury.app, &jury.chair, &jury.jurors[0], &jury.nominations[0]);
    let evaluation = jury.evaluate(nomination, juror, &sheet(9)).await;
    let padded = format!("a b c d{}e", " ".repeat(30));
    for statement in [
        ".",
        "....................",
        ". . . . . . . . . . .",
        "Conflit d'intérêts",
        "a b c d e f g h i j k",
        &padded,
    ] {
        let mut dots = allegation(&juror.id);
        dots["statement"] = json!(statement);
        let problem = jury.declare(chair, nomination, &dots).await.problem(422);
        assert_eq!(faults(&problem), fault("/statement", "sentence"), "{statement}");
    }
    let reported = app.try_to_report(&chair.token, id(nomination), &juror.id).await.expect(201);
    let conflict = reported.json();
    assert_eq!(reported.header("location"), conflict_path(&conflict));
    let expected = (&json!("reported"), &json!("reported"), &json!("jury_chair"));
    assert_eq!((&conflict["kind"], &conflict["status"], &conflict["reported_by"]), expected);
    assert_eq!(jury.seen(juror, &evaluation).await["status"], "submitted");
    let ministry = office(&jury, Role::MinistryOfficer).await;
    let twice = app.try_to_report(&ministry.token, id(nomination), &juror.id).await;
    assert_eq!(faults(&twice.problem(409)), fault("/juror_id", "already_exists"));

    // The juror learns of it; the others do not.
    let seen = app.get_as(&juror.token, &conflict_path(&conflict)).await.expect(200);
    assert_eq!(
        (&seen.json()["statement"], seen.header("etag")),
        (&json!(STATEMENT), reported.header("etag"))
    );
    let other = office(&jury, Role::Juror).await;
    app.get_as(&other.token, &conflict_path(&conflict)).await.problem(404);

    // Neither who alleged it decides, nor the same office, nor an interested one, nor who has no say.
    let second_chair = office(&jury, Role::JuryChair).await;
    for alleging in [chair, &second_chair] {
        for to in ["confirmed", "dismissed"] {
            let refused = app.decide_on(&alleging.token, &conflict, to).await.problem(403);
            assert_eq!(code(&refused), "own_report");
        }
    }
    // The administrator of this jury has nominated the city.
    let refused = app.decide_on(&jury.admin, &conflict, "confirmed").await.problem(403);
    assert_eq!(code(&refused), "interested_office");
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("nominator")), "{refused}");
    for role in [Role::Juror, Role::Auditor] {
        app.decide_on(&office(&jury, role).await.token, &conflict, "confirmed").await.problem(403);
    }
    assert_eq!(jury.seen(juror, &evaluation).await["status"], "submitted");

    let icso = office(&jury, Role::IcsoOfficer).await;
    let transitions = format!("{}/transitions", conflict_path(&conflict));
    let ask = |body: Value| app.request(Method::POST, &transitions).token(&icso.token).json(&body);
    let confirmed = json!({"to": "confirmed", "reason": "Le registre de la ville le nomme."});
    ask(confirmed.clone()).send().await.problem(428);
    ask(confirmed.clone()).if_match("\"7-x\"").send().await.problem(412);
    let silent = ask(json!({"to": "confirmed"})).if_match("*").send().await.problem(422);
    assert_eq!(faults(&silent), fault("/reason", "required"));
    let settled = ask(json!({"to": "settled", "reason": "x"})).if_match("*").send().await.problem(409);
    assert_eq!((code(&settled), faults(&settled)), ("wrong_state", fault("/to", "one_of")));
    let change = ask(confirmed).if_match(reported.header("etag")).send().await.expect(201);
    assert_eq!(change.header("location"), conflict_path(&conflict));
    assert_eq!(
        (&change.json()["from"], &change.json()["decided_by"]),
        (&json!("reported"), &json!("icso_officer"))
    );
    assert_eq!(jury.seen(juror, &evaluation).await["status"], "voided");
    let read = app.get_as(&juror.token, &conflict_path(&conflict)).await.expect(200).json();
    assert_eq!((&read["status"], &read["decided_by"]), (&json!("confirmed"), &json!("icso_officer")));
    let again = app.decide_on(&icso.token, &conflict, "dismissed").await.problem(409);
    assert_eq!(code(&again), "wrong_state");
    let late = app.try_to_report(&chair.token, id(nomination), &juror.id).await.problem(409);
    assert_eq!(code(&late), "wrong_state", "the evaluation has ended");
    // What was said is kept apart, as personal data.
    let trail = app.get_as(&jury.admin, "/v1/audit?resource_type=conflict&sort=at").await.items();
    let told: Vec<_> = trail.iter().map(|event| (&event["action"], &event["after"]["status"])).collect();
    assert_eq!(
        told[1..],
        [(&json!("create"), &json!("reported")), (&json!("transition"), &json!("confirmed"))]
    );
    assert_eq!(
        (trail[1]["after"].get("statement"), &trail[1]["after"]["internal"]["statement"]),
        (None, &json!(STATEMENT))
    );
}

#[tokio::test]
async fn an_office_that_is_tied_to_a_rival_does_not_decide() {
    let jury = JuryAtWork::new(1, &["fes", "safi"]).await;
    let (app, juror) = (&jury.app, &jury.jurors[0]);
    jury.evaluate(&jury.nominations[0], juror, &sheet(9)).await;
    let ministry = office(&jury, Role::MinistryOfficer).await;
    let conflict = app.report(&ministry.token, id(&jury.nominations[0]), &juror.id).await;
    let of_safi =
        NewAccount { city: Some("safi".to_owned()), ..NewAccount::of_role(Role::JuryChair, "From Safi") };
    let of_safi = app.person(&of_safi).await;
    let refused = app.decide_on(&of_safi.token, &conflict, "confirmed").await.problem(403);
    assert_eq!(code(&refused), "interested_office");
    assert!(
        refused["detail"].as_str().is_some_and(|detail| detail.contains(id(&jury.nominations[1]))),
        "{refused}"
    );
    app.decide_on(&jury.chair.token, &conflict, "dismissed").await.expect(201);
}

#[tokio::test]
async fn a_jury_does_not_close_while_an_allegation_waits() {
    let jury = JuryAtWork::new(2, &["fes"]).await;
    let (app, nomination) = (&jury.app, &jury.nominations[0]);
    let [first, second] = [&jury.jurors[0], &jury.jurors[1]];
    let evaluation = jury.evaluate(nomination, first, &sheet(9)).await;
    let drafted = jury.draft(nomination, second).await;
    let deliberations = format!("/v1/editions/{YEAR}/deliberations");
    let close = async || app.post(&jury.chair.token, &deliberations, &json!({"kind": "city"})).await;
    let named = |conflict: &Value| fault(&conflict_path(conflict).replace("/v1", ""), "allegation_waits");
    let icso = office(&jury, Role::IcsoOfficer).await;
    let dismissed = app.report(&jury.chair.token, id(nomination), &first.id).await;
    let refused = close().await.problem(409);
    assert_eq!((code(&refused), faults(&refused)), ("not_ready", named(&dismissed)));
    app.decide_on(&icso.token, &dismissed, "dismissed").await.expect(201);
    assert_eq!(jury.seen(first, &evaluation).await["status"], "submitted");
    // A juror who steps back leaves nothing to decide.
    let settled = app.report(&jury.chair.token, id(nomination), &second.id).await;
    assert_eq!(faults(&close().await.problem(409)), named(&settled));
    jury.go(second, &drafted, &json!({"to": "recused", "reason": "Malade."})).await.expect(201);
    let read = app.get_as(&second.token, &conflict_path(&settled)).await.expect(200).json();
    assert_eq!((&read["status"], read.get("decided_by")), (&json!("settled"), None));
    assert_eq!(code(&app.decide_on(&icso.token, &settled, "confirmed").await.problem(409)), "wrong_state");
    let waiting = format!("{}/conflicts?status=reported", path(nomination));
    assert!(app.get_as(&icso.token, &waiting).await.items().is_empty());
    close().await.expect(201);
}

#[tokio::test]
async fn nothing_is_proposed_signed_or_published_while_an_allegation_waits() {
    let app = crate::app::App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(8))]).await;
    let who = app.institutions().await;
    let proposal = crate::decisions::by_ranking(&jury, 0, &[]);
    let juror = jury.jurors[0].to_string();
    let report = async || app.report(&jury.chair, jury.id(0), &juror).await;
    let dismiss = async |conflict: Value| app.decide_on(&who.icso, &conflict, "dismissed").await.expect(201);
    let waits = |conflict: &Value| fault(&conflict_path(conflict).replace("/v1", ""), "allegation_waits");

    let conflict = report().await;
    let refused = app.post(&who.icso, &designations(2027), &proposal).await.problem(409);
    assert_eq!((code(&refused), faults(&refused)), ("not_ready", waits(&conflict)));
    dismiss(conflict).await;
    let proposed = app.propose(&who.icso, 2027, &proposal).await;
    let conflict = report().await;
    assert_eq!(faults(&app.sign(&who.icso, &proposed).await.problem(409)), waits(&conflict));
    dismiss(conflict).await;
    for token in [&who.icso, &who.ministry] {
        app.sign(token, &proposed).await.expect(201);
    }
    let conflict = report().await;
    let refused = app.take_designation_to(&who.ministry, &proposed, "published").await.problem(409);
    assert_eq!(faults(&refused), waits(&conflict));
    dismiss(conflict).await;
    app.take_designation_to(&who.ministry, &proposed, "published").await.expect(201);
    let late = app.try_to_report(&jury.chair, jury.id(0), &juror).await.problem(409);
    assert_eq!(code(&late), "not_editable", "what is published stays");
}

#[tokio::test]
async fn what_was_voided_stays_in_the_record_the_proof_and_the_ranking() {
    let jury = JuryAtWork::new(4, &["fes", "safi"]).await;
    let (app, jurors) = (&jury.app, &jury.jurors);
    let [fes, safi] = [&jury.nominations[0], &jury.nominations[1]];
    for (juror, score) in jurors.iter().zip([10, 10, 6, 6]) {
        jury.evaluate(fes, juror, &sheet(score)).await;
    }
    for juror in &jurors[..2] {
        jury.evaluate(safi, juror, &sheet(7)).await;
    }
    app.void(id(fes), &jurors[0].id).await;
    jury.close().await;
    app.void(id(fes), &jurors[1].id).await;

    let ranking = format!("/v1/editions/{YEAR}/ranking?kind=city");
    let ranking = app.get_as(&jury.chair.token, &ranking).await.expect(200).json();
    assert_eq!(ranking["places"][0]["nomination_id"], safi["id"]);
    let voided = ranking["voided"].as_array().unwrap();
    for left in voided {
        let told = json!([left["status"], left["ground"], left["source"], left["confirmed_by"]]);
        assert_eq!(told, json!(["voided", "other", "reported", "icso_officer"]));
    }
    // Before the closing the scores are sealed with it, afterwards in the sheet of the record.
    assert_eq!(
        (voided.len(), &voided[0]["scores"]["heritage"], voided[1].get("scores")),
        (2, &json!(10), None)
    );
    let runs = ranking["robustness"]["runs"].as_array().unwrap();
    let with: Vec<&Value> = runs.iter().filter(|run| run["kind"] == "with_voided").collect();
    assert_eq!((with.len(), &with[0]["winner_stands"]), (3, &json!(false)));
    assert_eq!(with[0]["places"][0]["nomination_id"], fes["id"], "with both sheets Fès comes first");
    assert!(with[1..].iter().all(|run| run["juror"].is_string()));

    let who = app.institutions().await;
    let decision = json!({"kind": "city", "basis": "ranking", "selected": [{"nomination_id": safi["id"]}], "reserve": []});
    app.published(&who, YEAR, &decision).await;
    let proof = app.get(&format!("/v1/editions/{YEAR}/results/proof?kind=city")).await.expect(200);
    let told = proof.json();
    let record = &told["proof"]["jury"]["record"];
    assert_eq!(told["proof"]["format"], "nasij-result-proof/2");
    assert_eq!(record["ended"][0]["scores"]["heritage"], 10);
    assert_eq!(
        (record["ended"][0]["confirmed_by"].as_str(), record["sheets"].as_array().map(Vec::len)),
        (Some("icso_officer"), Some(5))
    );
    assert_eq!(told["proof"]["jury"]["voided"][0]["confirmed_by"], "icso_officer");
    let names: Vec<&str> = jurors.iter().map(|juror| juror.id.as_str()).chain(["Juror", STATEMENT]).collect();
    assert!(names.iter().all(|name| !proof.text().contains(name)), "pseudonyms and grounds, no statements");
    let verification = verify(proof.text(), Known::default());
    assert!(verification.holds(), "{:?}", verification.checks);
    let finding = |name: &str| {
        let check = verification.checks.iter().find(|check| check.name == name).expect("the check");
        check.finding.clone().expect("it holds")
    };
    assert!(
        finding("voided sheets").ends_with("the order would be 1. Fès, 2. Safi"),
        "{}",
        finding("voided sheets")
    );
    assert!(finding("recusals").contains("other, reported, confirmed by icso_officer"));
}

#[tokio::test]
async fn with_a_credential_that_somebody_else_has_made_nothing_is_alleged_or_decided() {
    let jury = JuryAtWork::new(1, &["fes"]).await;
    let (app, chair, juror, nomination) = (&jury.app, &jury.chair, &jury.jurors[0], &jury.nominations[0]);
    jury.evaluate(nomination, juror, &sheet(9)).await;
    let admin = app.token(Role::Admin).await;
    // An administrator who has made itself a secret of an office is two offices at once.
    let foreign = async |role: Role| {
        let body = json!({"name": "An office", "roles": [role]});
        let account = app.post(&admin, "/v1/accounts", &body).await.expect(201).json();
        app.token_of(&app.add_secret(&admin, &account, &json!({})).await).await
    };
    let ministry = foreign(Role::MinistryOfficer).await;
    let refused = app.try_to_report(&ministry, id(nomination), &juror.id).await.problem(403);
    assert_eq!(code(&refused), "foreign_credential");
    let conflict = app.try_to_report(&chair.token, id(nomination), &juror.id).await.expect(201).json();
    let icso = foreign(Role::IcsoOfficer).await;
    for to in ["confirmed", "dismissed"] {
        let refused = app.decide_on(&icso, &conflict, to).await.problem(403);
        assert_eq!(code(&refused), "foreign_credential");
    }
    // Nor does who was made another office by a change of roles, for a day.
    let own = app.account(&NewAccount::of_role(Role::MinistryOfficer, "An office"));
    let path = format!("/v1/accounts/{}", own.client_id);
    app.patch(&admin, &path, "*", &json!({"roles": ["icso_officer"], "scopes": null})).await.expect(200);
    let again = app.get_as(&admin, &path).await.json();
    assert!(again["roles_changed_at"].is_string(), "{again}");
    let token = app.token_of(&own).await;
    let refused = app.decide_on(&token, &conflict, "confirmed").await.problem(403);
    assert_eq!(code(&refused), "office_rests");
}
