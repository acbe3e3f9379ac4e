//! Conflicts of interest: found by the service, declared by jurors, reported by others.

use nasij::access::{NewAccount, Role, Scope};
use nasij::database::types::Id;
use serde_json::{Value, json};

use crate::allegations::{allegation, conflict_path};
use crate::jury_at_work::{JuryAtWork, Person, YEAR, evaluation_path, sheet};
use crate::nominations::{of_association, of_city, path};
use crate::steps::{fault, faults, full_association};

impl JuryAtWork {
    /// A juror who belongs somewhere.
    async fn affiliated(&self, name: &str, with: impl FnOnce(NewAccount) -> NewAccount) -> Person {
        self.app.person(&with(NewAccount::of_role(Role::Juror, name))).await
    }

    async fn conflicts(&self, person: &Person, nomination: &Value) -> Vec<Value> {
        self.app.get_as(&person.token, &format!("{}/conflicts", path(nomination))).await.items()
    }
}

fn id(record: &Value) -> Option<Id> {
    record["id"].as_str().and_then(|id| id.parse().ok())
}

/// Assigning is refused with this ground, and nothing is kept of it.
async fn is_refused(jury: &JuryAtWork, nomination: &Value, juror: &Person, ground: &str) {
    let problem = jury.try_assign(nomination, juror).await.problem(409);
    assert_eq!(problem["code"], "conflict_of_interest", "{ground}");
    let told = nasij::language::terms::name("conflicts.ground", ground, nasij::language::Language::En);
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(&told)), "{ground}: {problem}");
    assert!(jury.evaluations().await.is_empty(), "{ground}");
    assert!(jury.conflicts(&jury.chair, nomination).await.is_empty(), "{ground}");
}

#[tokio::test]
async fn whoever_belongs_to_a_nominated_city_or_its_nominator_cannot_be_assigned() {
    let jury = JuryAtWork::new(1, &[]).await;
    let nominator = NewAccount {
        organisation: Some("Fédération des Quartiers".to_owned()),
        city: Some("tetouan".to_owned()),
        scopes: vec![Scope::NominationsSubmit],
        ..NewAccount::of_role(Role::Integration, "The nominator")
    };
    let nominator = jury.app.person(&nominator).await;
    jury.app.put_edition_in(YEAR, "city_call_open");
    let nomination = jury.app.nominate(&nominator.token, &of_city(YEAR, "fes")).await;
    jury.app.put_nomination_in(&nomination, "eligible");
    jury.app.put_edition_in(YEAR, "city_review");
    let mut seated = full_association("Association de Fès");
    seated["city_code"] = nomination["city_code"].clone();
    let seated = jury.app.add_association(&jury.admin, &seated).await.json();

    let of_city = |city: &str| {
        let city = Some(city.to_owned());
        move |new| NewAccount { city, ..new }
    };
    let of_association = |new| NewAccount { association_id: id(&seated), ..new };
    let of_organisation =
        |new| NewAccount { organisation: Some("fédération des quartiers".to_owned()), ..new };
    let fassi = jury.affiliated("A", of_city("fes")).await;
    let tetouani = jury.affiliated("B", of_city("tetouan")).await;
    let member = jury.affiliated("C", of_association).await;
    let colleague = jury.affiliated("D", of_organisation).await;
    for (juror, ground) in [
        (&fassi, "nominee"),
        (&member, "nominee_city"),
        (&tetouani, "nominator"),
        (&colleague, "organisation"),
    ] {
        is_refused(&jury, &nomination, juror, ground).await;
    }
    // The nominator itself, become a juror.
    let former = jury.app.person(&NewAccount::of_role(Role::Juror, "E")).await;
    jury.app.execute(format!("UPDATE nominations SET nominator_id = '{}'", former.id));
    is_refused(&jury, &nomination, &former, "nominator").await;
    assert_eq!(jury.app.get(&path(&nomination)).await.json()["status"], "eligible");
    jury.assign(&nomination, &jury.jurors[0]).await;
}

#[tokio::test]
async fn whoever_belongs_to_a_nominated_association_cannot_be_assigned() {
    let jury = JuryAtWork::new(1, &[]).await;
    let mut nominee = full_association("Association Amal");
    nominee["internal"] = json!({"legal_representative": "Khadija El Idrissi"});
    let nominee = jury.app.add_association(&jury.admin, &nominee).await.json();
    jury.app.put_edition_in(YEAR, "honours_call_open");
    let nomination = jury.app.nominate(&jury.admin, &of_association(YEAR, &nominee["id"])).await;
    jury.app.put_nomination_in(&nomination, "eligible");
    jury.app.put_edition_in(YEAR, "honours_review");
    let seat = nominee["city_code"].as_str().map(str::to_owned);

    let member = jury.affiliated("A", |new| NewAccount { association_id: id(&nominee), ..new }).await;
    let neighbour = jury.affiliated("B", |new| NewAccount { city: seat, ..new }).await;
    let organised = |name: &str| {
        let organisation = Some(name.to_owned());
        |new| NewAccount { organisation, ..new }
    };
    let employee = jury.affiliated("C", organised("ASSOCIATION AMAL")).await;
    let by_acronym = jury.affiliated("D", organised("Axe")).await;
    let representative = jury.affiliated("EL IDRISSI Khadija", |new| new).await;
    for (juror, ground) in [
        (&member, "nominee"),
        (&neighbour, "nominee_city"),
        (&employee, "organisation"),
        (&by_acronym, "organisation"),
        (&representative, "representative"),
    ] {
        is_refused(&jury, &nomination, juror, ground).await;
    }
    let told = jury.try_assign(&nomination, &representative).await;
    assert!(!told.text().contains("Idrissi"), "the ground does not tell what the internal record says");
    jury.assign(&nomination, &jury.jurors[0]).await;
}

#[tokio::test]
async fn the_service_looks_again_when_a_juror_declares_and_submits() {
    let jury = JuryAtWork::new(2, &["fes"]).await;
    let nomination = &jury.nominations[0];
    let [early, late] = [&jury.jurors[0], &jury.jurors[1]];
    let assigned = jury.assign(nomination, early).await;
    let written = jury.draft(nomination, late).await;
    jury.write(late, &written, &sheet(7)).await.expect(200);
    let fes = nomination["city_code"].as_str().unwrap();
    jury.app.execute(format!("UPDATE accounts SET city_code = '{fes}' WHERE name LIKE 'Juror %'"));
    let declared = jury.declare(early, nomination, &json!({"conflict": false})).await;
    assert_eq!(declared.problem(409)["code"], "conflict_of_interest");
    let submitted = jury.submit(late, &written).await;
    assert_eq!(submitted.problem(409)["code"], "conflict_of_interest");
    assert_eq!(jury.seen(early, &assigned).await["status"], "assigned");
    assert_eq!(jury.seen(late, &written).await["status"], "draft");
    assert_eq!(jury.conflicts(&jury.chair, nomination).await.len(), 1, "the first declaration alone");
}

#[tokio::test]
async fn a_juror_with_a_conflict_steps_back() {
    let jury = JuryAtWork::new(2, &["fes"]).await;
    let (juror, nomination) = (&jury.jurors[0], &jury.nominations[0]);
    let evaluation = jury.assign(nomination, juror).await;
    let declaration = json!({"conflict": true, "ground": "nominee_city", "statement": "J'y ai ma maison."});
    let answer = jury.declare(juror, nomination, &declaration).await.expect(201);
    let declared = answer.json();
    assert_eq!(answer.header("location"), conflict_path(&declared));
    assert_eq!((&declared["kind"], &declared["ground"]), (&json!("declared"), &json!("nominee_city")));
    assert_eq!(
        (&declared["status"], declared.get("reported_by")),
        (&json!("confirmed"), None),
        "it counts at once"
    );
    assert_eq!(jury.seen(juror, &evaluation).await["status"], "recused");
    jury.write(juror, &evaluation, &sheet(7)).await.problem(409);
    for body in [json!({"conflict": false}), declaration] {
        assert_eq!(jury.declare(juror, nomination, &body).await.problem(409)["code"], "wrong_state");
    }
    // The pair is not assigned again.
    assert_eq!(jury.try_assign(nomination, juror).await.problem(409)["code"], "already_exists");
    assert_eq!(jury.conflicts(juror, nomination).await.len(), 1);
    assert_eq!(jury.conflicts(&jury.jurors[1], nomination).await.len(), 0);
    assert_eq!(jury.conflicts(&jury.chair, nomination).await.len(), 1);
}

#[tokio::test]
async fn a_declaration_says_what_belongs_to_it() {
    let jury = JuryAtWork::new(2, &["fes"]).await;
    let (juror, nomination) = (&jury.jurors[0], &jury.nominations[0]);
    jury.assign(nomination, juror).await;
    for (body, place, code) in [
        (json!({}), "/conflict", "required"),
        (json!({"conflict": true}), "/ground", "required"),
        (json!({"conflict": true, "ground": "other"}), "/statement", "required"),
        (json!({"conflict": true, "ground": "other", "statement": " "}), "/statement", "blank"),
        (json!({"conflict": true, "ground": "friend", "statement": "…"}), "/ground", "one_of"),
        (json!({"conflict": false, "ground": "other"}), "/ground", "inapplicable"),
        (json!({"conflict": false, "statement": "…"}), "/statement", "inapplicable"),
    ] {
        let problem = jury.declare(juror, nomination, &body).await.problem(422);
        assert_eq!(faults(&problem), fault(place, code), "{body}");
    }
    let none = json!({"conflict": false, "juror_id": juror.id});
    let problem = jury.declare(&jury.chair, nomination, &none).await.problem(422);
    assert_eq!(faults(&problem), fault("/conflict", "inapplicable"));
    let nobody = allegation(&jury.jurors[1].id);
    let problem = jury.declare(&jury.chair, nomination, &nobody).await.problem(422);
    assert_eq!(faults(&problem), fault("/juror_id", "reference"));
    let ministry = jury.app.person(&NewAccount::of_role(Role::MinistryOfficer, "The ministry")).await;
    let problem = jury.declare(&ministry, nomination, &json!({"conflict": false})).await.problem(422);
    assert_eq!(faults(&problem), fault("/juror_id", "required"));
    // Whoever has nothing to evaluate there has nothing to declare.
    let problem = jury.declare(&jury.jurors[1], nomination, &json!({"conflict": false})).await.problem(404);
    assert_eq!(problem["code"], "not_found");
    jury.declare(juror, nomination, &none).await.expect(201);
}

#[tokio::test]
async fn those_who_run_the_jury_report_and_nobody_else() {
    let jury = JuryAtWork::new(1, &["fes"]).await;
    let (juror, nomination) = (&jury.jurors[0], &jury.nominations[0]);
    jury.evaluate(nomination, juror, &sheet(9)).await;
    for role in [Role::Juror, Role::IcsoOfficer, Role::Auditor] {
        let person = jury.app.person(&NewAccount::of_role(role, "Somebody")).await;
        let refused = jury.declare(&person, nomination, &allegation(&juror.id)).await;
        assert_eq!(refused.status, 403, "{role}");
    }
    let rehearsal = format!("{}/conflicts?dry_run=true", path(nomination));
    for role in [Role::JuryChair, Role::MinistryOfficer, Role::Admin] {
        let token = jury.app.token(role).await;
        let reported = jury.app.post(&token, &rehearsal, &allegation(&juror.id)).await.expect(201).json();
        assert_eq!((&reported["kind"], &reported["reported_by"]), (&json!("reported"), &json!(role)));
    }
}

#[tokio::test]
async fn a_score_can_still_be_voided_when_the_jury_has_closed() {
    let jury = JuryAtWork::new(2, &["fes"]).await;
    let nomination = &jury.nominations[0];
    let [one, other] = [&jury.jurors[0], &jury.jurors[1]];
    let evaluation = jury.evaluate(nomination, one, &sheet(9)).await;
    jury.evaluate(nomination, other, &sheet(2)).await;
    jury.close().await;
    let shortlisted = "SELECT 1 FROM nomination_outcomes WHERE status = 'shortlisted'";
    let ministry = jury.app.person(&NewAccount::of_role(Role::MinistryOfficer, "The ministry")).await;
    let public = jury.app.get(&path(nomination)).await;
    let fes = nomination["id"].as_str().unwrap();
    let reported = jury.app.report(&ministry.token, fes, &one.id).await;
    assert_eq!(jury.seen(&ministry, &evaluation).await["status"], "submitted");
    jury.app.decide_on(&jury.chair.token, &reported, "confirmed").await.expect(201);
    assert_eq!(jury.seen(&ministry, &evaluation).await["status"], "voided");
    let outcome =
        format!("UPDATE nomination_outcomes SET updated_at = updated_at WHERE EXISTS ({shortlisted})");
    assert_eq!(jury.app.execute(outcome), 0, "the result is reconsidered without the score");
    let after = jury.app.get(&path(nomination)).await;
    assert_eq!((after.text(), after.header("etag")), (public.text(), public.header("etag")));
    // Once the result is published, the record stays as it is.
    jury.app.put_nomination_in(nomination, "not_selected");
    let late = jury.app.try_to_report(&ministry.token, fes, &other.id).await;
    assert_eq!(late.problem(409)["code"], "not_editable");
    let theirs = jury.app.get_as(&other.token, &format!("{}/evaluations", path(nomination))).await.items();
    assert!(theirs.iter().any(|one| evaluation_path(one).ends_with(one["id"].as_str().unwrap())));
}
